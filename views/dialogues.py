"""What the bot asks: every question and its buttons."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from markupsafe import Markup

from models import Evidence
from services import grant_dialogue, order_dialogue
from services.areas import AreaFacts
from services.facts import OrderBrief
from services.forms import Draft
from views import whistle_card
from views.message import Button, Key, Message, column, lines
from views.order_card import evidence_words, title_line
from views.people import role_words
from views.words import Words

MOST_AREAS = 40  # buttons; the rest is found by its name


@dataclass(frozen=True)
class Asked:
    """A question as it stands. `brief` is the order it is about, `spans` the hours on offer."""

    id: int
    kind: str
    step: str
    content: dict[str, Any]
    brief: OrderBrief | None = None
    draft: Draft | None = None
    area: str = ""
    chats: int = 0
    zone: Any = None
    spans: tuple[tuple[int, datetime, datetime], ...] = ()
    tree: AreaFacts | None = None


def question(asked: Asked, words: Words) -> Message:
    """The question as a message."""
    views = {
        "order": order_question,
        "amend": amend_question,
        "report": report_question,
        "checkin": check_in_question,
        "sort": sort_question,
        "reason": reason_question,
        "name": name_question,
        "grant": grant_question,
        "case": case_question,
        "whistle": whistle_question,
    }
    return views[asked.kind](asked, words)


def _drop(asked: Asked, words: Words) -> Button:
    return Button(words.say("Stop"), f"question:close:{asked.id}")


def _pick(asked: Asked, label: Markup | str, value: object, step: str | None = None) -> Button:
    return Button(label, f"question:pick:{asked.id}:{step or asked.step}:{value}")


def order_question(asked: Asked, words: Words) -> Message:
    """A step of the order dialogue."""
    steps = {
        "area": _order_area,
        "title": _order_title,
        "when": _order_when,
        "place": _order_place,
        "place_name": _order_place_name,
        "need": _order_need,
        "points": _order_points,
        "evidence": _order_evidence,
        "confirm": _order_confirm,
    }
    return steps[asked.step](asked, words)


def _order_area(asked: Asked, words: Words) -> Message:
    buttons = [_pick(asked, name, index) for index, (_id, name) in enumerate(asked.content["areas"])]
    return Message(words.say("Which area is the duty for?"), rows=column(*buttons, _drop(asked, words)))


def _order_title(asked: Asked, words: Words) -> Message:
    _ = words.say
    again = [
        _pick(asked, _("Again: {title}", title=title), index)
        for index, (_id, title) in enumerate(asked.content["again"])
    ]
    usual = [
        _pick(asked, title, f"t{index}") for index, (title, *_what) in enumerate(asked.content["templates"])
    ]
    ask = _("What is the duty? Type a short name.")
    return Message(ask, rows=column(*again, *usual, _drop(asked, words)))


def _order_when(asked: Asked, words: Words) -> Message:
    _ = words.say
    spans = [_pick(asked, words.span(start, end, asked.zone), index) for index, start, end in asked.spans]
    head = Markup("<b>{}</b>").format(asked.draft.title if asked.draft else "")
    ask = _("When? Press, or type it: tomorrow 8-12, Sat 14:00-16:00, 22:00-06:00.")
    return Message(lines(head, ask), rows=column(*spans, _drop(asked, words)))


def _order_place(asked: Asked, words: Words) -> Message:
    _ = words.say
    recent = [_pick(asked, place, index) for index, (place, *_at) in enumerate(asked.content["recent"])]
    ask = _("Where? Type it, or share the place with 📎 so that check-ins can be measured.")
    return Message(ask, rows=column(*recent, _pick(asked, _("No place"), "none"), _drop(asked, words)))


def _order_place_name(asked: Asked, words: Words) -> Message:
    return Message(words.say("Got the place. What do people call it?"), rows=column(_drop(asked, words)))


def _order_need(asked: Asked, words: Words) -> Message:
    row = tuple(_pick(asked, str(count), count) for count in order_dialogue.PLACES_OFFERED)
    return Message(words.say("How many people are needed?"), rows=(row, (_drop(asked, words),)))


def _order_points(asked: Asked, words: Words) -> Message:
    row = tuple(_pick(asked, str(points), points) for points in order_dialogue.POINTS_OFFERED)
    return Message(words.say("How many points does each place bring?"), rows=(row, (_drop(asked, words),)))


def _order_evidence(asked: Asked, words: Words) -> Message:
    kinds = [
        _pick(asked, evidence_words(kind, 1, words), kind.value) for kind in order_dialogue.EVIDENCE_OFFERED
    ]
    return Message(words.say("What should a report hold?"), rows=column(*kinds, _drop(asked, words)))


def _order_confirm(asked: Asked, words: Words) -> Message:
    """Everything echoed in full before it goes out."""
    _, n_, draft = words.say, words.count, asked.draft or Draft()
    hours = (
        words.span(draft.starts_at, draft.ends_at, asked.zone, full=True)
        if draft.starts_at and draft.ends_at
        else None
    )
    due = _("Report by {due}", due=words.moment(draft.report_by, asked.zone)) if draft.report_by else None
    need = n_("{n} person needed", "{n} people needed", draft.places)
    points = n_("{n} point", "{n} points", draft.points)
    goes = (
        n_("This goes to {n} chat.", "This goes to {n} chats.", asked.chats)
        if asked.chats
        else _("No chat is linked to {area} yet.", area=asked.area)
    )
    proof = evidence_words(draft.evidence, draft.evidence_count, words)
    return Message(
        lines(
            Markup("<b>{}</b>").format(draft.title), hours, due, _place_line(draft, words),
            Markup(" · ").join((need, points, proof)), Markup("<i>{}</i>").format(asked.area), goes,
        ),
        rows=(
            (_pick(asked, _("Send it out"), "yes"),),
            (_pick(asked, _("Hours"), "when", "jump"), _pick(asked, _("Place"), "place", "jump")),
            (
                _pick(asked, _("People"), "need", "jump"),
                _pick(asked, _("Points"), "points", "jump"),
                _pick(asked, _("Proof"), "evidence", "jump"),
            ),
            (_drop(asked, words),),
        ),
    )  # fmt: skip


def _place_line(draft: Draft, words: Words) -> Markup:
    if draft.latitude is None:
        return Markup.escape(draft.place)
    return words.say("{place} (on the map: check-ins are measured)", place=draft.place)


def amend_question(asked: Asked, words: Words) -> Message:
    _ = words.say
    head = title_line(asked.brief) if asked.brief else None
    labels = {"when": _("Hours"), "where": _("Place"), "need": _("People"), "report_by": _("Report deadline")}
    if asked.step == "what":
        buttons = [Button(label, f"question:amend:{asked.id}:{field}") for field, label in labels.items()]
        return Message(lines(head, _("What is to change?")), rows=column(*buttons, _drop(asked, words)))
    asks = {
        "when": _("Type the new hours: tomorrow 8-12, Sat 14:00-16:00, 22:00-06:00."),
        "where": _("Type the new place."),
        "need": _("Type how many people are needed."),
        "report_by": _("Type the new deadline: tomorrow 18:00."),
    }
    return Message(lines(head, asks[asked.step]), rows=column(_drop(asked, words)))


def report_question(asked: Asked, words: Words) -> Message:
    _ = words.say
    brief = asked.brief
    ask = _(
        "Send words, photos or your location, in any order. Everything you send now belongs to this report."
    )
    wants = None
    if brief is not None and brief.evidence != Evidence.NONE:
        wants = _(
            "Asked for: {evidence}.", evidence=evidence_words(brief.evidence, brief.evidence_count, words)
        )
    return Message(lines(title_line(brief) if brief else None, ask, wants), rows=column(_drop(asked, words)))


def check_in_question(asked: Asked, words: Words) -> Message:
    _ = words.say
    head = title_line(asked.brief) if asked.brief else None
    ask = _(
        "Share your location to check in: press the button below, or 📎 and Location. Only the reviewers see it."
    )
    return Message(lines(head, ask), keys=(Key(_("Share my location"), "place"),))


def sort_question(asked: Asked, words: Words) -> Message:
    _ = words.say
    reports = [
        Button(
            _("A report for #{order} {title}", order=order, title=title),
            f"question:sort:{asked.id}:{order}",
        )
        for order, title in asked.content["orders"]
    ]
    cases = [
        Button(_("About case {case}", case=case), f"question:case:{asked.id}:{case}")
        for case, *_about in asked.content.get("cases", [])
    ]
    other = Button(_("Something new"), f"question:sort:{asked.id}:0")
    ask = (
        _("Is this a report, or something new?")
        if reports
        else _("Is this about your case, or something new?")
    )
    return Message(ask, rows=column(*reports, *cases, other))


def reason_question(asked: Asked, words: Words) -> Message:
    _ = words.say
    asks = {
        "cancel": _("Why is it cancelled? Everybody concerned will read it."),
        "return": _("What is missing? The volunteer will read it."),
        "reject": _("Why is it not accepted? The volunteer will read it."),
    }
    return Message(asks[asked.step], rows=column(_drop(asked, words)))


def name_question(asked: Asked, words: Words) -> Message:
    ask = words.say('What name should the cards show? At most 12 letters; "a volunteer" is fine too.')
    return Message(ask, rows=column(_drop(asked, words)))


def grant_question(asked: Asked, words: Words) -> Message:
    """Role, area, person."""
    _ = words.say
    if asked.step == "role":
        offered = [_pick(asked, role_words(kind, words), kind.value) for kind in grant_dialogue.ROLES_OFFERED]
        return Message(_("Which role?"), rows=column(*offered, _drop(asked, words)))
    if asked.step == "person" or asked.tree is None:
        ask = _("Who is it? Type the person's id: /start shows it to them.")
        return Message(ask, rows=column(_drop(asked, words)))
    ask, here = _("Of which area? Press, or type its name."), _("Of {area}", area=asked.tree.name)
    return Message(ask, rows=column(*_tree(asked, here, words), _drop(asked, words)))


def _tree(asked: Asked, here: Markup, words: Words) -> list[Button | None]:
    """The area that was walked to, those in it, and the way back."""
    tree = asked.tree
    if tree is None:
        return []
    return [
        _pick(asked, here, "this") if tree.id else None,
        *(_pick(asked, name, child) for child, name in tree.children[:MOST_AREAS]),
        _pick(asked, words.say("Back"), tree.parent_id or 0) if tree.id else None,
    ]


def case_question(asked: Asked, words: Words) -> Message:
    """What a case's owner is asked for in words."""
    _, case = words.say, asked.content["case"]
    asks = {
        "decline": _("Case {case}: why can't we do it? The person who asked will read it.", case=case),
        "extend": _("Case {case}: why does it take longer? The person who asked will read it.", case=case),
        "merge": _("Case {case}: which case is the same? Type its number.", case=case),
        "give": _("Case {case}: who? Type the person's id: /start shows it to them.", case=case),
        "area": _("Case {case}: which area is it in? Press, or type its name.", case=case),
    }
    here = _("Here: {area}", area=asked.tree.name if asked.tree else "")
    return Message(asks[asked.step], rows=column(*_tree(asked, here, words), _drop(asked, words)))


def whistle_question(asked: Asked, words: Words) -> Message:
    """Where it is, for those who are at work everywhere; then kind, units, and what about."""
    if asked.step != "area":
        return whistle_card.question(asked.id, asked.step, asked.content, words)
    _ = words.say
    here = _("Here: {area}", area=asked.tree.name if asked.tree else "")
    ask = _("Where is it? Press, or type the area's name.")
    return Message(ask, rows=column(*_tree(asked, here, words), _drop(asked, words)))
