"""Scenes about requests and whistles: what each delivery shows, from the newest facts."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from sqlmodel import col, select

from models import Area, Delivery, DeliveryState, Member, Question, Request, RequestPart
from models.sealed import unseal
from services import (
    areas,
    complaints,
    disposal_lists,
    helping,
    holders,
    questions,
    request_answers,
    request_facts,
    requests,
)  # fmt: skip
from services.disposal import Category, shown_to_helpers
from services.request_facts import CaseFacts
from views import case_card, case_notes, request_questions, request_talk
from views import case_lists as case_lists_view
from views.case_words import level_words, said_so_far
from views.emergency import whom_to_call
from views.message import Deletion, Message, Reaction
from views.scene import Scene

View = Callable[[Scene], Message | Reaction | Deletion | None]


def facts_of(scene: Scene, *, suggest: bool = False) -> CaseFacts:
    case = int(scene.args.get("case") or scene.row.subject_id or 0)
    return request_facts.facts(scene.session, scene.now, case, suggest=suggest)


def card(scene: Scene) -> Message | None:
    """To somebody who may act on it, and to nobody else, whoever it was sent to before."""
    case = int(scene.row.subject_id or scene.args.get("case") or 0)
    request, member = scene.session.get(Request, case), scene.session.get(Member, scene.recipient)
    if request is None or member is None:
        return handed_on(scene) if scene.row.message_id else None
    suspended = member.suspended_at is not None
    handles = holders.may_handle(scene.session, member.id, suspended, request)
    if not handles and not holders.may_look(scene.session, member.id, suspended, request):
        return handed_on(scene) if scene.row.message_id else None
    facts = request_facts.facts(scene.session, scene.now, case, suggest=True)
    if member.id in complaints.meant(scene.session, request):
        facts = replace(facts, words=complaints.words_for_helpers(scene.session, request))
    categories = disposal_lists.of(scene.session, request.list_version)
    chosen = {key: scene.args[key] for key in ("menu", "sector", "chats") if key in scene.args}
    given = handles and not holders.has_part(scene.session, member.id, request)
    shown = case_card.card(facts, scene.words, categories=categories, only_given=given, **chosen)
    return shown if handles else replace(shown, rows=())  # who was called reads it, and acts by reporting in


def handed_on(scene: Scene) -> Message:
    """A card whose reader has no part in the case any more."""
    return Message(scene.words.say("This case is with others now."), final=True)


def about(view: Callable[..., Message]) -> View:
    """A scene of a case's facts alone."""
    return lambda scene: view(facts_of(scene), scene.words)


def about_now(view: Callable[..., Message]) -> View:
    """A scene of a case's facts and the present."""
    return lambda scene: view(facts_of(scene), scene.now, scene.words)


def filed(scene: Scene) -> Message:
    return request_talk.filed(
        facts_of(scene), scene.now, scene.words, consent=scene.args.get("consent", False)
    )


def told(scene: Scene) -> Message:
    """What happened, to the asker; `name` is a helper's, or the level's that hears."""
    facts = facts_of(scene)
    helper = scene.session.get(Member, scene.args.get("member") or 0)
    name = (
        (str(scene.words.say("Somebody")) if helper.forgotten_at else helper.name)
        if helper
        else str(level_words(scene.args.get("level", ""), _higher(scene, facts), scene.words))
    )
    part, helper, private = (scene.args.get(name) for name in ("part", "helper", "private"))
    return request_talk.told(
        scene.row.kind,
        facts,
        scene.now,
        scene.words,
        name=name,
        part=part,
        private=bool(private),
        helper=bool(helper),
    )


def ended(scene: Scene) -> Message:
    by = scene.session.get(Member, scene.args["member"])
    into = scene.args.get("into", 0)
    return case_notes.ended(facts_of(scene), by.name if by else "", scene.args["how"], scene.words, into=into)


def needed_again(scene: Scene) -> Message | None:
    """Nothing once it is solved, or the place given back."""
    if details(scene) is None:
        return None
    return case_notes.needed_again(facts_of(scene), scene.args["order"], scene.words)


