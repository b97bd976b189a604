"""Notes about a case: to its owners, to the level above them, and to whoever helps."""

from datetime import datetime

from markupsafe import Markup

from services.disposal import shown_to_helpers
from services.request_cards import QUOTING
from services.request_facts import CaseFacts
from views.case_words import area_words, case_line, due_words, level_words, quoted, state_words
from views.message import Button, Message, column, lines
from views.words import Words


def _look(facts: CaseFacts, words: Words) -> Button:
    return Button(words.say("Look at case {case}", case=facts.id), f"case:show:{facts.id}")


def _next_to_hear(facts: CaseFacts, now: datetime, words: Words) -> Markup | None:
    if not facts.next_level:
        return None
    level = level_words(facts.next_level, facts.next_name, words)
    at = due_words(facts.next_at, facts.zone, now, words)
    return words.say("Next to hear: {level}, {at}.", level=level, at=at)


def noted(
    kind: str,
    facts: CaseFacts,
    now: datetime,
    words: Words,
    *,
    level: str = "",
    name: str = "",
    untaken: bool = False,
    helper: str = "",
) -> Message:
    """About a deadline, to owners and to the next level: what is true, who was told, and who hears next."""
    _, due = words.say, due_words(facts.due_at, facts.zone, now, words)
    higher = level_words(level, name, words)
    after = _next_to_hear(facts, now, words)
    area = area_words(facts, words)
    late = _("{area}: it was due {due}.", area=area, due=due)
    passed = _("It was due {due}. Told now: {level}.", due=due, level=higher)
    if untaken:
        late = _("{area}: nobody has taken this urgent case.", area=area)
        passed = _("Nobody took it in time. Told now: {level}.", level=higher)
    said = {
        **_quoting(facts, helper, words),
        "request.new": lines(_("{area} · due {due}", area=area, due=due)),
        "request.warn": lines(_("It is due {due}.", due=due), after),
        "request.overdue": lines(late, state_words(facts, words), after),
        "request.passed_up": lines(passed, None if untaken else state_words(facts, words), after),
        "request.reopened": lines(_("Not solved, says the person who asked. It is open again, due {due}.", due=due)),
        "request.contested": lines(_("The person who asked does not agree that it can't be done. It is open again, due {due}.", due=due)),
        "request.unheard": lines(_("I can't reach the person who asked. Please call or visit: is it solved?")),
        "request.released": lines(_("It is back with you: nobody is on it now. Due {due}.", due=due)),
    }  # fmt: skip
    return Message(
        lines(case_line(facts, words), said[kind]),
        rows=column(_look(facts, words)),
        protect=kind in QUOTING,
        loud=untaken or kind == "request.alarm" or (kind == "request.joined_said" and facts.urgent),
    )


def _quoting(facts: CaseFacts, helper: str, words: Words) -> dict[str, Markup]:
    """What was said just now, in its very words."""
    _, said = words.say, quoted(facts.words[-300:], words)
    same = _("Somebody who asks for the same adds:")
    return {
        "request.alarm": lines(Markup("<b>{}</b>").format(_("Words of danger, just now.")), said),
        "request.joined_said": lines(_("{name}, who helps there, writes:", name=helper) if helper else same, said),
        "request.complained": lines(_("Of the help that was sent; helpers do not read this:"), said),
        "request.more_said": lines(_("They say more:"), said),
    }  # fmt: skip


def answered(facts: CaseFacts, words: Words) -> Message:
    """An answer to a typed command or a reason: how the case stands."""
    return Message(
        lines(case_line(facts, words), state_words(facts, words)), rows=column(_look(facts, words))
    )


def ended(facts: CaseFacts, by: str, how: str, words: Words, *, into: int = 0) -> Message:
    """To who had taken it: a colleague has ended it."""
    _ = words.say
    said = {
        "declined": _("{name} has declined it; the person who asked reads why.", name=by),
        "merged": _("{name} has joined it to case {case}, where it goes on.", name=by, case=into),
    }
    return Message(lines(case_line(facts, words), said[how]), rows=column(_look(facts, words)))


def helped_already(facts: CaseFacts, order_id: int, words: Words) -> Message:
    """To a helper who has not reported yet: the case counts as solved."""
    _ = words.say
    said = _("It counts as solved. If you have helped, please report; if not, you need not come any more.")
    report = Button(_("Report"), f"order:report:{order_id}")
    free = Button(_("I have not helped"), f"order:withdraw:{order_id}")
    return Message(lines(case_line(facts, words), said), rows=column(report, free))


def needed_again(facts: CaseFacts, order_id: int, words: Words) -> Message:
    """To a helper who read that they need not come."""
    _ = words.say
    said = _("It is not solved after all, says the person who asked. Please come as you had planned.")
    known = Button(_("Words and address"), f"order:details:{order_id}")
    leave = Button(_("Can't make it"), f"order:withdraw:{order_id}")
    return Message(lines(case_line(facts, words), said), rows=column(known, leave), loud=True)


def details(facts: CaseFacts, words: Words) -> Message:
    """To the helper alone, as far as the category allows: protected, and gone after a day."""
    _ = words.say
    shows = shown_to_helpers(facts.category)
    return Message(
        lines(
            case_line(facts, words),
            quoted(facts.words, words) if "words" in shows else None,
            _("Where: {place}", place=facts.place) if facts.place and "place" in shows else None,
            _("Phone: {phone}", phone=facts.phone) if facts.phone and "phone" in shows else None,
            _("For your help alone; please pass it on to nobody. This message goes after a day."),
        ),
        protect=True,
    )
