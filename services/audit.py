"""The audit: who did what, by ids and codes."""

from datetime import datetime
from typing import Any

from sqlalchemy import insert
from sqlmodel import Session

from models import Audit
from models.prepared import Prepared

_COLUMNS = ("at", "actor_id", "fact", "subject_kind", "subject_id", "details")
_INSERT = Prepared(insert(Audit.__table__).inline(), _COLUMNS)  # type: ignore[attr-defined]


def record(
    session: Session,
    now: datetime,
    actor_id: int | None,
    fact: str,
    subject_kind: str,
    subject_id: int,
    **details: Any,
) -> None:
    """Note a fact in the past tense; `details` are ids, codes and numbers, never words."""
    _INSERT.count(
        session, at=now, actor_id=actor_id or None, fact=fact, subject_kind=subject_kind,
        subject_id=subject_id, details=details,
    )  # fmt: skip
