"""Whoever installs and runs it: every mistake of theirs ends in a sentence, and none costs data."""

import contextlib
import re
import sqlite3
import sys
import zoneinfo
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pydantic import SecretStr
from redis.asyncio import SSLConnection
from sqlmodel import Session

from bot import cli, valkey
from bot.settings import Settings, is_zone
from models import DeadLetter, Question, migrate
from models.actor import emergency_numbers
from models.database import Database
from models.sealed import Keys, UnknownKey, new_key, seal
from services import roles, rotation, tables
from simulator.__main__ import main as simulator_main

Run = Callable[..., tuple[int, str]]
AREAS = "code,parent_code,level,name\n1,,street,塘沽\n11,1,grid,紫云\n"
FILLED = {
    "BOT_TOKEN": "100200300:simulated", "DATABASE_URL": "sqlite:///duty.db", "TIMEZONE": "Asia/Shanghai",
}  # fmt: skip


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """`dutygrid ...` in an empty folder; its exit code and all that it said."""
    monkeypatch.chdir(tmp_path)
    for name, value in (FILLED | {"DATA_KEY": new_key()}).items():
        monkeypatch.setenv(name, value)

    def once(*words: str, **settings: str) -> tuple[int, str]:
        with monkeypatch.context() as given:
            given.setattr(sys, "argv", ["dutygrid", *words])
            for name, value in settings.items():
                given.setenv(name, value)
            with pytest.raises(SystemExit) as ended:
                cli.main()
        said = capsys.readouterr()
        return int(ended.value.code or 0), said.out + said.err

    return once


def import_areas(run: Run, **settings: str) -> None:
    Path("areas.csv").write_bytes(AREAS.encode("gb18030"))
    said = run("areas", "import", "areas.csv", **settings)
    assert said == (0, "2 areas imported.\n"), "as a Chinese Excel writes them"


def test_an_env_file_in_another_encoding_is_named(run: Run) -> None:
    Path(".env").write_bytes("# 机器人的令牌\n".encode("gbk"))
    code, said = run("check")
    assert code == 1 and "not in UTF-8" in said and "Traceback" not in said


def test_a_server_is_known_also_with_what_libraries_add() -> None:
    url, key = "http://127.0.0.1:8081/bot", SecretStr(new_key())
    made = Settings(_env_file=None, bot_api_url=url, bot_token=SecretStr("1:a"), data_key=key)
    assert made.bot_api_url == "http://127.0.0.1:8081"


def test_zones_are_known_by_their_names() -> None:
    """Every place of the time zone database, and no folder, file or path beside them."""
    for name in zoneinfo.available_timezones() - {"localtime", "Factory"}:
        assert is_zone(name), name
    for name in (
        "",
        "Asia",
        "asia/../UTC",
        "/etc/hosts",
        "posixrules",
        "right/UTC",
        "Factory",
        "UTC ",
        "北京",
    ):
        assert not is_zone(name), name


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"DATA_KEY": "abc"}, "DATA_KEY is 32 bytes"), ({"DATABASE_URL": "mysql://x/y"}, "DATABASE_URL is sqlite:///FILE"),
        ({"DATABASE_URL": "postgresql://u:canary@127.0.0.1:1/x"}, "PostgreSQL does not do it"),
        ({"DATABASE_URL": "sqlite:////nonexistent/x.db"}, "There is no database"), ({"TIMEZONE": "Mars/X"}, "is not known"),
        ({"WEBHOOK_URL": "example.org"}, "begins with https://"), ({"WEB_PORT": "99999"}, "WEB_PORT is at most 65535."), ({"WEB_PORT": ""}, "WEB_PORT is a whole number."),
        ({"WEBHOOK_URL": "https://x", "WEB_PORT": "0"}, "needs a WEB_PORT"), ({"ADMIN_IDS": "9" * 20}, "that /start shows"),
        ({"BOT_TOKEN": ""}, "@BotFather"), ({"COUNTRY": "ZZ"}, "has no calendar"), ({"COUNTRY": "China"}, "COUNTRY is two capital letters"), ({"REDIS_URL": "foo"}, "begins with redis://"),
        ({"REDIS_URL": "redis://h/abc"}, "ends with /NUMBER"), ({"REDIS_URL": "redis://h?foo=1"}, "?OPTION=VALUE"),
        ({"REDIS_URL": "redis://h?db=x"}, "ends with /NUMBER"),
        ({"REDIS_URL": "redis://127.0.0.1:abc/0"}, "needs a host"), ({"WEBHOOK_URL": "https://"}, "needs a host"),
        ({"DATABASE_URL": "sqlite:///:memory:"}, "DATABASE_URL is"), ({"DATABASE_URL": "postgresql://u@h:abc/x"}, "DATABASE_URL is"),
        ({"CLOCK_FILE": "areas.csv"}, "CLOCK_FILE is for a simulator"),
        ({"EMERGENCY_NUMBERS": "ambulance:12O"}, "once each"), ({"WEBHOOK_URL": "https://x/?y=1"}, "without ?"),
        ({"DATABASE_URL": "sqlite+aiosqlite:///x.db"}, "DATABASE_URL is"), ({"ADMIN_IDS": "@ben"}, "that /start shows"),
        ({"TELEGRAM_PROXY": "127.0.0.1:1"}, "https:// or http://"),
    ],
)  # fmt: skip
def test_a_setting_that_is_wrong_is_named_with_its_reason(
    run: Run, settings: dict[str, str], said: str
) -> None:
    Path("areas.csv").write_text(AREAS, encoding="utf-8")
    code, answer = run("check", **settings)
    assert code == 1 and said in answer and "Traceback" not in answer and "canary" not in answer


