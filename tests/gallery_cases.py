"""The gallery's requests and whistles: every message, language and state."""

from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from models import Level, RequestState, WhistleKind
from services import disposal
from services.areas import AreaFacts
from services.case_lists import CaseLine, Counts
from services.facts import Called, WhistleFacts
from services.holders import Holders
from services.rates import Rates, WhistleCounts
from services.request_facts import CaseFacts, Step
from services.whistle_words import Told
from views import case_card, case_lists, case_notes, request_questions, request_talk, whistle_card
from views.case_words import whistle_kind
from views.emergency import whom_to_call
from views.message import Message
from views.words import Words

ZONE = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 11, 24, 10, 2, tzinfo=ZONE)
LIST = disposal.shipped()
BY_CODE = {category.code: category for category in LIST}
GRID = Holders("grid", "紫云园 Ziyunyuan", ())
CASE = CaseFacts(
    id=1032, state=RequestState.NEW, category=BY_CODE["medicine"], area="紫云园 Ziyunyuan", zone=ZONE, asked_at=NOW,
    due_at=NOW.replace(hour=18, minute=0), overdue=False, urgent=False, holder=GRID, owner="", next_level="street",
    next_name="塘沽街道 Tanggu", next_at=NOW.replace(hour=18, minute=0), words="降压药快没了 nearly out of pills <b>", photos=1,
    files=1, place="3-2-501", located=True, phone="13800000000", reason="", suggested=LIST[:3], extensible=True,
)  # fmt: skip
ACCEPTED = replace(CASE, state=RequestState.ACCEPTED, owner="李 Lea")
STATES = {
    "new": CASE, "unsorted": replace(CASE, category=None), "urgent": replace(CASE, urgent=True),
    "reopened": replace(CASE, state=RequestState.REOPENED, reopened=2), "taken": ACCEPTED,
    "overdue": replace(ACCEPTED, overdue=True, told_level="street", told_name="塘沽街道 Tanggu", next_level="district", next_name="滨海新区 Binhai", extended=1, reason="等配件 parts", joined=2, for_other=True),
    "given": replace(ACCEPTED, state=RequestState.DISPATCHED),
    "duty out": replace(CASE, state=RequestState.DISPATCHED, order_id=17),
    "duty taken": replace(CASE, state=RequestState.DISPATCHED, order_id=17, helpers=("甲 A", "乙 B")),
    "resolved": replace(ACCEPTED, state=RequestState.RESOLVED),
    "solved": replace(ACCEPTED, state=RequestState.CONFIRMED, closed_by="asker"),
    "rated": replace(ACCEPTED, state=RequestState.CONFIRMED, closed_by="asker", rating=5),
    "silent": replace(ACCEPTED, state=RequestState.CONFIRMED, closed_by="silence"),
    "withdrawn": replace(ACCEPTED, state=RequestState.CONFIRMED, closed_by="withdrawn"),
    "guessed": replace(CASE, guessed=True, passable=True),
    "declined": replace(CASE, state=RequestState.DECLINED, reason="不归我们 not ours"),
    "merged": replace(CASE, state=RequestState.MERGED, merged_into=1030),
    "deleted": replace(CASE, state=RequestState.CONFIRMED, anonymised=True, words="", place="", phone="", located=False),
}  # fmt: skip
TREE = AreaFacts(1, "塘沽街道 Tanggu", Level.STREET, None, ((2, "紫云园"),))


def owners(words: Words) -> dict[str, Message]:
    """What owners read."""
    made = {f"case: {name}": case_card.card(facts, words) for name, facts in STATES.items()}
    made |= {
        f"case: menu {menu}": case_card.card(CASE, words, menu=menu, sector=1, chats=38, categories=LIST)
        for menu in ("more", "sectors", "sort", "send")
    }
    notes = ("alarm", "new", "warn", "overdue", "passed_up", "reopened", "released")
    about = {"level": "street", "name": "塘沽街道 Tanggu"}
    made |= {
        f"case note: {kind}": case_notes.noted(f"request.{kind}", CASE, NOW, words, **about) for kind in notes
    }
    made["case note: untaken"] = case_notes.noted("request.overdue", CASE, NOW, words, **about, untaken=True)
    made["case: noted"] = case_notes.answered(ACCEPTED, words)
    made["case: only given"] = case_card.card(ACCEPTED, words, only_given=True)
    for how in ("declined", "merged"):
        made[f"case note: {how} by a colleague"] = case_notes.ended(CASE, "石 Stan", how, words)
    made["case: details"] = case_notes.details(CASE, words)
    steps = [Step(NOW, fact, "李 Lea", {}) for fact in case_lists.FACTS]
    line = CaseLine(1032, CASE.category, CASE.area, CASE.due_at, True, True, True, ZONE)
    counts = Counts(1, 2, 3, 12)
    kinds = [(whistle_kind(kind, words), 2) for kind in WhistleKind]
    return made | {
        "case: history": case_lists.timeline(ACCEPTED, steps, words),
        "cases": case_lists.waiting([line], 12, counts, NOW, words),
        "no cases": case_lists.waiting([], 0, Counts(0, 0, 0, 0), NOW, words),
        "cases: morning": case_lists.morning(counts, words),
        "rates": case_lists.rates(
            "塘沽街道 Tanggu",
            Rates(12, 0.9, 0.75, 0.5, 4.5, 8),
            [WhistleCounts("城管 City management", 3, 2, 1)],
            kinds,
            words,
        ),
        "rates: none": case_lists.rates("", Rates(0, None, None, None, None, 0), [], [], words),
    }


