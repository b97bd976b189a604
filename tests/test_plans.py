"""What is asked for again and again finds its rows by an index: SQLite's own plan says so, whatever the table holds."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, event
from sqlmodel import Session

from models import migrate
from services import auditor, dues, outbox, review_cards, roles

NOW = datetime(2026, 11, 26, tzinfo=UTC)
GROWING = {"delivery", "due", "claim", "report", "review", "member", "role", "duty_order"}


def _asked(session: Session) -> None:
    """Every look, tick and minute."""
    outbox.due(session, NOW, 10, outbox.Crowded({0: [5], 3: [7]}, [7]))
    outbox.stale_cards(session, NOW, 10, outbox.Crowded({0: [5], 3: [7]}, [7]))
    outbox.forgotten(session, NOW, 10)
    outbox.unbegun(session, "one", NOW, frozenset({3}))
    dues.waiting(session, now=NOW, caught_up_at=NOW, most=10)
    auditor.mend(session, NOW)
    roles.administrators(session)
    roles.leaders_of(session, (1,))
    review_cards.waiting_for(session, NOW, 1)


def _plan(driver: Any, statement: str) -> list[str]:
    said = driver.execute(f"EXPLAIN QUERY PLAN {statement}", ["1"] * statement.count("?"))
    return [row[3] for row in said.fetchall()]


def test_no_look_reads_a_whole_table(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/plans.db"
    migrate.migrate(url, now=NOW)
    engine, seen = create_engine(url), set[str]()

    @event.listens_for(engine, "connect")
    def _listen(driver: Any, _record: Any) -> None:
        driver.set_trace_callback(lambda text: seen.add(text) if text.startswith("SELECT") else None)

    with Session(engine) as session:
        _asked(session)
        driver = session.connection().connection.driver_connection
        driver.set_trace_callback(None)  # type: ignore[union-attr]
        plans = {statement: _plan(driver, statement) for statement in seen}
    whole = [
        (step, statement[:200])
        for statement, plan in plans.items()
        for step in plan
        if step.startswith("SCAN") and step.split()[1] in GROWING and "USING" not in step
    ]
    assert len(plans) > 8 and not whole, whole
