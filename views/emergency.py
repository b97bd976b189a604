"""Whom to call where somebody is in danger."""

from markupsafe import Markup

from views.message import Message, lines
from views.words import Words


def whom_to_call(helpers: tuple[str, ...], numbers: dict[str, str], words: Words, *, heard: bool) -> Message:
    """Whom to call, first things first; and whether anybody of ours is there to be told."""
    _ = words.say
    names = {
        "ambulance": _("ambulance"), "police": _("police"), "fire": _("fire brigade"),
        "despair": _("someone to talk to, day and night"),
    }  # fmt: skip
    ordered = [
        *(kind for kind in helpers if kind in numbers),
        *(kind for kind in numbers if kind not in helpers),
    ]
    calls = [Markup("<b>{}</b> {}").format(numbers[kind], names[kind]) for kind in ordered if kind in names]
    kind_word = _("You are not alone.") if "despair" in helpers else None
    head = Markup("<b>{}</b>").format(_("If somebody is in danger, call now:"))
    told = (
        _("I am telling the people in charge of your neighbourhood.")
        if heard
        else _("I can't reach anybody of your neighbourhood just now: please call.")
    )
    return Message(lines(kind_word, head, *calls, told), loud=True)