def askers(words: Words) -> dict[str, Message]:
    """What the resident reads."""
    asking = request_questions.Asking(
        1, "what", CASE, LIST[:3], ((BY_CODE["noise"], "紫云园", NOW),), leads=True, same_place=True, tree=TREE,
        emergency="120",
    )  # fmt: skip
    steps = ("what", "need", "similar", "where", "phone", "area")
    made = {
        f"asking: {step}": request_questions.question(replace(asking, step=step), NOW, words)
        for step in steps
    }
    made["asking: words"] = request_questions.question(request_questions.Asking(1, "words", None), NOW, words)
    lost = replace(asking, step="where", suggested=(), facts=replace(CASE, area="", category=None))
    made["asking: where, unknown"] = request_questions.question(lost, NOW, words)
    made |= {
        f"my request: {name}": request_talk.standing(facts, NOW, words) for name, facts in STATES.items()
    }
    kinds = (
        "accepted", "sorted", "declined", "extended", "moved", "merged", "given", "helper", "delayed", "added", "placed", "parted", "helper_gone", "helper_silent", "unhelped",
    )  # fmt: skip
    facts = replace(ACCEPTED, reason="等配件 parts", merged_into=1030)
    made |= {
        f"told: {kind}": request_talk.told(f"request.{kind}", facts, NOW, words, name="甲 A")
        for kind in kinds
    }
    return made | {
        "filed": request_talk.filed(CASE, NOW, words), "known": request_talk.known(CASE, NOW, words),
        "named": request_talk.named(CASE, words), "is it solved": request_talk.resolved(STATES["resolved"], NOW, words),
        "solved": request_talk.closed(STATES["solved"], words), "rated": request_talk.closed(STATES["rated"], words),
        "closed by silence": request_talk.silent(STATES["silent"], words),
        "emergency": whom_to_call(("despair",), {"ambulance": "120", "despair": "12356"}, words, heard=True),
    }  # fmt: skip


def whistles(words: Words) -> dict[str, Message]:
    units = (
        Called(1, "城管 City management", NOW, False, None), Called(2, "市场监管 Market supervision", None, False, None),
        Called(3, "消防 Fire", None, True, NOW),
    )  # fmt: skip
    facts = WhistleFacts(
        58, WhistleKind.JOINT, "塘沽街道 Tanggu", ZONE, NOW, NOW.replace(minute=32), units, 1032, CASE.category,
        "消防通道被占 fire lane blocked", ended=False, solved=False, of_its_own=False, commands=True, awaited=True,
    )  # fmt: skip
    content = {"units": [1], "offered": [[1, "城管"], [2, "消防"]]}
    made = {
        f"whistle: ask {step}": whistle_card.question(1, step, content, words)
        for step in ("kind", "units", "words")
    }
    return made | {
        "whistle": whistle_card.card(facts, words),
        "whistle: of its own": whistle_card.card(
            replace(facts, case=0, category=None, of_its_own=True, vouches=True), words
        ),
        "whistle: over": whistle_card.card(replace(facts, ended=True, solved=True), words),
        "whistle: called off": whistle_card.card(replace(facts, ended=True), words),
        "whistle: to be called off": whistle_card.card(facts, words, menu="off"),
        "whistle: late": whistle_card.late(58, ["消防 Fire"], "district", "滨海新区 Binhai", words),
        "whistle: late, the last time": whistle_card.late(
            58, ["消防 Fire"], "administrator", "", words, last=True
        ),
        "whistle: nobody": whistle_card.nobody(58, "消防 Fire", words),
        **{f"whistle: told {said}": whistle_card.told(58, 3, "消防 Fire", said, words) for said in Told},
        **{f"whistle: heard {said}": whistle_card.heard(58, said, words) for said in Told},
    }


def every(words: Words) -> dict[str, Message]:
    return {**owners(words), **askers(words), **whistles(words)}
