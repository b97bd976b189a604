"""The order's card in a group, and everything about orders that is said in private."""

from markupsafe import Markup

from models import ClaimState, Evidence, OrderState
from models.lifecycle import ON
from services.facts import MyPlace, OrderBrief, OrderFacts
from views.message import Button, Message, column, lines
from views.words import Words

REPORTED = (ClaimState.REPORTED, ClaimState.RETURNED, ClaimState.APPROVED, ClaimState.REJECTED)
HERE = (ClaimState.CHECKED_IN, *REPORTED)
FEW_LEFT = 3


def deep_link(bot: str, payload: str) -> str:
    return f"https://t.me/{bot}?start={payload}"


def hours_line(brief: OrderBrief, words: Words, *, full: bool = False) -> Markup:
    if brief.starts_at is not None and brief.ends_at is not None:
        return Markup.escape(words.span(brief.starts_at, brief.ends_at, brief.zone, full=full))
    return words.say("by {moment}", moment=words.moment(brief.report_by, brief.zone))


def evidence_words(evidence: Evidence, count: int, words: Words) -> Markup:
    _, n_ = words.say, words.count
    if evidence == Evidence.PHOTO:
        return n_("{n} photo", "{n} photos", count)
    if evidence == Evidence.LOCATION:
        return _("a location")
    return _("a few words") if evidence == Evidence.WORDS else _("no proof needed")


def asks_line(brief: OrderBrief, words: Words) -> Markup:
    """Evidence and points: `1 photo · 4 points`."""
    parts = (
        []
        if brief.evidence == Evidence.NONE
        else [evidence_words(brief.evidence, brief.evidence_count, words)]
    )
    if brief.points:
        parts.append(words.count("{n} point", "{n} points", brief.points))
    return Markup(" · ").join(parts)


def card(facts: OrderFacts, words: Words, bot: str) -> Message:
    """The live card in a group: its first line alone says what is needed."""
    _ = words.say
    brief = facts.brief
    middle = [hours_line(brief, words), Markup.escape(brief.place)]
    if brief.state == OrderState.CANCELLED:
        middle = [Markup("<s>{}</s>").format(line) for line in middle if line]
    return Message(
        lines(
            Markup("<b>{}</b>").format(_headline(facts, words)),
            *middle,
            _places_line(facts, words),
            asks_line(brief, words) if brief.state in ON else None,
            Markup("<i>{}</i>").format(
                _("#{id} · {issuer} · {area}", id=brief.id, issuer=facts.issuer, area=facts.area)
            ),
        ),
        rows=_buttons(facts, words, bot),
        final=brief.state in (OrderState.CANCELLED, OrderState.CLOSED),
    )


def _headline(facts: OrderFacts, words: Words) -> Markup:
    _, n_, title = words.say, words.count, facts.brief.title
    if facts.brief.state == OrderState.CANCELLED:
        return _("Cancelled · {title}", title=title)
    if facts.brief.state == OrderState.CLOSED:
        return _("Done · {title}", title=title) if facts.held else _("Over · {title}", title=title)
    if _all_reported(facts):
        return _("Awaiting review · {title}", title=title)
    if facts.brief.state == OrderState.RUNNING:
        return _("Under way · {title}", title=title)
    if facts.left == 0:
        return _("Full · {title}", title=title)
    if facts.coarse:
        few = facts.left <= FEW_LEFT
        return (
            _("Few places left · {title}", title=title) if few else _("Helpers needed · {title}", title=title)
        )
    if facts.taken == 0:
        return n_("{n} needed · {title}", "{n} needed · {title}", facts.places, title=title)
    return n_("{n} more needed · {title}", "{n} more needed · {title}", facts.left, title=title)


def _all_reported(facts: OrderFacts) -> bool:
    owing = facts.count(ClaimState.CLAIMED, ClaimState.CHECKED_IN, ClaimState.RETURNED)
    return facts.brief.state == OrderState.RUNNING and not owing and facts.count(ClaimState.REPORTED) > 0


def _places_line(facts: OrderFacts, words: Words) -> Markup | None:
    _, n_ = words.say, words.count
    names = words.few([place.name for place in facts.held]) if facts.show_names else ""
    if facts.brief.state == OrderState.CANCELLED:
        return _cancelled_line(facts, words)
    if facts.coarse:
        return None
    if facts.brief.state == OrderState.CLOSED:
        return _thanks_line(facts, words)
    places = f"{facts.taken}/{facts.places}"
    if _all_reported(facts):
        silent = facts.count(ClaimState.EXPIRED)
        reported = facts.taken - silent
        return (
            n_("{places}, {n} reported", "{places}, {n} reported", reported, places=places)
            if silent
            else _("{places} all reported", places=places)
        )
    if facts.brief.state == OrderState.RUNNING:
        here = facts.count(*HERE)
        return _("{places}, {here} here", places=places, here=here) if here else Markup.escape(places)
    return _("{places}: {names}", places=places, names=names) if names else Markup.escape(places)


def _cancelled_line(facts: OrderFacts, words: Words) -> Markup:
    _ = words.say
    said = Markup.escape(facts.cancel_reason or "")
    names = [place.name for place in facts.held]
    if not names or not facts.show_names:
        return said
    return _("{reason} {names}, please note: no need to come.", reason=ended(said), names=words.few(names))


def ended(said: Markup) -> Markup:
    """A sentence somebody typed, with its full stop."""
    return said if not said or said[-1] in ".!?。！？…" else said + ("。" if said[-1] > "\u2e80" else ".")


