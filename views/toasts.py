"""What a press is answered with: at most 200 characters, no markup."""

from models.actor import Refusal
from services.facts import Claimed, Done
from views.order_card import hours_line
from views.refusals import sentence
from views.words import Words

LENGTH = 200


def toast(outcome: object, words: Words) -> str:
    """The toast for a refusal or for facts; empty where the redrawn message says it all."""
    _ = words.say
    if isinstance(outcome, Refusal):
        return _plain(sentence(type(outcome).__name__, outcome.args_, words))
    if isinstance(outcome, Claimed):
        brief = outcome.brief
        when = hours_line(brief, words)
        said = _("You have #{order}: {when} {place}", order=brief.id, when=when, place=brief.place)
        return _plain(said)
    if isinstance(outcome, Done):
        sentences = {
            "withdrawn": _("Your place on #{order} is free again.", order=outcome.order_id),
            "confirmed": _("Good. See you there."),
            "recalled": _("Taken back. Nobody has seen it."),
            "closed": _("Stopped."),
            "yours": _("You have a place on #{order}.", order=outcome.order_id),
            "done": _("Done."),
        }
        return _plain(sentences[outcome.what])
    return ""


def _plain(text: object) -> str:
    from markupsafe import Markup

    return Markup(text).striptags()[:LENGTH].strip()
