"""Rotating the data key: everything sealed with an older one is sealed anew, slice by slice, beside a running bot."""

from datetime import datetime
from typing import Any

from sqlalchemy import LargeBinary, func, or_
from sqlmodel import Session, SQLModel, col, select

from models import Secret
from models.prepared import insert_new
from models.sealed import CANNOT_OPEN, Keys, seal, unseal

SLICE = 200  # rows one transaction writes at the most
VERSION_BYTES = 2


def sealed_columns() -> list[tuple[Any, tuple[str, ...]]]:
    """Every table that holds something sealed, with those columns."""
    found = []
    for mapper in SQLModel._sa_registry.mappers:
        names = tuple(each.key for each in mapper.columns if isinstance(each.type, LargeBinary))
        if names:
            found.append((mapper.class_, names))
    return sorted(found, key=lambda each: str(each[0].__tablename__))


def reseal(session: Session, _now: datetime) -> int:
    """Seal one slice of rows anew with the key named first; how many rows. 0 when none of another is left."""
    keys: Keys = session.info["keys"]
    newest = keys.sealing.to_bytes(VERSION_BYTES, "big")
    for table, names in sealed_columns():
        behind = [func.substr(col(getattr(table, name)), 1, VERSION_BYTES) != newest for name in names]
        rows = session.exec(select(table).where(or_(*behind)).limit(SLICE).with_for_update()).all()
        for row in rows:
            for name in names:
                seal(session, row, name, unseal(session, row, name))
            session.add(row)
        if rows:
            return len(rows)
    return 0


def note_sealing(session: Session, now: datetime) -> None:
    """A bot seals with the key named first in its DATA_KEY from now on: it is known what they all may be asked to open."""
    keys: Keys = session.info["keys"]
    name = f"sealing-{keys.sealing}"
    if insert_new(session, Secret, name=name):
        row = session.get_one(Secret, name)
        seal(session, row, "value", f"{now:%Y-%m-%d}")
        session.add(row)


def is_noted(session: Session) -> bool:
    """Whether a bot has started with the key named first in DATA_KEY here."""
    keys: Keys = session.info["keys"]
    return session.get(Secret, f"sealing-{keys.sealing}") is not None


def fits(session: Session) -> bool:
    """Whether the keys open what was sealed last and first in every table."""
    for table, names in sealed_columns():
        for name in names:
            filled = select(table).where(col(getattr(table, name)).is_not(None)).limit(1)
            (key, *_) = table.__table__.primary_key
            for order in (key, key.desc()):
                row = session.exec(filled.order_by(order)).first()
                try:
                    if row is not None:
                        unseal(session, row, name)
                except CANNOT_OPEN:
                    return False
    return True


def left(session: Session) -> int:
    """How many rows hold something sealed with an older key."""
    keys: Keys = session.info["keys"]
    newest = keys.sealing.to_bytes(VERSION_BYTES, "big")
    waiting = 0
    for table, names in sealed_columns():
        behind = [func.substr(col(getattr(table, name)), 1, VERSION_BYTES) != newest for name in names]
        waiting += session.exec(select(func.count()).select_from(table).where(or_(*behind))).one()
    return waiting
