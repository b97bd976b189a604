"""The disposal list by chat: officers send it as a file, and read what is wrong with it, line by line."""

from datetime import datetime

from sqlmodel import Session

from models.actor import Actor
from services import audit, deliveries, disposal, disposal_lists, refusals, roles, tables

LARGEST = 1_000_000  # bytes
MOST_NAMED = 8  # mistakes that one answer names


def require_editor(session: Session, actor: Actor) -> None:
    """Administrators, and those who lead a district."""
    leads = any(area.parent_id is None for area in roles.areas_led(session, actor.member_id))
    if actor.suspended or not (leads or roles.is_administrator(session, actor)):
        raise refusals.NotAnEditor()


def explain(session: Session, now: datetime, actor: Actor) -> None:
    """`/disposal` alone: which list is in force, and how another one is put in force."""
    require_editor(session, actor)
    version, categories = disposal_lists.current(session, now)
    about = {"version": version, "count": len(categories)}
    deliveries.answer(session, now, actor, "disposal.in_force", about)


def import_file(session: Session, now: datetime, actor: Actor, text: str | None) -> None:
    """A list as a CSV file with `/disposal` below it: in force from now on, or all its mistakes named."""
    require_editor(session, actor)
    rows = tables.rows_of(text, disposal.COLUMNS) if text is not None else None
    if not rows:
        raise refusals.ListUnread()
    problems = disposal.problems_of(rows)
    if problems:
        named = [[line, problem] for line, problem in problems[:MOST_NAMED]]
        deliveries.answer(session, now, actor, "disposal.problems", {"named": named, "count": len(problems)})
        return
    version = disposal_lists.import_rows(session, now, rows, actor.member_id)
    audit.record(session, now, actor.member_id, "disposal.imported", "disposal_list", version)
    deliveries.answer(session, now, actor, "disposal.in_force", {"version": version, "count": len(rows)})
