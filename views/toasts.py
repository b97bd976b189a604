"""What a press is answered with: at most 200 characters, no markup."""

from markupsafe import Markup

from models.actor import Refusal
from services.facts import Claimed, Done
from views.order_card import hours_line
from views.refusals import sentence
from views.words import Words, marked

LENGTH = 200
_ = marked
DONE = {
    "withdrawn": _("Your place on #{order} is free again."),
    "confirmed": _("Good. See you there."),
    "recalled": _("Taken back. Nobody has seen it."),
    "closed": _("Stopped."),
}


def toast(outcome: object, words: Words) -> str:
    """The toast for a refusal or for facts; empty where the redrawn message says it all."""
    if isinstance(outcome, Refusal):
        return _plain(sentence(type(outcome).__name__, outcome.args_, words))
    if isinstance(outcome, Claimed):
        brief = outcome.brief
        when = hours_line(brief, words)
        said = words.say("You have #{order}: {when} {place}", order=brief.id, when=when, place=brief.place)
        return _plain(said)
    if isinstance(outcome, Done):
        return _plain(words.say(DONE[outcome.what], order=outcome.order_id))
    return ""


def _plain(text: object) -> str:
    return Markup(text).striptags()[:LENGTH].strip()
