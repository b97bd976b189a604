"""Lifecycles, seals, migrations and the ledger's triggers."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from cryptography.exceptions import InvalidTag
from sqlalchemy import CheckConstraint, LargeBinary, create_engine, text
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session, SQLModel

from models import (
    Claim,
    ClaimState,
    DeliveryState,
    Member,
    OrderState,
    Report,
    RequestState,
    migrate,
    revision,
)
from models.database import Database
from models.engine import driver_url
from models.lifecycle import CLAIM, DELIVERY, ORDER, REQUEST, diagram, move
from models.retention import RULES
from models.sealed import Keys, new_key, seal, unseal
from tests.city import City

NOW = datetime(2026, 11, 24, tzinfo=UTC)
CLAIM_VERBS = "claim withdraw check_in report amend approve return reject undo expire release accept_late reconfirm".split()
# Every pair that leads somewhere, as the design words it; every other pair is refused
ALLOWED = """
claimed: withdraw>withdrawn check_in>checked_in report>reported expire>expired release>withdrawn
checked_in: report>reported expire>expired release>withdrawn reconfirm>claimed
reported: amend>reported approve>approved return>returned reject>rejected
returned: report>reported expire>expired undo>reported
approved: undo>reported
rejected: undo>reported
expired: accept_late>reported
withdrawn: claim>claimed
"""


def _decided() -> dict[tuple[str, str], str]:
    pairs = {}
    for line in ALLOWED.strip().splitlines():
        state, verbs = line.split(": ")
        for verb in verbs.split():
            pairs[state, verb.split(">")[0]] = verb.split(">")[1]
    return pairs


@pytest.mark.parametrize("state", ClaimState)
@pytest.mark.parametrize("verb", CLAIM_VERBS)
def test_every_pair_of_a_claim_is_decided(state: ClaimState, verb: str) -> None:
    after = move(CLAIM, state, verb)
    assert (after.value if after else None) == _decided().get((state.value, verb))


REQUEST_VERBS = "accept dispatch release hand_on resolve decline merge extend confirm reopen".split()
REQUEST_ALLOWED = {
    "new": "accept>accepted dispatch>dispatched resolve>resolved decline>declined merge>merged extend>new confirm>confirmed",
    "reopened": "accept>accepted dispatch>dispatched resolve>resolved decline>declined merge>merged extend>reopened confirm>confirmed",
    "accepted": "hand_on>new dispatch>dispatched resolve>resolved decline>declined merge>merged extend>accepted confirm>confirmed",
    "dispatched": "hand_on>new dispatch>dispatched release>accepted resolve>resolved decline>declined merge>merged extend>dispatched confirm>confirmed",
    "resolved": "confirm>confirmed reopen>reopened",
    "confirmed": "reopen>reopened",
    "declined": "reopen>reopened",
    "merged": "confirm>confirmed reopen>reopened",
}


@pytest.mark.parametrize("state", RequestState)
@pytest.mark.parametrize("verb", REQUEST_VERBS)
def test_every_pair_of_a_request_is_decided(state: RequestState, verb: str) -> None:
    allowed = dict(each.split(">") for each in REQUEST_ALLOWED[state.value].split())
    after = move(REQUEST, state, verb)
    assert (after.value if after else None) == allowed.get(verb)


def test_lifecycles_use_only_known_verbs() -> None:
    assert {verb for _, verb in REQUEST} == set(REQUEST_VERBS)
    assert {verb for _, verb in CLAIM} == set(CLAIM_VERBS)
    assert {state for state, _ in ORDER} | set(ORDER.values()) == set(OrderState)
    assert {state for state, _ in DELIVERY} | set(DELIVERY.values()) == set(DeliveryState)
    assert "claimed --> checked_in: check_in" in diagram(CLAIM)


def _database(url: str) -> Database:
    return Database(url, keys=Keys.from_text(new_key()), clock=lambda: datetime.now(UTC))


def test_sealed_words_open_only_in_their_own_row_and_column(tmp_path) -> None:  # type: ignore[no-untyped-def]
    engine = create_engine("sqlite://")
    with Session(engine, info={"keys": Keys.from_text(new_key())}) as session:
        one = Report(claim_id=1, said_at=NOW)
        other = Report(claim_id=2, said_at=NOW)
        seal(session, one, "words", "秘密")
        assert unseal(session, one, "words") == "秘密"
        assert "秘密".encode() not in (one.words or b"")
        other.words = one.words
        one.position = one.words
        for row, column in ((other, "words"), (one, "position")):
            with pytest.raises(InvalidTag):
                unseal(session, row, column)
    assert "=" not in repr(session.info["keys"]).split("versions=")[1]


def test_a_new_key_is_known_everywhere_before_it_seals() -> None:
    old, new = new_key(), new_key()
    engine, key_of = create_engine("sqlite://"), Keys.from_text
    report = Report(claim_id=1, said_at=NOW)
    with Session(engine, info={"keys": key_of(f"1:{old},2:{new}")}) as session:
        seal(session, report, "words", "a")
    with Session(engine, info={"keys": key_of(old)}) as session:
        assert unseal(session, report, "words") == "a", "who does not know the new one yet can read it"
    with Session(engine, info={"keys": key_of(f"2:{new},1:{old}")}) as session:
        assert unseal(session, report, "words") == "a"
        seal(session, report, "words", "b")
    with Session(engine, info={"keys": key_of(f"1:{old},2:{new}")}) as session:
        assert unseal(session, report, "words") == "b"


def test_migrations_go_up_down_up_and_match_the_models(database_url: str) -> None:
    config = migrate.alembic_config(database_url)
    engine = create_engine(driver_url(database_url))

    def differences() -> list[object]:
        with engine.connect() as connection:
            context = MigrationContext.configure(connection, opts={"compare_type": True})
            return list(compare_metadata(context, SQLModel.metadata))

    assert differences() == []
    command.downgrade(config, "base")
    command.upgrade(config, "head")
    assert differences() == []
    with engine.begin() as connection:
        connection.execute(
            text("INSERT INTO member (name, reach, joined_at) VALUES ('A', 'ok', '2026-01-01 00:00:00')")
        )
        connection.execute(text("INSERT INTO account (member_id) VALUES (1)"))
        row = "INSERT INTO transfer (from_account, to_account, points, kind, rule, arithmetic, at) VALUES (1, 2, {}, 'award', 'r', 'a', '2026-01-01 00:00:00')"
        connection.execute(text(row.format(4)))
    forbidden = ["UPDATE transfer SET points = 5", "DELETE FROM transfer", row.format(0), row.format(-1)]
    if "postgres" in database_url:
        forbidden.append("TRUNCATE transfer CASCADE")
    for statement in forbidden:
        with pytest.raises(DBAPIError), engine.begin() as connection:
            connection.execute(text(statement))
    with engine.connect() as connection:
        assert connection.execute(text("SELECT points FROM transfer")).all() == [(4,)]
    engine.dispose()


def test_times_are_aware_and_naive_ones_refused(database_url: str) -> None:
    database = _database(database_url)
    database.write_now(lambda session, now: session.add(Member(name="A", joined_at=NOW)))
    assert database.read_now(lambda session: session.get(Member, 1).joined_at) == NOW
    with pytest.raises(Exception, match="(?i)naive|timezone|aware"):
        database.write_now(lambda session, now: session.add(Member(name="B", joined_at=datetime(2026, 1, 1))))  # noqa: DTZ001
    database.close()


def test_a_claim_is_unique_for_an_order_and_member() -> None:
    assert any(
        sorted(c.name for c in constraint.columns) == ["member_id", "order_id"]
        for constraint in Claim.__table__.constraints
        if hasattr(constraint, "columns")
    )  # type: ignore[attr-defined]


def test_everything_sealed_has_a_retention_rule() -> None:
    """Each rule names a column there is; each sealed column, and all that says who somebody is, has one."""
    columns = {
        f"{table.name}.{column.name}": column
        for table in SQLModel.metadata.tables.values()
        for column in table.columns
    }
    assert set(RULES) <= set(columns)
    sealed = {name for name, column in columns.items() if isinstance(column.type, LargeBinary)}
    person = {"telegram_id", "name", "language", "telegram_language"}
    assert sealed | {f"member.{name}" for name in person} <= set(RULES)


async def test_what_the_rules_call_forgotten_is_empty_after_forget(town: City) -> None:
    ben = await town.person("Ben")
    chat = await town.neighbourhood(ben)
    await town.order(chat)
    await ben.taps(chat, "I'm in")
    await ben.sends_photos(town.bot, 1, "/report 1 All calm")
    await ben.sees(town.bot, "Received")
    member = (await town.sql(f"SELECT id FROM member WHERE telegram_id = {ben.id}"))[0][0]
    await ben.says(town.bot, "/forget")
    await ben.taps(town.bot, "Yes, erase it")
    await ben.sees(town.bot, "Erased.")
    assert await town.sql("SELECT words, position FROM report") == [(None, None)]
    assert await town.sql("SELECT id FROM report_photo") == []
    assert await town.sql(f"SELECT name, telegram_id, language FROM member WHERE id = {member}") == [
        ("—", None, None)
    ]
    assert await town.sql(f"SELECT chat_id FROM chat_member WHERE member_id = {member}") == []
    assert await town.sql(f"SELECT id FROM delivery WHERE recipient_id = {member}") == []


def test_no_migration_rebuilds_a_table_without_its_checks_and_numbers(tmp_path: Path) -> None:
    """SQLite: a rebuilt table has lost both before, and its numbers were then given twice."""
    url = f"sqlite:///{tmp_path}/city.db"
    migrate.migrate(url, now=datetime.now(UTC))
    with create_engine(url).connect() as connection:
        rows = connection.execute(text("SELECT name, sql FROM sqlite_master WHERE type = 'table'")).all()
    written = {name: str(sql) for name, sql in rows}
    for table in SQLModel.metadata.tables.values():
        counted = bool(table.dialect_options["sqlite"].get("autoincrement"))
        assert counted == ("AUTOINCREMENT" in written[table.name]), table.name
        checks = [each for each in table.constraints if isinstance(each, CheckConstraint) and each.name]
        assert written[table.name].count(f"ck_{table.name}") == len(checks), table.name


def test_the_files_of_the_migrations_are_named_after_their_revisions_in_order() -> None:
    """Every start asks the names alone which schema is the newest."""
    scripts = ScriptDirectory(str(revision.SCRIPTS))
    in_order = [each.revision for each in reversed(list(scripts.walk_revisions()))]
    assert revision.known() == in_order and revision.head() == scripts.get_current_head()
