"""What the order dialogue asks, step by step."""

from markupsafe import Markup

from services import order_dialogue
from services.forms import Draft
from views.asked import Asked, drop, pick
from views.message import Message, column, lines
from views.order_card import evidence_words
from views.words import Words


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
    buttons = [pick(asked, name, index) for index, (_id, name) in enumerate(asked.content["areas"])]
    return Message(words.say("Which area is the duty for?"), rows=column(*buttons, drop(asked, words)))


def _order_title(asked: Asked, words: Words) -> Message:
    _ = words.say
    again = [
        pick(asked, _("Again: {title}", title=title), index)
        for index, (_id, title) in enumerate(asked.content["again"])
    ]
    usual = [
        pick(asked, title, f"t{index}") for index, (title, *_what) in enumerate(asked.content["templates"])
    ]
    ask = _("What is the duty? Type a short name.")
    return Message(ask, rows=column(*again, *usual, drop(asked, words)))


def _order_when(asked: Asked, words: Words) -> Message:
    _ = words.say
    spans = [pick(asked, words.span(start, end, asked.zone), index) for index, start, end in asked.spans]
    head = Markup("<b>{}</b>").format(asked.draft.title if asked.draft else "")
    ask = _("When? Press, or type it: tomorrow 8-12, Sat 14:00-16:00, 22:00-06:00.")
    return Message(lines(head, ask), rows=column(*spans, drop(asked, words)))


def _order_place(asked: Asked, words: Words) -> Message:
    _ = words.say
    recent = [pick(asked, place, index) for index, (place, *_at) in enumerate(asked.content["recent"])]
    ask = _("Where? Type it, or share the place with 📎 so that check-ins can be measured.")
    return Message(ask, rows=column(*recent, pick(asked, _("No place"), "none"), drop(asked, words)))


def _order_place_name(asked: Asked, words: Words) -> Message:
    return Message(words.say("Got the place. What do people call it?"), rows=column(drop(asked, words)))


def _order_need(asked: Asked, words: Words) -> Message:
    row = tuple(pick(asked, str(count), count) for count in order_dialogue.PLACES_OFFERED)
    return Message(words.say("How many people are needed?"), rows=(row, (drop(asked, words),)))


def _order_points(asked: Asked, words: Words) -> Message:
    row = tuple(pick(asked, str(points), points) for points in order_dialogue.POINTS_OFFERED)
    return Message(words.say("How many points does each place bring?"), rows=(row, (drop(asked, words),)))


def _order_evidence(asked: Asked, words: Words) -> Message:
    kinds = [
        pick(asked, evidence_words(kind, 1, words), kind.value) for kind in order_dialogue.EVIDENCE_OFFERED
    ]
    return Message(words.say("What should a report hold?"), rows=column(*kinds, drop(asked, words)))


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
            (pick(asked, _("Send it out"), "yes"),),
            (pick(asked, _("Hours"), "when", "jump"), pick(asked, _("Place"), "place", "jump")),
            (
                pick(asked, _("People"), "need", "jump"),
                pick(asked, _("Points"), "points", "jump"),
                pick(asked, _("Proof"), "evidence", "jump"),
            ),
            (drop(asked, words),),
        ),
    )  # fmt: skip


def _place_line(draft: Draft, words: Words) -> Markup:
    if draft.latitude is None:
        return Markup.escape(draft.place)
    return words.say("{place} (on the map: check-ins are measured)", place=draft.place)