def _higher(scene: Scene, facts: CaseFacts) -> str:
    """The name of the level that was told."""
    level = scene.args.get("level", "")
    request = scene.session.get(Request, facts.id)
    if request is None or level in ("", holders.LAST):
        return ""
    return holders.at_level(scene.session, request, level).name if level in holders.UPWARDS else ""


def noted(scene: Scene) -> Message | None:
    """About a deadline; not any more once the case is solved. That nobody can be asked whether it is, only then."""
    facts = facts_of(scene)
    waits = ("resolved",) if scene.row.kind == "request.unheard" else case_card.RUNNING
    if facts.state not in waits:
        return None
    untaken = bool(scene.args.get("untaken"))
    joined, source = _joined_words(scene), scene.session.get(Request, scene.args.get("joined") or 0)
    facts = facts if joined is None else replace(facts, words=joined)
    return case_notes.noted(
        scene.row.kind, facts, scene.now, scene.words, level=scene.args.get("level", ""), name=_higher(scene, facts),
        untaken=untaken, helper=requests.helper_of(scene.session, source) if source is not None else "",
    )  # fmt: skip


def _joined_words(scene: Scene) -> str | None:
    """What somebody said whose own case was joined to this one: since then, or in all, with where and whom to call."""
    said = scene.session.get(RequestPart, scene.args.get("part") or 0)
    if said is not None:
        return unseal(scene.session, said, "words") or ""
    joined = scene.session.get(Request, scene.args.get("joined") or 0)
    return requests.whole_of(scene.session, joined) if joined is not None else None


def timeline(scene: Scene) -> Message:
    facts = facts_of(scene)
    return case_lists_view.timeline(facts, request_facts.timeline(scene.session, facts.id), scene.words)


def details(scene: Scene) -> Message | None:
    """Nothing once the case is closed, or the place given back."""
    facts = facts_of(scene)
    if facts.state not in case_card.RUNNING or not helping.is_helping(
        scene.session, scene.recipient, scene.args["order"]
    ):
        return None
    request = requests.get(scene.session, facts.id)
    words = complaints.words_for_helpers(scene.session, request)
    return case_notes.details(replace(facts, words=words), scene.words)


def venue(scene: Scene) -> Message | None:
    request = scene.session.get(Request, scene.args.get("joined") or scene.args["case"])
    if request is None or ("order" in scene.args and details(scene) is None):
        return None
    position = unseal(scene.session, request, "position")
    if position is None:
        return None
    latitude, longitude = map(float, position.split(","))
    title = scene.words.say("Case {case}: here", case=scene.args["case"])
    return Message(title, venue=(latitude, longitude), protect=True)


def _may_read(scene: Scene) -> bool:
    """What a helper was to get they get while they help; owners asked for theirs."""
    if "order" not in scene.args:
        return True
    request = scene.session.get(Request, scene.args["case"])
    helps = helping.is_helping(scene.session, scene.recipient, scene.args["order"])
    if request is None or request.state not in case_card.RUNNING or not helps:
        return False
    return "words" in shown_to_helpers(disposal_lists.category_of(scene.session, request))


def file(scene: Scene) -> Message | None:
    part = scene.session.get(RequestPart, scene.args["part"])
    if part is None or part.file_id is None or not _may_read(scene):
        return None
    caption = scene.words.say("Case {case}", case=scene.args["case"])
    if part.kind == "photo":
        return Message(caption, photo=part.file_id, protect=True)
    return Message(caption, file=(part.kind, part.file_id), protect=True)


def all_words(scene: Scene) -> Message | None:
    """One message of all that was said; `from` and `to` are letters."""
    request = scene.session.get(Request, scene.args["case"])
    words_of = complaints.words_for_helpers if "order" in scene.args else requests.words_of
    said = words_of(scene.session, request)[scene.args["from"] : scene.args["to"]] if request else ""
    if not said.strip() or not _may_read(scene):
        return None
    return Message(said_so_far(scene.args["case"], said, scene.words), protect=True)


def emergency(scene: Scene) -> Message:
    session, area_id = scene.session, scene.args.get("area")
    told = holders.at_level_of(session, area_id, "grid").members
    heard = any(member.id != scene.row.recipient_id for member in told)
    numbers = dict(areas.emergency(session, area_id))
    return whom_to_call(tuple(scene.args["helpers"]), numbers, scene.words, heard=heard)


