"""What a resident is asked about their request: what it is, where, and how to reach them."""

from dataclasses import dataclass
from datetime import datetime

from markupsafe import Markup

from services.areas import AreaFacts
from services.disposal import Category
from services.request_facts import CaseFacts
from views.asked import areas_to_pick, drop, pick
from views.case_words import case_line, consent_words, holder_line, kind_name
from views.message import LABEL_LENGTH, Button, Key, Message, column, lines
from views.words import Words


@dataclass(frozen=True)
class Asking:
    """A question about a request. `similar` are (category, area, day) of open ones like it."""

    id: int
    step: str
    facts: CaseFacts | None
    suggested: tuple[Category, ...] = ()
    similar: tuple[tuple[Category | None, str, datetime], ...] = ()
    leads: bool = False
    same_place: bool = False
    tree: AreaFacts | None = None
    emergency: str = ""
    fresh: bool = False
    disputes: bool = False


def question(asking: Asking, now: datetime, words: Words) -> Message:
    """The question as a message."""
    if asking.facts is None:
        ask = words.say("What do you need? Say it in your own words; a photo or a voice note is fine too.")
        if asking.disputes:
            ask = words.say("What is not right? Say it in your own words; your leaders read it.")
        return Message(ask, rows=column(drop(asking, words)))
    steps = {
        "what": _what,
        "need": _need,
        "similar": _similar,
        "where": _where,
        "phone": _phone,
        "area": _area,
    }
    return steps[asking.step](asking, asking.facts, now, words)


def _head(asking: Asking, facts: CaseFacts, words: Words) -> Markup:
    """The number first: it stands from the first message on."""
    _ = words.say
    number = Markup("<b>{}</b>").format(facts.id)
    got = _("Got it: case {case}. {holder}", case=number, holder=holder_line(facts.holder, words))
    return lines(got, _("Emergency? Call {number}.", number=asking.emergency))


def _line(asking: Asking, facts: CaseFacts, words: Words) -> Markup:
    """The first that somebody sees of a case says all there is to know; later ones only which it is."""
    return _head(asking, facts, words) if asking.fresh else case_line(facts, words)


def _what(asking: Asking, facts: CaseFacts, _now: datetime, words: Words) -> Message:
    _ = words.say
    offered = [pick(asking, kind_name(each, words), index) for index, each in enumerate(asking.suggested)]
    other = None
    if asking.leads:
        label = (
            _("✓ For somebody else, who agreed") if facts.for_other else _("For somebody else, who agreed")
        )
        other = pick(asking, label, "other_person")
    return Message(
        lines(_head(asking, facts, words), _("What is it about?")),
        rows=column(
            *offered,
            pick(asking, _("None of these, or not sure"), "none"),
            _danger(facts, words),
            other,
        ),
    )


def _need(asking: Asking, facts: CaseFacts, _now: datetime, words: Words) -> Message:
    """They said where, and not yet what."""
    ask = words.say("What do you need there? Say it in your own words.")
    return Message(lines(_head(asking, facts, words), ask), rows=column(_danger(facts, words)))


def _danger(facts: CaseFacts, words: Words) -> Button | None:
    """What no list of words would hear."""
    said = words.say("Somebody is in danger")
    return None if facts.urgent else Button(said, f"case:danger:{facts.id}")


def _similar(asking: Asking, facts: CaseFacts, _now: datetime, words: Words) -> Message:
    """Kind, place and day alone: never what others said."""
    _ = words.say
    days = [(area, words.day(day, facts.zone)) for _kind, area, day in asking.similar]
    rows = []
    for index, (kind, area, asked_at) in enumerate(asking.similar):
        day = days[index][1]
        if days.count(days[index]) > 1:
            day = f"{day} {words.clock(asked_at, facts.zone)}"
        about = {"area": area, "day": day}
        label = _("Me too: {kind}, {area}, {day}", kind=kind_name(kind, words), **about)
        if len(label) > LABEL_LENGTH:  # the day would be cut off, and tells one from the other
            label = _("Me too: {area}, {day}", **about)
        rows.append(pick(asking, label, index))
    return Message(
        lines(case_line(facts, words), _("Others have asked for this nearby. Is it the same?")),
        rows=column(*rows, pick(asking, _("No, mine is another"), "none")),
    )


def _where(asking: Asking, facts: CaseFacts, _now: datetime, words: Words) -> Message:
    _ = words.say
    unknown = None if facts.area else _("I don't know your neighbourhood yet; please name it too.")
    ask = _("Where is it? Type it, or press below.")
    keys = [
        Key(_("Same place")) if asking.same_place and not facts.for_other else None,
        Key(_("Share location"), "place"),
        Key(_("Pick the neighbourhood")) if not facts.area else None,
        Key(_("Skip")),
        Key(_("Somebody is in danger")) if asking.fresh and not facts.urgent else None,
    ]
    return Message(
        lines(_line(asking, facts, words), ask, unknown, consent_words(words)),
        keys=tuple(key for key in keys if key),
    )


def _phone(asking: Asking, facts: CaseFacts, _now: datetime, words: Words) -> Message:
    _ = words.say
    keys: tuple[Key, ...] = (Key(_("No calls")),)
    if facts.for_other:
        ask = _(
            "May we phone them about this? Type their number, if they agree. Only those who handle it see it."
        )
    else:
        ask = _("May we phone you about this? Only those who handle it see the number.")
        keys = (Key(_("Yes, share number"), "phone"), *keys)
    told = consent_words(words) if asking.fresh else None
    return Message(lines(_line(asking, facts, words), ask, told), keys=keys)


def _area(asking: Asking, facts: CaseFacts, _now: datetime, words: Words) -> Message:
    _ = words.say
    here = _("Here: {area}", area=asking.tree.name if asking.tree else "")
    ask = _("Which neighbourhood? Press, or type its name.")
    return Message(lines(case_line(facts, words), ask), rows=column(*areas_to_pick(asking, here, words)))
