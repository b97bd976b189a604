"""Phrases about requests that several messages share: what it is, who has it, by when."""

from datetime import datetime
from zoneinfo import ZoneInfo

from markupsafe import Markup

from models import RequestState, WhistleKind
from services.disposal import Category
from services.holders import Holders
from services.request_facts import CaseFacts
from services.requests import QUOTED
from views.message import lines
from views.words import Words

NEWEST = 600  # of these, so many are of what was said last


def kind_name(category: Category | None, words: Words) -> str:
    """What it is about, in the reader's language."""
    if category is None:
        return str(words.say("not sorted yet"))
    return category.zh if words.language == "zh" else category.en


def sector_name(category: Category, words: Words) -> str:
    return category.sector if words.language == "zh" else (category.sector_en or category.sector)


def case_line(facts: CaseFacts, words: Words) -> Markup:
    """`Case 1032 · Medicine`, bold."""
    kind = kind_name(facts.category, words)
    return Markup("<b>{}</b>").format(words.say("Case {case} · {kind}", case=facts.id, kind=kind))


def due_words(due: datetime, zone: ZoneInfo, now: datetime, words: Words) -> str:
    """`18:00 today`, or the day and the time."""
    if due.astimezone(zone).date() == now.astimezone(zone).date():
        return str(words.say("{clock} today", clock=words.clock(due, zone)))
    return words.moment(due, zone)


def by_words(facts: CaseFacts, now: datetime, words: Words) -> Markup:
    """By when; what is late already says so."""
    _, due = words.say, due_words(facts.due_at, facts.zone, now, words)
    return (
        _("It was due {due}; we are sorry that it is late.", due=due)
        if facts.overdue
        else _("By {due}.", due=due)
    )


def holder_line(holder: Holders, words: Words) -> Markup:
    """Who has it, as a sentence."""
    _ = words.say
    if not holder.members:
        return nobody_here(words)
    if holder.level == "grid":
        return _("The leader of {area} has it.", area=holder.name)
    if not holder.name:
        return _("The administrators have it.")
    return _("{name} has it.", name=holder.name)


def nobody_here(words: Words) -> Markup:
    """Everybody who would have it is out of our reach; who needs help must not wait for us."""
    return words.say(
        "I can't reach anybody here just now, we are sorry. If it can't wait, please phone for help."
    )


def area_words(facts: CaseFacts, words: Words) -> Markup:
    """Where it belongs; what has no area yet says so."""
    return Markup.escape(facts.area) if facts.area else words.say("no area yet")


def asker_words(facts: CaseFacts, words: Words) -> Markup:
    """How it stands, to the person who asked."""
    _ = words.say
    if facts.state in (RequestState.NEW, RequestState.REOPENED) and facts.called:
        return _(
            "{holder} Called to it: {units}.",
            holder=holder_line(facts.holder, words),
            units=words.names(list(facts.called)),
        )
    if facts.state in (RequestState.NEW, RequestState.REOPENED):
        return _("{holder} Nobody has started on it yet.", holder=holder_line(facts.holder, words))
    if facts.state == RequestState.RESOLVED:
        return _("We are told that it is done. Is it solved?")
    if facts.state == RequestState.DISPATCHED and facts.order_id and not facts.helpers:
        seeking = _("We are looking for a volunteer.")
        return seeking if facts.seeking else holder_line(facts.holder, words)
    if facts.state == RequestState.DISPATCHED and facts.order_id:
        return _("{names} will help.", names=helper_names(facts, words))
    return state_words(facts, words)


def helper_names(facts: CaseFacts, words: Words) -> str:
    """Who helps; whoever had their name erased is somebody."""
    return words.names([name or str(words.say("Somebody")) for name in facts.helpers])


def level_words(level: str, name: str, words: Words) -> Markup:
    """The level that hears next."""
    _ = words.say
    if level == "grid":
        return _("the leader of {area}", area=name)
    return Markup.escape(name) if name else _("the administrators")


def state_words(facts: CaseFacts, words: Words) -> Markup:
    """How it stands, in a sentence."""
    _ = words.say
    by_state = {
        RequestState.NEW: _("Nobody has taken it yet."),
        RequestState.REOPENED: _("Open again. Nobody has taken it yet."),
        RequestState.ACCEPTED: _("{name} has taken it.", name=facts.owner or _("Somebody")),
        RequestState.RESOLVED: _("Said to be solved; we are asking."),
        RequestState.DECLINED: _("Declined: {reason}", reason=facts.reason)
        if facts.reason
        else _("Declined."),
        RequestState.MERGED: _("Part of case {case} now.", case=facts.merged_into),
    }
    if facts.state == RequestState.DISPATCHED:
        return _dispatched(facts, words)
    if facts.state == RequestState.CONFIRMED:
        return _confirmed(facts, words)
    return by_state[facts.state]


def _dispatched(facts: CaseFacts, words: Words) -> Markup:
    _ = words.say
    if facts.owner and not facts.order_id:
        return _("{name} is on it.", name=facts.owner)
    names = helper_names(facts, words)
    if facts.reported:
        return _("Duty #{order}: {names}. A report waits for review.", order=facts.order_id, names=names)
    if facts.helpers:
        return _("Duty #{order}: {names}.", order=facts.order_id, names=names)
    return _("Duty #{order} is out; nobody has taken it yet.", order=facts.order_id)


def _confirmed(facts: CaseFacts, words: Words) -> Markup:
    _ = words.say
    if facts.closed_by == "withdrawn":
        return _("Closed: no longer needed.")
    if facts.closed_by == "silence":
        return _("Closed after three quiet days.")
    if facts.closed_by == "forgotten":
        return _("Closed: the person who asked had their data deleted.")
    return _("Solved; rated {rating}.", rating=facts.rating) if facts.rating else _("Solved.")


def quoted(text: str, words: Words) -> Markup | None:
    """What people said, as a quotation; a long one is cut in the middle, and says so."""
    if not text:
        return None
    long = len(text) > QUOTED
    shown = f"{text[: QUOTED - NEWEST]}…\n…{text[-NEWEST:]}" if long else text
    more = words.count("{n} more letter", "{n} more letters", len(text) - QUOTED) if long else ""
    quotation = Markup(
        "<blockquote expandable>{}</blockquote>" if len(shown) > 300 else "<blockquote>{}</blockquote>"
    )  # noqa: PLR2004
    return quotation.format(shown) + (Markup("\n<i>{}</i>").format(more) if more else "")


def said_so_far(case: int, said: str, words: Words) -> Markup:
    """A part of a request's words, as they came."""
    head = Markup("<b>{}</b>").format(words.say("Case {case}", case=case))
    return lines(head, Markup("<blockquote expandable>{}</blockquote>").format(said))


def whistle_kind(kind: WhistleKind, words: Words) -> Markup:
    _ = words.say
    return {
        WhistleKind.UNSOLVED: _("What the grid cannot solve"),
        WhistleKind.JOINT: _("Joint enforcement"),
        WhistleKind.EMERGENCY: _("Emergency"),
    }[kind]


def consent_words(words: Words) -> Markup:
    """What telling means."""
    return words.say(
        "Those in charge of your neighbourhood and whoever helps you see this, nobody else. It is deleted 30 days after the end. Telling me is your consent."
    )
