"""Bring a database to the newest schema, on a connection of its own, after taking a copy."""

import sqlite3
import time
from contextlib import closing
from datetime import datetime
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import make_url
from sqlalchemy.exc import OperationalError

from models.engine import driver_url, is_sqlite
from models.revision import SCRIPTS, head, present, require_known

LOCK_NOT_AVAILABLE = "55P03"  # within the second that env.py waits for a table on PostgreSQL
LOCK_PAUSES = (1, 2, 4, 8, None)  # seconds in which those who write go on, before the next try


def alembic_config(url: str) -> Config:
    config = Config()
    config.set_main_option("script_location", str(SCRIPTS))
    config.attributes["url"] = driver_url(url)
    return config


def migrate(url: str, *, now: datetime, to: str = "head", aside: bool = True) -> bool:
    """Migrate to `to`; True when anything had to be done. A SQLite file is copied first, unless it is one (`aside`)."""
    at = present(url)
    if to == "head" and at == head():
        return False
    require_known(at)
    if at is not None and is_sqlite(url) and aside:
        _copy(Path(str(make_url(url).database)), now)
    for pause in LOCK_PAUSES:
        try:
            command.upgrade(alembic_config(url), to)
            return True
        except OperationalError as error:
            if getattr(error.orig, "sqlstate", "") != LOCK_NOT_AVAILABLE or pause is None:
                raise
            time.sleep(pause)
    return True


def _copy(file: Path, now: datetime) -> None:
    """A copy of before: whole, or not there at all, as on a full disk."""
    copy = file.with_name(f"{file.name}.before-{now:%Y%m%d-%H%M%S}")
    unfinished = copy.with_name(f"{copy.name}.unfinished")
    try:
        with closing(sqlite3.connect(file)) as source, closing(sqlite3.connect(unfinished)) as target:
            source.backup(target)
        unfinished.replace(copy)
    finally:
        unfinished.unlink(missing_ok=True)
