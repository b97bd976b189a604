"""Whistles: the live card with who has reported in, the notes about lateness, and the dialogue that blows one."""

from typing import Any

from markupsafe import Markup

from models import WhistleKind
from services.facts import WhistleFacts
from services.whistle_words import Told
from views.case_words import kind_name, level_words, quoted, whistle_kind
from views.message import Button, Message, column, lines
from views.words import Words


def card(facts: WhistleFacts, words: Words, *, menu: str = "") -> Message:
    """Counted in the first line; who is here, who is not yet, who is late."""
    _ = words.say
    here = [unit for unit in facts.units if unit.reported_in_at is not None]
    head = _("Whistle #{id} · {n} of {all} in", id=facts.id, n=len(here), all=len(facts.units))
    if facts.ended:
        solved = _("Whistle #{id} · over: all in, and solved", id=facts.id)
        if len(here) < len(facts.units):
            solved = _("Whistle #{id} · over: solved, nobody else need come", id=facts.id)
        head = solved if facts.solved else _("Whistle #{id} · called off, nobody need come", id=facts.id)
    about = kind_name(facts.category, words) if facts.category else ""
    what = Markup(": ").join(part for part in (whistle_kind(facts.kind, words), Markup.escape(about)) if part)
    times = _(
        "{area} · {blown} · report in by {by}",
        area=facts.area,
        blown=words.clock(facts.blown_at, facts.zone),
        by=_by(facts, words),
    )
    return Message(
        lines(
            Markup("<b>{}</b>").format(head), what, quoted(facts.words, words), times, *_units(facts, words)
        ),
        rows=() if facts.ended else column(*_buttons(facts, words, menu)),
        protect=True,
        loud=facts.kind == WhistleKind.EMERGENCY and not here,
        final=facts.ended,
    )


def _by(facts: WhistleFacts, words: Words) -> str:
    same = facts.blown_at.astimezone(facts.zone).date() == facts.report_in_by.astimezone(facts.zone).date()
    return (
        words.clock(facts.report_in_by, facts.zone) if same else words.moment(facts.report_in_by, facts.zone)
    )


def _units(facts: WhistleFacts, words: Words) -> list[Markup | None]:
    _ = words.say
    here = [
        f"{unit.name} {words.clock(unit.reported_in_at, facts.zone)}"
        for unit in facts.units
        if unit.reported_in_at
    ]
    away = [unit.name for unit in facts.units if not unit.reported_in_at and not unit.late]
    late = [unit.name for unit in facts.units if not unit.reported_in_at and unit.late]
    told = next((unit.told_at for unit in facts.units if unit.told_at), None)
    return [
        _("In: {units}", units=words.names(here)) if here else None,
        _("Not yet: {units}", units=words.names(away)) if away else None,
        _(
            "Late: {units}; told upwards {at}",
            units=words.names(late),
            at=words.clock(told, facts.zone),
        )
        if late and told
        else None,
        _("Late: {units}", units=words.names(late)) if late and not told else None,
    ]


def _buttons(facts: WhistleFacts, words: Words, menu: str) -> list[Button | None]:
    _ = words.say
    if menu == "off" and facts.commands:
        return [
            Button(_("Yes, call it off"), f"whistle:off:{facts.id}"),
            Button(_("Back"), f"whistle:menu:{facts.id}:"),
        ]
    return [
        Button(_("We're here"), f"whistle:here:{facts.id}") if facts.awaited else None,
        Button(_("Details"), f"case:show:{facts.case}") if facts.case else None,
        *(
            Button(_("{unit} has come", unit=unit.name), f"whistle:came:{facts.id}:{unit.id}")
            for unit in facts.units
            if facts.vouches and unit.reported_in_at is None
        ),
        Button(_("Solved"), f"whistle:solve:{facts.id}") if facts.vouches and facts.of_its_own else None,
        Button(_("Call it off…"), f"whistle:menu:{facts.id}:off") if facts.commands else None,
    ]


def late(
    whistle_id: int, missing: list[str], level: str, name: str, words: Words, *, last: bool = False
) -> Message:
    """Who is not in, who was told, and what comes next."""
    _ = words.say
    told = level_words(level, name, words)
    return Message(
        lines(
            Markup("<b>{}</b>").format(
                _("Whistle #{id}: not in yet: {units}", id=whistle_id, units=words.names(missing))
            ),
            _("Their time has passed. Told now: {level}.", level=told),
            _("If one of them is still missing in half an hour, the administrators hear.")
            if not last
            else None,
        )
    )


def nobody(whistle_id: int, unit: str, words: Words) -> Message:
    """Nobody who speaks for a unit can be written to: the district calls it."""
    _ = words.say
    said = _(
        "Nobody of {unit} reads me here. Please phone them about whistle #{id}, and press on its card when they have come.",
        unit=unit,
        id=whistle_id,
    )
    return Message(said)


def told(whistle_id: int, unit_id: int, unit: str, said: Told, words: Words) -> Message:
    """A unit is on its way, or says that it is not theirs; then it can be taken off the whistle."""
    _ = words.say
    if said is Told.ON_THE_WAY:
        return Message(_("Whistle #{id}: {unit} is on the way.", id=whistle_id, unit=unit))
    return Message(
        lines(
            Markup("<b>{}</b>").format(
                _("Whistle #{id}: {unit} says that it is not theirs", id=whistle_id, unit=unit)
            ),
            _("If that is so, press below, and call whose it is: /whistle"),
        ),
        rows=column(Button(_("Call {unit} no more", unit=unit), f"whistle:drop:{whistle_id}:{unit_id}")),
    )


def heard(whistle_id: int, said: Told, words: Words) -> Message:
    """To the officer whose word it was."""
    _ = words.say
    here = column(Button(_("We're here"), f"whistle:here:{whistle_id}"))
    if said is Told.ON_THE_WAY:
        on_way = _("Whoever blew the whistle reads that you are on the way. When you are there, press below.")
        return Message(on_way, rows=here)
    return Message(
        _(
            "Whoever blew whistle #{id} reads that it is not yours, and nothing else of your words. Until they take you off it, "
            "you are called.",
            id=whistle_id,
        ),
        rows=here,
    )


def question(asked: int, step: str, content: dict[str, Any], words: Words) -> Message:
    """Kind, units, and for a whistle of its own what it is about."""
    _ = words.say
    stop = Button(_("Stop"), f"question:close:{asked}")
    if step == "kind":
        kinds = [
            Button(whistle_kind(kind, words), f"question:pick:{asked}:kind:{kind.value}")
            for kind in WhistleKind
        ]
        return Message(_("What is the whistle for?"), rows=column(*kinds, stop))
    if step == "words":
        return Message(_("What has happened, and where? The units called read it."), rows=column(stop))
    chosen = content["units"]
    rows = [
        Button(("✓ " if unit in chosen else "") + name, f"question:pick:{asked}:units:{unit}")
        for unit, name in content["offered"]
    ]
    blow = Button(_("Blow the whistle"), f"question:pick:{asked}:units:blow") if chosen else None
    return Message(_("Who is called? Press, or type a name."), rows=column(blow, *rows, stop))
