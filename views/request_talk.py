"""What a resident reads about their request: how it stands, and the last question, whether it is solved."""

from dataclasses import replace
from datetime import datetime

from markupsafe import Markup

from services.request_facts import CaseFacts
from views.case_words import (
    asker_words,
    by_words,
    case_line,
    consent_words,
    due_words,
    holder_line,
    kind_name,
    level_words,
    nobody_here,
)
from views.message import Button, Message, column, lines
from views.words import Words

STARS = (5, 4, 3, 2, 1)


def named(facts: CaseFacts, words: Words) -> Message:
    """What stands where a question was answered."""
    return Message(case_line(facts, words), final=True)


def filed(facts: CaseFacts, now: datetime, words: Words, *, consent: bool = False) -> Message:
    """All is said: who has it, and by when; and what telling means, to whom no question has said it."""
    _ = words.say
    means = consent_words(words) if consent else None
    if facts.state != "new":
        shows = _("/mine shows it any time.")
        stand = lines(case_line(facts, words), *_stand(facts, now, words), shows, means)
        return Message(stand, drop_keyboard=True)
    due = due_words(facts.due_at, facts.zone, now, words)
    waits = _(
        "{holder} Due by {due}; I tell you when somebody takes it. /mine shows it any time.",
        holder=holder_line(facts.holder, words),
        due=due,
    )
    return Message(lines(case_line(facts, words), waits, means), drop_keyboard=True)


def known(facts: CaseFacts, now: datetime, words: Words) -> Message:
    """The same words again."""
    said = words.say("You have asked for this already: it is case {case}.", case=facts.id)
    return Message(lines(said, *_stand(facts, now, words)), rows=_buttons(facts, words))


def standing(facts: CaseFacts, now: datetime, words: Words) -> Message:
    """How it stands, what happens next, and when; solved, how well."""
    if facts.closed_by == "withdrawn":
        return withdrawn(facts, words)
    if facts.state == "confirmed" and facts.closed_by == "asker" and not facts.anonymised:
        rated = closed(facts, words)
        return replace(rated, rows=(*rated.rows, *_buttons(facts, words)))
    return Message(lines(case_line(facts, words), *_stand(facts, now, words)), rows=_buttons(facts, words))


def _stand(facts: CaseFacts, now: datetime, words: Words) -> list[Markup | None]:
    _ = words.say
    if facts.within is not None:
        said = _(
            "It goes on as part of case {case}, which asks for the same. You hear what comes of it.",
            case=facts.merged_into,
        )
        return [said, *_stand(facts.within, now, words)]
    if facts.state in ("resolved", "confirmed", "declined", "merged"):
        return [asker_words(facts, words)]
    due = due_words(facts.due_at, facts.zone, now, words)
    up = level_words(facts.next_level, facts.next_name, words)
    by = _("It was due {due}.", due=due) if facts.overdue else _("Due {due}.", due=due)
    if facts.overdue or facts.told_level or facts.next_at != facts.due_at:
        at = due_words(facts.next_at, facts.zone, now, words)
        after = _("Next to hear: {level}, {at}.", level=up, at=at) if facts.next_level else None
        heard = level_words(facts.told_level, facts.told_name, words) if facts.told_level else None
        told = _("We have told {level}.", level=heard) if heard else None
        return [asker_words(facts, words), by, told, after]
    after = _("If it is not solved by then, it goes up to {level}.", level=up) if facts.next_level else None
    return [asker_words(facts, words), by, after]


def _buttons(facts: CaseFacts, words: Words) -> tuple[tuple[Button, ...], ...]:
    _ = words.say
    if facts.state in ("confirmed", "declined") and not facts.anonymised:
        return column(Button(_("Open it again"), f"case:not:{facts.id}"))
    asked = facts.within.state if facts.within is not None else facts.state
    if asked == "resolved" or (facts.within is not None and asked == "confirmed"):
        return column(*_yes_no(facts, words))
    if facts.state == "merged":
        return ()
    return column(Button(_("No longer needed"), f"case:gone:{facts.id}"))


def _yes_no(facts: CaseFacts, words: Words) -> tuple[Button, Button]:
    _ = words.say
    return Button(_("Yes, solved"), f"case:yes:{facts.id}"), Button(_("Not yet"), f"case:not:{facts.id}")


