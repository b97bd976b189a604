"""Every message in every language and state, on one page to look at: `python -m tests.gallery` writes docs/gallery.html."""

from dataclasses import replace
from datetime import datetime
from html import escape
from pathlib import Path
from zoneinfo import ZoneInfo

from models import ClaimState, Evidence, Level, OrderState, RoleKind
from models.actor import LANGUAGES
from services.areas import AreaFacts
from services.facts import (
    Claimed,
    Done,
    MyPlace,
    OrderBrief,
    OrderFacts,
    Place,
    PointsFacts,
    RankFacts,
    ReviewFacts,
)
from services.habits import USUAL
from services.lists import Listed
from services.members import MyData
from tests import gallery_cases
from views import notes, order_card, people, places, review_card
from views.message import Message
from views.refusals import SENTENCES, sentence
from views.toasts import toast
from views.words import Words

ZONE = ZoneInfo("Asia/Shanghai")
BOT = "DutyGridBot"
PAGE = Path(__file__).parent.parent / "docs" / "gallery.html"


def _at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=ZONE)


BRIEF = OrderBrief(
    17,
    "执勤站岗 Checkpoint",
    "东门 East gate",
    _at(24, 8),
    _at(24, 12),
    _at(25, 12),
    ZONE,
    OrderState.OPEN,
    4,
    Evidence.PHOTO,
    1,
)


def _facts(
    state: OrderState, *held: ClaimState, reason: str | None = None, coarse: bool = False
) -> OrderFacts:
    names = ("甲 A", "乙 B", "丙 C")
    taken = tuple(
        Place(index, names[index], claim, index != 2, index == 0) for index, claim in enumerate(held)
    )
    return OrderFacts(
        replace(BRIEF, state=state),
        3,
        len(held),
        taken,
        "李 Lea",
        "紫云园 Ziyunyuan",
        reason,
        4.0,
        False,
        coarse,
    )


REVIEW = ReviewFacts(
    5, 2, "甲 A", BRIEF, "一切正常, 登记 43 人 <b>", False, None, ("p1", "p2"), _at(24, 8, 2), 40, _at(24, 11, 58), False, False, 13, 1
)  # fmt: skip


def orders(words: Words) -> dict[str, Message]:
    claimed, here, reported, approved = (
        ClaimState.CLAIMED,
        ClaimState.CHECKED_IN,
        ClaimState.REPORTED,
        ClaimState.APPROVED,
    )
    states = {
        "open": _facts(OrderState.OPEN),
        "part filled": _facts(OrderState.OPEN, claimed, claimed),
        "full": _facts(OrderState.OPEN, claimed, claimed, claimed),
        "coarse": _facts(OrderState.OPEN, claimed, coarse=True),
        "under way": _facts(OrderState.RUNNING, here, here, claimed),
        "all reported": _facts(OrderState.RUNNING, reported, reported, reported),
        "closed": _facts(OrderState.CLOSED, approved, approved, approved),
        "cancelled": _facts(OrderState.CANCELLED, claimed, claimed, claimed, reason="因下雪取消。"),
    }
    cards = {f"card: {name}": order_card.card(facts, words, BOT) for name, facts in states.items()}
    mine = {
        f"my place: {state}": order_card.my_place(
            MyPlace(_facts(OrderState.OPEN), 1, state, _at(25, 12), True, None, False, False), words
        )
        for state in (None, *ClaimState)
        if state not in (ClaimState.WAITLISTED, ClaimState.OFFERED, ClaimState.NO_SHOW, ClaimState.WITHDRAWN)
    }
    told = {
        "issued": order_card.issued(_facts(OrderState.OPEN), 38, words),
        "answers": order_card.answers(_facts(OrderState.OPEN, claimed, claimed), words),
    }
    return cards | mine | told


def reviews(words: Words) -> dict[str, Message]:
    decided = {
        "rated": replace(
            REVIEW,
            decision=ClaimState.APPROVED,
            rating=5,
            mine=True,
            can_undo=True,
            settles_at=_at(24, 12, 1),
            review_id=9,
        ),
        "rated by another": replace(REVIEW, decision=ClaimState.APPROVED, rating=5, reviewer="王 W"),
        "returned": replace(REVIEW, decision=ClaimState.RETURNED, code="unclear", mine=True, review_id=9),
        "rejected": replace(REVIEW, decision=ClaimState.REJECTED, reason="…", reviewer="王 W"),
        "late and lacking": replace(REVIEW, photos=(), late=True, lacking=True, located=True),
    }
    cards = {
        "review": review_card.review_card(REVIEW, words),
        "review: reasons": review_card.review_card(REVIEW, words, menu="return"),
    }
    cards |= {f"review: {name}": review_card.review_card(facts, words) for name, facts in decided.items()}
    return cards | {
        f"told: {name}": review_card.told(facts, words) for name, facts in list(decided.items())[:4]
    }