def test_a_check_in_the_wrong_folder_makes_no_database(run: Run) -> None:
    assert run("check") == (1, "There is no database at duty.db. `dutygrid run` makes one.\n")
    assert not Path("duty.db").exists()


def test_a_copy_that_is_none_costs_nothing(run: Run) -> None:
    import_areas(run)
    assert run("backup", "copy")[0] == 0
    whole = Path("copy").read_bytes()
    for name, content in (("words", b"no copy"), ("empty", b""), ("torn", whole[: len(whole) // 2])):
        Path(name).write_bytes(content)
        code, said = run("restore", name)
        assert code == 1 and "Nothing was changed." in said, name
    sqlite3.connect("foreign").execute("CREATE TABLE x (y)").connection.close()
    assert "Nothing was changed." in run("restore", "foreign")[1]
    assert "is the database itself" in run("restore", "duty.db")[1]
    assert run("backup", "/nonexistent/copy") == (
        1,
        "There is no folder /nonexistent. Make it, or name another.\n",
    )
    assert run("check") == (0, "All is well.\n")
    assert run("areas", "emergency", "1", "ambulance：120，police:110")[0] == 0, "what was there is there"
    assert run("restore", "copy")[0] == 0
    assert not [path.name for path in Path().iterdir() if path.name.endswith(("unfinished", "restoring"))]
    assert run("release") == (0, "Nothing is held back.\n")


def test_a_copy_of_an_older_version_is_brought_to_this_one(run: Run) -> None:
    migrate.migrate("sqlite:///old.db", now=datetime.now(UTC), to="0007")
    import_areas(run)
    code, said = run("restore", "old.db")
    assert code == 0 and "Noted." in said, said
    assert migrate.present("sqlite:///duty.db") == migrate.head()
    assert run("check") == (0, "All is well.\n")


def test_another_key_or_a_newer_schema_is_refused(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    import_areas(run)
    key = new_key()
    opened = Database("sqlite:///duty.db", keys=Keys.from_text(key), clock=lambda: datetime.now(UTC))
    opened.write_now(_keep_something_sealed)
    opened.close()
    code, said = run("check")
    assert code == 1 and "DATA_KEY is not what this database was sealed with" in said
    monkeypatch.setenv("DATA_KEY", key)
    assert run("check")[0] == 0
    with sqlite3.connect("duty.db") as database:
        database.execute("UPDATE alembic_version SET version_num = 'z999'")
    for command in ("check", "run", "migrate"):
        code, said = run(command)
        assert code == 1 and "newer version of DutyGrid" in said
    assert not [path.name for path in Path().iterdir() if "before" in path.name], "no copy at every try"


def test_a_copy_of_another_key_is_noted_all_the_same(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """Otherwise it would run unnoticed once the key is right, and send twice."""
    import_areas(run)
    key = new_key()
    opened = Database("sqlite:///duty.db", keys=Keys.from_text(key), clock=lambda: datetime.now(UTC))
    opened.write_now(_keep_something_sealed)
    opened.close()
    monkeypatch.setenv("DATA_KEY", key)
    assert run("backup", "copy")[0] == 0
    code, said = run("restore", "copy", DATA_KEY=new_key())
    assert code == 1 and "The copy is in place and noted. DATA_KEY is not what" in said
    with sqlite3.connect("duty.db") as database:
        assert database.execute("SELECT count(*) FROM stamp").fetchall() == [(1,)]


def _keep_something_sealed(session: Session, now: datetime) -> None:
    member = roles.known(session, now, 7)
    question = Question(member_id=member.id, kind="order", step="title", asked_at=now)
    seal(session, question, "content", "{}")
    session.add(question)


@pytest.mark.parametrize(
    "said", ["ambulance:120,police:110", "ambulance：120， police：110", "ambulance:120、police:110"]
)
def test_emergency_numbers_as_keyboards_write_them(said: str) -> None:
    assert emergency_numbers(said) == (("ambulance", "120"), ("police", "110"))


@pytest.mark.parametrize(
    "content", [b"a\0b", b"\xff\xff\xff", b"x,y\n1,2\n", b'a,b\n"1,2\n', b"a,b\r1,2\r" + b"9" * 140_000]
)
def test_files_that_are_no_tables(content: bytes) -> None:
    text = tables.text_of(content)
    assert text is None or not tables.rows_of(text, ("a", "b"))


@pytest.mark.parametrize(
    ("scheme", "secure"), [("redis", False), ("rediss", True), ("valkey", False), ("valkeys", True)]
)
def test_valkey_is_another_word_for_redis(scheme: str, secure: bool) -> None:
    pool = valkey.connect(f"{scheme}://127.0.0.1:6399/2").connection_pool
    assert pool.connection_kwargs["port"] == 6399 and pool.connection_kwargs["db"] == 2
    assert issubclass(pool.connection_class, SSLConnection) == secure


def test_an_area_has_a_time_zone_of_its_own(run: Run) -> None:
    import_areas(run)
    assert run("areas", "zone", "11", "Asia/Urumqi") == (0, "紫云: Asia/Urumqi.\n")
    with sqlite3.connect("duty.db") as database:
        kept = database.execute("SELECT time_zone FROM area ORDER BY code").fetchall()
    assert kept == [(None,), ("Asia/Urumqi",)]
    assert run("areas", "zone", "11", "Mars/X")[0] == run("areas", "zone", "99", "Asia/Urumqi")[0] == 1
    assert run("areas", "zone", "11", "") == (0, "紫云: as the area above.\n")


@pytest.mark.parametrize("between", [",", ";", "\t"])
def test_units_are_imported_from_any_spreadsheet_and_retired(run: Run, between: str) -> None:
    import_areas(run)
    rows = [("Code", " Name", "area_code"), ("city", "City management", ""), ("fire", "Fire brigade", "")]
    Path("units.csv").write_text("\n".join(between.join(row) for row in rows), encoding="utf-8-sig")
    said = run("units", "import", "units.csv")[1]
    assert said.startswith("2 units imported.") and "No unit answers for: " in said and "人社" in said
    assert run("units", "retire", "city") == (0, "City management takes part no more.\n")
    assert run("units", "list") == (0, "fire  Fire brigade  (0)\n")
    assert "No unit has the code city" in run("units", "retire", "city")[1]


def test_the_simulator_s_two_commands_take_the_same_options(
    run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    """`dutygrid simulator` and `python -m simulator`, which stands alone."""
    with pytest.raises(SystemExit):
        simulator_main(["--help"])
    options = set(re.findall(r"--[a-z][a-z-]+", capsys.readouterr().out)) - {"--help", "--no-phones"}
    offered = run("simulator", "--help")[1]
    assert "--clock-file" in options
    assert [option for option in options if option not in offered] == []


def test_keys_are_rotated_once_a_bot_has_started_with_the_new_one(run: Run) -> None:
    """What a running bot could not open is lost to people until somebody sees why."""
    old = new_key()
    import_areas(run, DATA_KEY=old)
    both = f"2:{new_key()},1:{old}"
    code, said = run("rotate", DATA_KEY=both)
    assert code == 1 and "No bot has started with the key named first" in said
    started = Database("sqlite:///duty.db", keys=Keys.from_text(both), clock=lambda: datetime.now(UTC))
    for _twice in range(2):
        started.write_now(rotation.note_sealing)
    started.close()
    assert run("rotate", DATA_KEY=both)[0] == 0


def test_a_zone_is_reckoned_with_at_once(run: Run) -> None:
    import_areas(run)
    run("areas", "zone", "11", "Asia/Urumqi")
    with contextlib.closing(sqlite3.connect("duty.db")) as kept:
        assert kept.execute("SELECT count(*) FROM due WHERE kind = 'cases.calendar'").fetchone() == (1,)


def test_a_file_in_no_folder_names_the_folder(run: Run, tmp_path: Path) -> None:
    import_areas(run)
    assert run("backup", "nowhere/copy.db") == (
        1,
        f"There is no folder {tmp_path / 'nowhere'}. Make it, or name another.\n",
    )


def test_a_key_that_is_missing_is_told_from_a_fault(run: Run) -> None:
    import_areas(run, DATA_KEY=(key := new_key()))
    lettered = Database("sqlite:///duty.db", keys=Keys.from_text(key), clock=lambda: datetime.now(UTC))

    def bury(session: Session, now: datetime) -> None:
        letter = DeadLetter(update_id=7, error=UnknownKey.__name__, at=now)
        seal(session, letter, "body", "{}")
        session.add(letter)

    lettered.write_now(bury)
    lettered.close()
    assert "sealed with a key that the bot's DATA_KEY does not name" in run("dead-letters", DATA_KEY=key)[1]