def resolved(facts: CaseFacts, now: datetime, words: Words) -> Message:
    """Is it? Once answered, the same message says what came of it."""
    _ = words.say
    if facts.state == "confirmed":
        return closed(facts, words)
    if facts.state not in ("resolved", "merged"):
        return Message(lines(case_line(facts, words), *_stand(facts, now, words)), final=True)
    ask = _("We are told that it is done. Is it solved?")
    silence = _("After three quiet days it is closed; one word opens it again.")
    return Message(lines(case_line(facts, words), ask, silence), rows=column(*_yes_no(facts, words)))


def closed(facts: CaseFacts, words: Words) -> Message:
    """Thanks, and the rating."""
    _ = words.say
    if facts.closed_by == "withdrawn":
        return withdrawn(facts, words)
    if facts.state != "confirmed":
        return Message(lines(case_line(facts, words), asker_words(facts, words)))
    if facts.rating:
        said = _("Solved. You gave {rating} of 5, thank you.", rating=facts.rating)
        return Message(lines(case_line(facts, words), said))
    stars = tuple(Button(str(star), f"case:rate:{facts.id}:{star}") for star in STARS)
    said = _("Good. How well did we do? 5 is very well.")
    return Message(lines(case_line(facts, words), said), rows=(stars,))


def withdrawn(facts: CaseFacts, words: Words) -> Message:
    """No longer needed: nothing to rate."""
    said = words.say("Noted, it is closed. If you need it after all, press below.")
    return Message(lines(case_line(facts, words), said), rows=_buttons(facts, words))


def silent(facts: CaseFacts, words: Words) -> Message:
    said = words.say("Three quiet days, so it is closed. If it is not solved, press, or just write.")
    again = Button(words.say("Not solved"), f"case:not:{facts.id}")
    return Message(lines(case_line(facts, words), said), rows=column(again))


def told(
    kind: str,
    own: CaseFacts,
    now: datetime,
    words: Words,
    *,
    name: str = "",
    part: int | None = None,
    private: bool = False,
    helper: bool = False,
) -> Message:
    """What happened to a request, to its asker, and to who has joined it; `part` is what was added and may be none of it."""
    facts = own.within or own
    _, due, by = words.say, due_words(facts.due_at, facts.zone, now, words), by_words(facts, now, words)
    said = {
        "request.accepted": _("{name} has taken it. {by}", name=facts.owner, by=by),
        "request.sorted": _("It is a matter of {kind} now. {holder} {by}", kind=kind_name(facts.category, words), holder=holder_line(facts.holder, words), by=by),
        "request.declined": _("We are sorry, we can't do this. If you don't agree, press below, and it is looked at again. Why: {reason}", reason=facts.reason) if facts.state == "declined" else _("You don't agree, so it is looked at again. {stand} {by}", stand=asker_words(facts, words), by=by),
        "request.extended": _("It takes longer: by {due} now. Why: {reason}", due=due, reason=facts.reason),
        "request.moved": _("Working days or hours there are counted anew: by {due} now.", due=due),
        "request.merged": _("It goes on as part of case {case}, which asks for the same. You hear what comes of it.", case=own.merged_into),
        "request.given": _("{name} is on it. {by}", name=facts.owner, by=by),
        "request.helper": _("{name} is coming to help.", name=name),
        "request.delayed": _("It is late, we are sorry. We have told {level}. You need do nothing; I write when there is news.", level=name) if facts.holder.members else nobody_here(words),
        "request.placed": _("{holder} {by}", holder=holder_line(facts.holder, words), by=by),
        "request.parted": _("The case yours had joined has ended without being solved. Yours goes on by itself: by {due}.", due=due),
        "request.helper_gone": _("{name} can't come after all. {stand}", name=name, stand=asker_words(facts, words)),
        "request.helper_silent": _("We have not heard from {name}. If they came and it is solved, please tell me. {stand}", name=name, stand=asker_words(facts, words)),
        "request.unhelped": _("Nobody could come so far, we are sorry. {holder} {by}", holder=holder_line(facts.holder, words), by=by),
        "request.added": _("Passed on to those who have this case. When you have helped, report as usual.") if helper else _("Added. Those in charge read it now; whoever helps you does not.") if private else _("Added. Those who have it see it now."),
    }  # fmt: skip
    reopen = (
        Button(_("I don't agree"), f"case:not:{facts.id}")
        if kind == "request.declined" and facts.state == "declined"
        else None
    )
    apart = Button(_("Something new"), f"case:apart:{part}") if part else None
    return Message(lines(case_line(own, words), said[kind]), rows=column(reopen, apart))