def question(scene: Scene, row: Question | None) -> Message | None:
    """A step of the dialogue; where it was answered, what stands."""
    case, step = scene.args.get("case"), scene.args["step"]
    if row is None or row.closed_at is not None or row.step != step:
        return request_talk.named(facts_of(scene), scene.words) if case and scene.row.message_id else None
    content = questions.content(scene.session, row)
    if not content["case"]:
        asked = request_questions.Asking(row.id, step, None, disputes="disputes" in content)
        return request_questions.question(asked, scene.now, scene.words)
    facts, request = facts_of(scene), scene.session.get(Request, content["case"])
    categories = disposal_lists.of(scene.session, request.list_version) if request else ()
    numbers = dict(areas.emergency(scene.session, request.area_id if request else None))
    emergency = numbers.get("ambulance") or next(iter(numbers.values()))
    offered = [disposal_lists.find(categories, code) for code in content["suggested"]]
    asking = request_questions.Asking(
        row.id, step, facts, suggested=tuple(each for each in offered if each is not None),
        similar=_similar(scene, content.get("similar", [])), leads=content["leads"], emergency=emergency, fresh=bool(content.get("fresh")) or not _was_shown(scene),
        same_place=request_answers.last_place(scene.session, row.member_id, facts.id) is not None,
        tree=areas.facts(scene.session, content.get("at") or None) if step == "area" else None,
    )  # fmt: skip
    return request_questions.question(asking, scene.now, scene.words)


def _was_shown(scene: Scene) -> bool:
    """Whether its person has seen anything of the dialogue: two messages at once may leave the first step unsent."""
    row, ended = scene.row, (DeliveryState.SENT, DeliveryState.AMBIGUOUS)
    before = select(Delivery.args).where(
        Delivery.chat_id == row.chat_id, Delivery.kind == row.kind, col(Delivery.id) < row.id
    )
    newest = before.where(col(Delivery.state).in_(ended)).order_by(col(Delivery.id).desc()).limit(10)
    about = {"case": row.args.get("case")}
    return row.message_id is not None or any(
        about.items() <= args.items() for args in scene.session.exec(newest).all()
    )


def _similar(scene: Scene, ids: list[int]) -> tuple[tuple[Category | None, str, datetime], ...]:
    rows = scene.session.exec(
        select(Request, Area.name)
        .join(Area, col(Area.id) == col(Request.area_id))
        .where(col(Request.id).in_(ids))
    ).all()
    by_id = {
        row.id: (disposal_lists.category_of(scene.session, row), name, row.asked_at) for row, name in rows
    }
    return tuple(by_id[each] for each in ids if each in by_id)


VIEWS: dict[str, View] = {
    "request": card,
    "request.filed": filed,
    "request.known": about_now(request_talk.known),
    "request.open": about_now(request_talk.standing),
    "request.resolved": about_now(request_talk.resolved),
    "request.closed": about(request_talk.closed),
    "request.silent": about(request_talk.silent),
    **dict.fromkeys(
        (
            "request.accepted", "request.sorted", "request.declined", "request.extended", "request.moved",
            "request.merged", "request.given", "request.helper", "request.delayed", "request.added", "request.placed", "request.parted",
            "request.helper_gone", "request.helper_silent", "request.unhelped",
        ),
        told,
    ),
    **dict.fromkeys(
        (
            "request.alarm", "request.new", "request.warn", "request.overdue", "request.passed_up", "request.reopened",
            "request.released", "request.unheard", "request.joined_said", "request.contested", "request.complained",
            "request.more_said",
        ),
        noted,
    ),
    "request.details": details,
    "request.helped_already": lambda scene: case_notes.helped_already(facts_of(scene), scene.args["order"], scene.words),
    "request.needed_again": needed_again,
    "request.ended": ended,
    "request.venue": venue,
    "request.file": file,
    "request.words": all_words,
    "case.noted": about(case_notes.answered),
    "case.timeline": timeline,
    "emergency": emergency,
}  # fmt: skip
