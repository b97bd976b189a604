"""The disposal list and what it suggests: in both languages, unsure where it should be, and learning by being corrected."""

import csv
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from cryptography.exceptions import InvalidTag
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from typer.testing import CliRunner

from bot.cli import app
from models.database import Database
from models.sealed import Keys, new_key
from services import disposal, triage

LIST = disposal.shipped()
NOW = datetime(2026, 11, 25, 4, 0, tzinfo=UTC)


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    made = Database(database_url, keys=Keys.from_text(new_key()), clock=lambda: NOW)
    yield made
    made.close()


def first(words: str) -> str:
    return triage.rank(LIST, words)[0].category.code


def rows() -> list[dict[str, str]]:
    with disposal.SHIPPED.open(encoding="utf-8", newline="") as source:
        return list(csv.DictReader(source))


def test_the_shipped_list_is_sound_and_holds_every_sector() -> None:
    assert disposal.problems_of(rows()) == []
    assert len({category.sector for category in LIST}) == 15
    private = {"medicine", "isolation", "counselling", "elderly"}
    assert not any(category.public for category in LIST if category.code in private or category.sensitive)


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("老人的降压药快没了, 能不能帮忙送药", "medicine"),
        ("楼下烧烤摊半夜音响太吵, 噪音扰民睡不着", "noise"),
        ("小区物业收了物业费, 楼道没人打扫", "property"),
        ("公司拖欠工资三个月不发", "wages"),
        ("The street light at the east gate is broken", "public_facilities"),
        ("We need groceries and milk powder, no food at home", "supplies"),
        ("The courier lost my parcel", "couriers"),
    ],
)
def test_words_of_people_find_their_category(words: str, code: str) -> None:
    assert first(words) == code


def test_traditional_letters_are_the_same_words() -> None:
    assert triage.rank(LIST, "門口的路燈壞了，晚上沒有燈") == triage.rank(LIST, "门口的路灯坏了，晚上没有灯")
    assert (
        triage.rank(LIST, "垃圾桶滿了沒人來收")[0].category
        == triage.rank(LIST, "垃圾桶满了没人来收")[0].category
    )


def test_it_says_when_it_is_unsure() -> None:
    assert not triage.rank(LIST, "😀😀")[0].sure
    assert not triage.rank(LIST, "")[0].sure
    assert triage.rank(LIST, "快递丢件, 快递员不派送包裹, 快递公司不理")[0].sure


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=300))
def test_any_words_get_shares_that_add_up(words: str) -> None:
    ranked = triage.rank(LIST, words)
    assert len(ranked) == len(LIST) and abs(sum(each.share for each in ranked) - 1) < 1e-9


async def test_it_learns_by_being_corrected(database: Database) -> None:
    """A word that the list does not know is known once leaders have said what it means."""
    words = "红胖胖又堵在门口了"
    before = await database.read(triage.suggest, categories=LIST, text=words)
    assert "sanitation" not in {each.category.code for each in before}
    for number in range(6):
        await database.write(
            None,
            triage.confirm,
            categories=LIST,
            text=f"红胖胖第{number}次没来收, 红胖胖满了",
            code="sanitation",
        )
        await database.write(None, triage.confirm, categories=LIST, text="孩子上学报名的事", code="enrolment")
    after = await database.read(triage.suggest, categories=LIST, text=words)
    assert "sanitation" in {each.category.code for each in after}


async def test_nobodys_words_can_be_read_from_the_lessons(database: Database) -> None:
    await database.write(
        None, triage.confirm, categories=LIST, text="在家隔离, 降压药快没了", code="medicine"
    )
    columns: Any = await database.read(
        lambda session: session.connection().execute(text("SELECT feature, category FROM lesson")).all()
    )
    codes = {category.code for category in LIST}
    assert len(columns) > 5 and {category for _, category in columns} <= codes  # codes and hashes alone
    other = Database(database.url, keys=Keys.from_text(new_key()), clock=lambda: NOW)
    with pytest.raises(InvalidTag):  # another key opens nothing
        await other.read(triage.lessons_for, text="在家隔离, 降压药快没了")
    other.close()


async def test_a_category_that_the_list_no_longer_has_counts_nowhere(database: Database) -> None:
    await database.write(None, triage.confirm, categories=LIST, text="快递丢件", code="gone_long_ago")
    ranked = await database.read(triage.suggest, categories=LIST, text="快递丢件")
    assert ranked[0].category.code == "couriers"


def test_every_mistake_of_an_edited_list_is_named(tmp_path: Path) -> None:
    bad = rows()[0] | {
        "code": "No Way", "level": "moon", "deadline": "soon", "extension": "20d", "public": "yes", "sensitive": "yes",
        "shows": "everything", "words": "，", "sector_en": "", "chain": "grid grid", "template": "nosuch",
    }  # fmt: skip
    said = {problem for _, problem in disposal.problems_of([bad])}
    assert len(said) >= 10, said
    file = tmp_path / "list.csv"
    with file.open("w", encoding="utf-8", newline="") as target:
        writer = csv.DictWriter(target, disposal.COLUMNS)
        writer.writeheader()
        writer.writerow(bad)
    ran = CliRunner().invoke(app, ["disposal", "check", str(file)])
    assert (
        ran.exit_code == 1 and "list.csv:2: level" not in ran.output and "'moon' is not one of" in ran.output
    )


def test_officers_try_words_on_the_list() -> None:
    ran = CliRunner().invoke(app, ["disposal", "try", "路灯不亮, 晚上看不见路"])
    assert ran.exit_code == 0 and "路灯" in ran.output and "street" in ran.output
    assert "77 categories in 15 sectors" in CliRunner().invoke(app, ["disposal", "check"]).output
    assert CliRunner().invoke(app, ["disposal", "try", " "]).exit_code == 1
