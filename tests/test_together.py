"""What is gathered while many things are done at once is there for whoever reads, once, and nowhere else."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from sqlmodel import Session, func, select

from models import Audit, Due, Member
from models.engine import make_engine
from models.prepared import Prepared
from models.together import insert_soon, once, rows_once, together
from services import audit, dues

NOW = datetime(2026, 11, 26, 8, 0, tzinfo=UTC)
COUNT = Prepared(select(func.count().label("many")).select_from(Due))
PEOPLE = Prepared(select(Member.__table__.c.name))  # type: ignore[attr-defined]


@pytest.fixture
def session(database_url: str) -> Iterator[Session]:
    with make_engine(database_url).connect() as connection, Session(connection) as session:
        yield session


def _dues(session: Session) -> int:
    return session.exec(select(func.count()).select_from(Due)).one()


@pytest.mark.parametrize("many", [1, 3, 4, 63, 64, 150])
def test_whoever_reads_finds_what_was_gathered(session: Session, many: int) -> None:
    with together(session):
        for number in range(many):
            dues.set_due(session, "order.end", number, NOW)
            audit.record(session, NOW, None, "order.ended", "order", number, points=number)
        assert COUNT.first(session).many == many, "on the driver"
        dues.set_due(session, "order.end", many, NOW)
        assert _dues(session) == many + 1, "through SQLAlchemy"
        dues.set_due(session, "order.end", many + 1, NOW)
    assert _dues(session) == many + 2, "at the end"
    facts = session.exec(select(Audit).order_by(Audit.id)).all()  # type: ignore[arg-type]
    assert [fact.details for fact in facts] == [{"points": number} for number in range(many)]


def test_a_key_is_taken_once(session: Session) -> None:
    dues.set_due(session, "order.end", 1, NOW)
    with together(session):
        for number in (1, 2, 2, 3, 1):
            dues.set_due(session, "order.end", number, NOW)
    assert _dues(session) == 3


def test_what_was_read_is_known_until_the_work_is_done(session: Session) -> None:
    def names() -> set[str]:
        return {row.name for row in rows_once(session, PEOPLE)}

    insert_soon(session, Member, telegram_id=1, name="a", joined_at=NOW)
    with together(session):
        assert names() == {"a"}
        session.add(Member(telegram_id=2, name="b", joined_at=NOW))
        session.flush()
        assert names() == {"a"}
    assert names() == {"a", "b"}


def test_what_came_true_is_not_done_again_while_it_lasts(session: Session) -> None:
    outcomes = iter([False, True, True])
    work = lambda: next(outcomes)  # noqa: E731
    with together(session):
        assert [once(session, ("a",), work) for _ in range(4)] == [False, True, True, True]
    assert once(session, ("a",), work), "afterwards it is done each time"


def test_nothing_is_left_of_work_that_failed(session: Session) -> None:
    with pytest.raises(ZeroDivisionError), together(session):
        dues.set_due(session, "order.end", 1, NOW)
        raise ZeroDivisionError
    dues.set_due(session, "order.end", 2, NOW)
    assert session.exec(select(Due.subject_id)).all() == [2]


def test_what_refers_to_a_new_row_is_written_after_it(session: Session) -> None:
    with together(session):
        member = Member(telegram_id=5, name="e", joined_at=NOW)
        session.add(member)
        session.flush()
        audit.record(session, NOW, member.id, "member.joined", "member", member.id)
    assert session.exec(select(Audit.actor_id)).one() == member.id
