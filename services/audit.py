"""The audit: who did what, by ids and codes."""

from datetime import datetime
from typing import Any

from sqlmodel import Session

from models import Audit
from models.together import insert_soon


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
    insert_soon(
        session, Audit, at=now, actor_id=actor_id or None, fact=fact, subject_kind=subject_kind,
        subject_id=subject_id, details=details,
    )  # fmt: skip
