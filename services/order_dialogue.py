"""/order without a form: a dialogue in private that somebody who hates typing finishes with buttons."""

from dataclasses import asdict, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlmodel import Session, col, select

from models import Area, Evidence, Order, Question
from models.actor import Actor
from services import areas, deliveries, duties, forms, orders, questions, refusals, roles, times
from services.arrivals import Position
from services.facts import Issued
from services.forms import Draft
from services.wording import bare

# (days ahead, from, to) of the hours offered
SPANS = ((0, 14, 18), (1, 8, 12), (1, 14, 18), (2, 8, 12), (2, 14, 18))
PLACES_OFFERED = (1, 2, 3, 5, 10)
POINTS_OFFERED = (1, 2, 3, 4, 5)
EVIDENCE_OFFERED = tuple(Evidence)
RECENT = 3


def begin(
    session: Session, now: datetime, actor: Actor, title: str = "", area_id: int | None = None
) -> Question:
    """Open the dialogue; a leader of several areas chooses one first."""
    if actor.suspended:
        raise refusals.Suspended()
    led = roles.areas_led(session, actor.member_id)
    if area_id is not None and roles.leads(session, actor, areas.get(session, area_id)):
        chosen: int | None = area_id
    elif led:
        chosen = led[0].id if len(led) == 1 else None
    elif roles.is_administrator(session, actor):
        chosen = _first_root(session)
    else:
        raise refusals.NotALeader()
    draft = _begun(session, actor, Draft(area_id=chosen), title, led) if title else Draft(area_id=chosen)
    step = "area" if chosen is None else _after_area(draft)
    recent = _recent(session, actor.member_id)
    content = {
        "draft": pack(draft),
        "areas": [[area.id, area.name] for area in led] if chosen is None else [],
        "again": [[order.id, order.title] for order in recent],
        "templates": templates(actor.language),
        "recent": _recent_places(recent),
        "counted": draft.places != Draft.places,
    }
    return questions.ask(session, now, actor, "order", step, content)


def _begun(session: Session, actor: Actor, draft: Draft, line: str, led: list[Area]) -> Draft:
    """What the line says; hours are of the area's zone, and none where it is still to be chosen among several zones."""
    zones = {areas.zone(session, area) for area in led} if draft.area_id is None else {_zone(session, draft)}
    if len(zones) > 1:
        return replace(draft, title=forms.read_title(line))
    return forms.read_line(draft, line, actor.said_at, zones.pop())


def _after_area(draft: Draft) -> str:
    """The first step that the draft's line has not answered."""
    if not draft.title:
        return "title"
    return "when" if draft.ends_at is None else "place"


def templates(language: str) -> list[list[Any]]:
    """The usual duties as (title, places, points, evidence)."""
    offered = list(duties.shipped().values())[: duties.OFFERED]
    return [[duty.titles[language], duty.need, duty.points, duty.evidence.value] for duty in offered]


def _first_root(session: Session) -> int | None:
    return session.exec(select(Area.id).where(col(Area.parent_id).is_(None)).order_by(col(Area.code))).first()


def _recent(session: Session, member_id: int) -> list[Order]:
    """The member's latest orders, one for each title."""
    rows = session.exec(
        select(Order).where(Order.issuer_id == member_id).order_by(col(Order.id).desc()).limit(20)
    ).all()
    by_title: dict[str, Order] = {}
    for order in rows:
        by_title.setdefault(order.title, order)
    return list(by_title.values())[:RECENT]


def _recent_places(recent: list[Order]) -> list[list[Any]]:
    by_name = {order.place: [order.place, order.latitude, order.longitude] for order in recent if order.place}
    return list(by_name.values())[:RECENT]


NO_PLACE = ("不写地点", "no place", "跳过", "skip", "无", "没有", "none")


def pack(draft: Draft) -> dict[str, Any]:
    """The draft as JSON."""
    fields = asdict(draft)
    for name in ("starts_at", "ends_at", "report_by"):
        fields[name] = fields[name].isoformat() if fields[name] else None
    return fields


def unpack(fields: dict[str, Any]) -> Draft:
    moments = {
        name: datetime.fromisoformat(fields[name])
        for name in ("starts_at", "ends_at", "report_by")
        if fields[name]
    }
    return Draft(**{**fields, **moments, "evidence": Evidence(fields["evidence"])})


def pick(
    session: Session, now: datetime, actor: Actor, question: Question, step: str, value: str
) -> Issued | Question:
    """A button of the dialogue was pressed."""
    if step != question.step and step != "jump":
        raise refusals.QuestionGone()
    content = questions.content(session, question)
    draft = unpack(content["draft"])
    if step == "jump":
        after = (
            value
            if value in ("title", "when", "place", "need", "points", "evidence", "confirm")
            else question.step
        )
    elif step == "confirm":
        return finish(session, now, actor, question, draft)
    else:
        draft, after = _choose(session, question.asked_at, draft, content, step, value)
    _go_on(session, now, actor, question, content, draft, after, jumped=step == "jump")
    return question


def _go_on(
    session: Session, now: datetime, actor: Actor, question: Question, content: dict[str, Any], draft: Draft,
    after: str, *, jumped: bool = False,
) -> None:  # fmt: skip
    """To the next step; a step that was jumped to from the echo leads back to it."""
    back = content.pop("jumped", False) and not jumped
    if back and after != "place_name":
        after = "confirm"
    if jumped or (back and after == "place_name"):
        content["jumped"] = True
    if after == "need" and content.get("counted") and not jumped:
        after = "confirm"
    content["draft"] = pack(draft)
    questions.move_on(session, now, actor, question, after, content)