def told(words: Words) -> dict[str, Message]:
    received = notes.Received(5, 2, 1, True, False, True, False, False)
    points = PointsFacts(38, 19.0, ((4, "award", 17, BRIEF.title, 5),), ((4, 21),))
    return {
        "reminders: a person's": people.habits(USUAL, None, words),
        "reminders: an area's": people.habits(USUAL, "紫云园 Ziyunyuan", words),
        "reminder: hour": notes.reminder(BRIEF, ("乙 B",), words, hour=True, late=False),
        "reminder: eve": notes.reminder(BRIEF, (), words, hour=False, late=False),
        "reminder: group": notes.reminder_in_group(BRIEF, ("丙 C",), words, BOT),
        "reminder: unreachable": notes.unreachable(BRIEF, ("丙 C",), words),
        "report due": notes.report_due(BRIEF, words), "reconfirm": notes.reconfirm(BRIEF, words),
        "changed": notes.changed(BRIEF, words),
        "withdrawn": notes.withdrawn(BRIEF, words, kindly=True), "freed": notes.freed(BRIEF, "乙 B", words),
        "checked in": notes.checked_in(BRIEF, 40, words), "received": notes.received(BRIEF, received, words),
        "received: asked": notes.received(BRIEF, replace(received, up=False, photos=0, asked=True), words),
        "expired": notes.expired(BRIEF, words), "cancelled": notes.cancelled(BRIEF, "下雪 Snow", words),
        "nag": notes.review_nag(BRIEF, words, overdue=False), "overdue": notes.review_nag(BRIEF, words, overdue=True),
        "points": people.points(points, words), "rank": people.rank(RankFacts("紫云园", 2, 9, 38, 120), words),
        "my places and requests": people.mine([Listed(BRIEF, 1, None)], [gallery_cases.CASE], gallery_cases.NOW, words),
        "orders": people.listed([Listed(BRIEF, 1, None)], words, mine=False), "no orders": people.listed([], words, mine=False),
        "help: leader": people.help_(RoleKind.LEADER, words, issues=True), "help: volunteer": people.help_(RoleKind.VOLUNTEER, words),
        "start": people.start("甲 A", 7000000001, words),
        "my data": people.my_data(MyData("甲 A", 7000000001, "zh", ((RoleKind.VOLUNTEER, ""),), 1, 2, 2, 3), words),
        "walk": places.area_walk(AreaFacts(1, "塘沽街道", Level.STREET, None, ((2, "紫云园"),)), 0, words, empty=False),
        "walk: empty": places.area_walk(None, 0, words, empty=True),
        "diagnosis": places.diagnosis(places.Health(None, 0, False, False, False), BOT, words),
        "diagnosis: well": places.diagnosis(places.Health("紫云园", 2, True, True, True), BOT, words),
    }  # fmt: skip


def answers(words: Words) -> dict[str, str]:
    """Refusals and toasts, which are plain sentences."""
    blanks = {"order": 17, "report": 5, "line": 3, "most": 80, "count": 3, "taken": 2, "command": "claim"}
    blanks |= {"case": 1032, "whistle": 58, "card": 18, "names": "紫云园 (11), 紫云东里 (12)"}
    said = {f"no: {name}": str(sentence(name, dict(blanks), words)) for name in SENTENCES}
    return said | {
        "toast: claimed": toast(Claimed(BRIEF, True), words),
        "toast: confirmed": toast(Done("confirmed"), words),
    }


def every(language: str) -> dict[str, Message | str]:
    words = Words(language)
    cases = gallery_cases.every(words)
    return {**orders(words), **reviews(words), **told(words), **cases, **answers(words)}


def _cell(item: Message | str) -> str:
    if isinstance(item, str):
        return f"<p>{item}</p>"
    rows = "".join(
        f"<div>{' '.join(f'<kbd>{escape(str(button.label))}</kbd>' for button in row)}</div>"
        for row in item.rows
    )
    keys = "".join(f"<div><kbd>⌨ {escape(str(key.label))}</kbd></div>" for key in item.keys)
    return f"<p>{'📷<br>' if item.photo else ''}{str(item.text).replace(chr(10), '<br>')}</p>{rows}{keys}"


def page() -> str:
    """The gallery as one HTML page."""
    columns = [every(language) for language in LANGUAGES]
    head = "".join(f"<th>{language}</th>" for language in ("", *LANGUAGES))
    rows = "\n".join(
        f"<tr><th>{name}</th>"
        + "".join(
            f'<td lang="{language}">{_cell(column[name])}</td>'
            for language, column in zip(LANGUAGES, columns, strict=True)
        )
        + "</tr>"
        for name in columns[0]
    )
    style = "body{font:15px sans-serif;margin:1rem}td{vertical-align:top;border:1px solid #bbb;padding:.5rem;width:45%}th{text-align:left}kbd{background:#cfe3f1;padding:.1rem .6rem;border-radius:6px}"
    return f'<!doctype html><html lang="en"><meta charset="utf-8"><title>Every message</title><style>{style}</style><h1>Every message</h1><table><tr>{head}</tr>\n{rows}\n</table></html>\n'


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
