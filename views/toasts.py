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
    "over": _("#{order} is over. If you were there, please send your report: /report {order}"),
    "recalled": _("Taken back. Nobody has seen it."),
    "closed": _("Stopped."),
    "accepted": _("Case {order} is yours. Thank you."),
    "sorted": _("Case {order} is sorted."),
    "declined": _("Declined. The person who asked reads why."),
    "extended": _("Extended. The person who asked reads the new date and why."),
    "merged": _("Joined. The person who asked hears what comes of it."),
    "given": _("Case {order} is with them now."),
    "given_back": _("Case {order} is back with those whose matter it is."),
    "passed_up": _("Case {order} is with the next level now."),
    "noted_in": _("Noted: they have come."),
    "dispatched": _("Case {order} is out as a duty."),
    "resolved": _("Thank you. The person who asked is asked whether it is solved."),
    "confirmed_case": _("Good to hear."),
    "withdrawn_case": _("Withdrawn."),
    "reopened_case": _("It is open again, and those who have it hear at once."),
    "rated": _("Thank you."),
    "reported_in": _("You are in. Thank you for coming."),
    "solved": _("Noted: solved."),
    "taken_off": _("They are called no more."),
    "called_off": _("Called off. Those who were called read it on their card."),
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
        return _plain(words.say(DONE[outcome.what], order=outcome.number))
    return ""


def _plain(text: object) -> str:
    return Markup(text).striptags()[:LENGTH].strip()