def _thanks_line(facts: OrderFacts, words: Words) -> Markup:
    _, n_ = words.say, words.count
    done = [place.name for place in facts.held if place.state == ClaimState.APPROVED]
    if not done:
        return _("Nobody's help was confirmed.") if facts.held else _("Nobody took it.")
    people = n_("{n} person", "{n} people", len(done))
    total = facts.hours * len(done)
    worked = _("{people}, {hours}", people=people, hours=words.hours_given(total)) if total else people
    if not facts.show_names:
        return worked
    return _("{worked}. Thank you, {names}", worked=worked, names=words.few(done))


def _buttons(facts: OrderFacts, words: Words, bot: str) -> tuple[tuple[Button, ...], ...]:
    _, brief = words.say, facts.brief
    if brief.state in (OrderState.CANCELLED, OrderState.CLOSED):
        return ()
    link = deep_link(bot, f"o{brief.id}")
    claim = Button(_("I'm in"), f"order:claim:{brief.id}") if facts.left > 0 else None
    if brief.state == OrderState.RUNNING and not _all_reported(facts):
        return column(Button(_("Check in, report →"), url=link), claim)
    return column(claim, Button(_("My place →"), url=link))


def title_line(brief: OrderBrief) -> Markup:
    return Markup("<b>{}</b> <i>#{}</i>").format(brief.title, brief.id)


def my_place(mine: MyPlace, words: Words) -> Message:
    """A member's own view of an order, with what they can do next."""
    _, brief = words.say, mine.facts.brief
    return Message(
        lines(
            title_line(brief),
            hours_line(brief, words),
            Markup.escape(brief.place),
            asks_line(brief, words),
            _standing(mine, words),
        ),
        rows=_next_steps(mine, words),
    )


def _standing(mine: MyPlace, words: Words) -> Markup:
    _, brief, state = words.say, mine.facts.brief, mine.claim_state
    if brief.state == OrderState.CANCELLED:
        return _("Cancelled. No need to come.")
    if state is None:
        free = mine.facts.left > 0 and brief.state != OrderState.CLOSED
        return _("There is a free place.") if free else _("No place is free.")
    due = words.moment(mine.claim_report_by or brief.report_by, brief.zone)
    sentences = {
        ClaimState.CLAIMED: _("You have a place. Report by {due}.", due=due),
        ClaimState.CHECKED_IN: _("You have arrived. Report by {due}.", due=due),
        ClaimState.REPORTED: _("Your report is being reviewed."),
        ClaimState.RETURNED: _("Your report came back. Send it again by {due}.", due=due),
        ClaimState.APPROVED: _("Approved. Thank you."),
        ClaimState.REJECTED: _("Your report was not accepted."),
        ClaimState.EXPIRED: _("No report came in time. The leader may still accept one for seven days."),
    }
    if state == ClaimState.REPORTED and mine.lacking:
        return _("Your report still lacks {evidence}.", evidence=_lack(brief, words))
    return sentences[state]


def _lack(brief: OrderBrief, words: Words) -> Markup:
    return evidence_words(brief.evidence, brief.evidence_count, words)


def _next_steps(mine: MyPlace, words: Words) -> tuple[tuple[Button, ...], ...]:
    _, brief, state = words.say, mine.facts.brief, mine.claim_state
    report = Button(_("Report"), f"order:report:{brief.id}")
    if state is None:
        open_ = brief.state in ON and mine.facts.left > 0
        return column(Button(_("I'm in"), f"order:claim:{brief.id}")) if open_ else ()
    details = Button(_("Words and address"), f"order:details:{brief.id}") if brief.request_id else None
    if state == ClaimState.CLAIMED:
        confirm = None if mine.confirmed else Button(_("Still in"), f"order:confirm:{brief.id}")
        return column(
            confirm,
            details,
            Button(_("Check in"), f"order:arrive:{brief.id}"),
            report,
            Button(_("Can't make it"), f"order:withdraw:{brief.id}"),
        )
    return (
        column(details, report)
        if state in (ClaimState.CHECKED_IN, ClaimState.RETURNED, ClaimState.EXPIRED)
        else ()
    )


def issued(facts: OrderFacts, chats: int, words: Words) -> Message:
    """To the issuer: where the order went, and the way back while nobody has seen it."""
    _, n_, brief = words.say, words.count, facts.brief
    if chats == 0:
        went = _("No chat is linked to this area yet. Write /bind in its group; the order is kept.")
    else:
        went = n_("It goes to {n} chat.", "It goes to {n} chats.", chats)
    return Message(
        lines(title_line(brief), hours_line(brief, words, full=True), went),
        rows=column(Button(_("Recall"), f"order:recall:{brief.id}")),
    )


def answers(facts: OrderFacts, words: Words) -> Message:
    """To the issuer after the hours moved: who has answered, who is silent."""
    _, brief = words.say, facts.brief
    held = [place for place in facts.held if place.state == ClaimState.CLAIMED]
    silent = [place.name for place in held if not place.confirmed]
    return Message(
        lines(
            title_line(brief),
            _("New hours: {hours}", hours=hours_line(brief, words)),
            _("Confirmed {n} of {all}", n=len(held) - len(silent), all=len(held)),
            _("No answer yet: {names}. They keep their places.", names=words.few(silent)) if silent else None,
        ),
        final=brief.state in (OrderState.CLOSED, OrderState.CANCELLED),
    )