def _choose(
    session: Session, asked_at: datetime, draft: Draft, content: dict[str, Any], step: str, value: str
) -> tuple[Draft, str]:
    """The draft with the button's value, and the step that follows."""
    index = int(value) if value.isdigit() else 0
    if step == "area":
        return replace(draft, area_id=content["areas"][index][0]), _after_area(draft)
    if step == "title" and value.startswith("t"):
        title, places, points, evidence = content["templates"][int(value[1:])]
        return replace(draft, title=title, places=places, points=points, evidence=Evidence(evidence)), "when"
    if step == "title":
        again = orders.draft_of(orders.get(session, content["again"][index][0]))
        kept = replace(again, starts_at=None, ends_at=None, report_by=None, area_id=draft.area_id)
        return kept, "when"
    if step == "when":
        draft = _with_hours(draft, span(asked_at, _zone(session, draft), index))
        return draft, "confirm" if draft.place else "place"
    if step == "place":
        return _with_place(draft, content["recent"], value), "need"
    if step == "need":
        return replace(draft, places=forms.read_places(value)), "confirm"
    if step == "points":
        return replace(draft, points=forms.read_points(value, areas.policy(session).points_cap)), "confirm"
    kind, count = (Evidence(value), 1) if value in set(Evidence) else (draft.evidence, draft.evidence_count)
    return replace(draft, evidence=kind, evidence_count=count), "confirm"


def _with_place(draft: Draft, recent: list[list[Any]], value: str) -> Draft:
    if value == "none":
        return replace(draft, place="", latitude=None, longitude=None)
    place, latitude, longitude = recent[int(value)]
    return replace(draft, place=place, latitude=latitude, longitude=longitude)


def _zone(session: Session, draft: Draft) -> ZoneInfo:
    if draft.area_id is None:
        return ZoneInfo(areas.policy(session).time_zone)
    return areas.zone(session, areas.get(session, draft.area_id))


def span(asked_at: datetime, zone: ZoneInfo, index: int) -> tuple[datetime, datetime]:
    """The hours that the button at `index` offers, in UTC: of the days after the dialogue was begun."""
    days, *hours = SPANS[index]
    day: date = asked_at.astimezone(zone).date() + timedelta(days=days)
    start, end = (datetime.combine(day, time(hour), tzinfo=zone).astimezone(UTC) for hour in hours)
    return start, end


def spans(now: datetime, asked_at: datetime, zone: ZoneInfo) -> list[tuple[int, datetime, datetime]]:
    """The hours still ahead, with the index their button carries."""
    offered = [(index, *span(asked_at, zone, index)) for index in range(len(SPANS))]
    return [(index, start, end) for index, start, end in offered if start > now]


def _with_hours(draft: Draft, hours: tuple[datetime, datetime]) -> Draft:
    return replace(draft, starts_at=hours[0], ends_at=hours[1], report_by=None)


def typed(
    session: Session, now: datetime, actor: Actor, question: Question, words: str, position: Position | None
) -> None:
    """Words, or a place, came while the dialogue was open."""
    content = questions.content(session, question)
    draft, step = unpack(content["draft"]), question.step
    if position is not None:
        if step not in ("place", "place_name", "confirm"):
            raise refusals.NotUnderstood()
        draft = replace(draft, latitude=position.latitude, longitude=position.longitude)
        step = "confirm" if step == "confirm" and draft.place else "place_name"
    else:
        draft, step = _read(session, actor.said_at, draft, step, words)
        content["counted"] = content.get("counted") or (
            question.step == "title" and draft.places != Draft.places
        )
    _go_on(session, now, actor, question, content, draft, step)


def _read(session: Session, said_at: datetime, draft: Draft, step: str, words: str) -> tuple[Draft, str]:
    zone = _zone(session, draft)
    if step == "area":
        return replace(draft, area_id=areas.find(session, words).id), _after_area(draft)
    if step == "title":
        draft = forms.read_line(draft, words, said_at, zone)
        return draft, _after_area(draft)
    if step == "when":
        draft = _with_hours(draft, times.parse_when(words, said_at, zone))
        return draft, "confirm" if draft.place else "place"
    if step == "place" and bare(words) in NO_PLACE:
        return replace(draft, place="", latitude=None, longitude=None), "need"
    if step == "place":  # another place: what was measured before is not there
        return replace(draft, place=forms.read_place(words), latitude=None, longitude=None), "need"
    if step == "place_name":
        return replace(draft, place=forms.read_place(words)), "need"
    fields = {"need": "need", "points": "points", "evidence": "evidence"}
    if step not in fields:
        raise refusals.NotUnderstood()
    cap = areas.policy(session).points_cap
    return forms.fill(draft, {fields[step]: words}, said_at, zone, cap), "confirm"


def finish(session: Session, now: datetime, actor: Actor, question: Question, draft: Draft) -> Issued:
    """[Issue] was pressed."""
    if draft.starts_at is not None and draft.ends_at is not None and draft.ends_at <= now:
        raise refusals.PastTime()
    issued = orders.issue(session, now, actor, draft, draft.area_id or 0)
    questions.close(session, now, question)
    deliveries.answer(session, now, actor, "order.issued", {"order": issued.order_id, "chats": issued.chats})
    return issued
