"""`dutygrid check` after somebody's hand was in the database: what is wrong is named, and what is right is not."""

import sqlite3
from contextlib import closing
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlmodel import Session

from services import auditor, invariants
from tests.scene import Scene
from tests.test_moved_house import Run, lived_in
from tests.test_operators import run

__all__ = ["run"]  # the fixture
UNGUARDED = "DROP TRIGGER transfer_no_update; DROP TRIGGER transfer_no_delete; "


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        ("DROP TRIGGER transfer_no_delete", "the ledger is not guarded against changes"),
        (UNGUARDED + "UPDATE transfer SET points = 50", "transfer 1 says 4 points of order 1 and moves 50 points"),
        (UNGUARDED + "UPDATE transfer SET kind = 'gift'", "transfer 1 is of the kind gift, which nobody gives"),
        (UNGUARDED + "INSERT INTO account (id, member_id) VALUES (99, 1); UPDATE transfer SET to_account = 99",
         "transfer 1 went to somebody else than claim 1 is of"),
        (UNGUARDED + "DELETE FROM transfer", "review 1 counts as paid, and no transfer shows it"),
        ("UPDATE review SET decision = 'rejected'", "claim 1 is approved, and no review says so"),
        ("UPDATE claim SET state = 'checked_in'; UPDATE duty_order SET ended_at = report_by",
         "order 1 has ended, and claim 1 is still to come"),
        ("UPDATE request SET state = 'new' WHERE id = 1002", "request 1002 is new, and has been closed"),
        ("UPDATE request SET closed_at = NULL WHERE id = 1001", "request 1001 is merged, and has not been closed"),
        ("UPDATE request SET state = 'dispatched', closed_at = NULL WHERE id = 1002",
         "request 1002 is with volunteers, and neither a duty is out"),
        ("UPDATE request SET merged_into = id WHERE id = 1001", "request 1001 goes on as part of itself"),
        ("UPDATE area SET path = '/1/' WHERE id = 1", "area 1 does not lie where its parent does"),
        ("UPDATE review SET paid_at = NULL; UPDATE due SET done_at = due_at WHERE kind = 'review.settle'",
         "approved review 1 has no due row that pays it"),
        ("UPDATE request SET state = 'new', closed_at = NULL WHERE id = 1002",
         "request 1002 is open and has no deadline that would be told"),
        ("INSERT INTO delivery (kind, subject_kind, subject_id, chat_id, live, shown_version, args, lane, klass, state, "
         "attempts, due_at, created_at) SELECT 'order', 'order', id, -5, 1, version + 1, '{}', 1, 'critical', 'sent', 1, "
         "report_by, report_by FROM duty_order", "the card of order 1 in chat -5 is newer than the order"),
    ],
)  # fmt: skip
def test_what_a_hand_has_broken_is_named(run: Run, tmp_path: Path, damage: str, said: str) -> None:
    lived_in(tmp_path / "duty.db")
    url = f"sqlite:///{tmp_path}/duty.db"
    assert run("check", DATABASE_URL=url) == (0, "All is well.\n")
    with closing(sqlite3.connect(tmp_path / "duty.db")) as by_hand:
        by_hand.executescript(damage)
    code, told = run("check", DATABASE_URL=url)
    assert code == 1 and said in told, told


async def test_a_ledger_that_is_not_guarded_is_named(scene: Scene) -> None:
    """The guard may be dropped, or only switched off; on either kind of database."""
    assert await scene.database.read(_broken) == []
    await scene.database.write(None, _unguard)
    assert "the ledger is not guarded" in str(await scene.database.read(_broken))
    assert await scene.database.write(None, auditor.mend) == ["ledger.guarded:0"]
    assert await scene.database.read(_broken) == [] and await scene.database.write(None, auditor.mend) == []


def _broken(session: Session) -> list[str]:
    return list(invariants.broken(session, thorough=True))


def _unguard(session: Session, _now: datetime) -> None:
    connection = session.connection()
    on_sqlite = connection.dialect.name == "sqlite"
    how = (
        "DROP TRIGGER transfer_no_update"
        if on_sqlite
        else "ALTER TABLE transfer DISABLE TRIGGER transfer_no_change"
    )
    connection.execute(text(how))
