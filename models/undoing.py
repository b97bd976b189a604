"""What a service did is undone by its refusal, and nothing else is.

A SAVEPOINT around each service is a tenth of what a press costs on SQLite, and who refuses has mostly changed nothing
yet. Writes that share a COMMIT therefore run without one; where a service refuses after it has changed something, all
of them are taken back and run once more, each in a SAVEPOINT.
"""

from collections.abc import Callable
from typing import Any

from sqlalchemy import Connection
from sqlmodel import Session

from models.actor import Refusal
from models.delivery import Delivery
from models.jobs import Job
from models.prepared import rows_changed, run_command


class RefusedLate(Exception):
    """A service refused after it had changed something, and no SAVEPOINT is there to undo that."""


def serve(connection: Connection, session: Session, job: Job, work: Callable[[Session], Any]) -> Any:
    """What `work` gives, whose changes stay, or its Refusal, which leaves none. Raises RefusedLate."""
    answers: list[Delivery] = []
    session.info["answers"] = answers
    changed = _begin(connection, job)
    try:
        outcome = work(session)
        session.flush()
        job.answers.extend(answers)
    except Refusal as refusal:
        outcome = refusal
        _undo(connection, job, changed)
    finally:
        if session.in_transaction():  # most presses on a full order load and change nothing
            session.close()
        session.info["held"] = {}
    return outcome


def _begin(connection: Connection, job: Job) -> int:
    """Rows the connection had changed before."""
    if not job.undoable:
        return rows_changed(connection)
    run_command(connection, "SAVEPOINT service")
    return 0


def _undo(connection: Connection, job: Job, changed: int) -> None:
    if job.undoable:
        run_command(connection, "ROLLBACK TO SAVEPOINT service")
    elif rows_changed(connection) != changed:
        raise RefusedLate()
