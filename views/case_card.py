"""A request's card: all that its owners need, and the buttons that fit its state."""

from markupsafe import Markup

from services.disposal import Category
from services.request_facts import CaseFacts
from services.requests import QUOTED
from views.case_words import (
    area_words,
    case_line,
    kind_name,
    quoted,
    sector_name,
    state_words,
)
from views.message import Button, Message, column, lines
from views.words import Words

MOST_CATEGORIES = 30
OPEN = ("new", "reopened")
RUNNING = ("new", "reopened", "accepted", "dispatched")
OVER = (
    "confirmed",
    "declined",
    "merged",
)  # such a card rests until it is revived: rated, opened again, its details deleted


def card(
    facts: CaseFacts,
    words: Words,
    *,
    menu: str = "",
    sector: int = 0,
    chats: int = 0,
    categories: tuple[Category, ...] = (),
    only_given: bool = False,
) -> Message:
    """The live card, in private, protected: all that its owners need, and the buttons that fit its state."""
    _ = words.say
    head = case_line(facts, words)
    if facts.urgent:
        head = Markup("<b>{}</b>\n").format(_("URGENT: somebody may be in danger")) + head
    over = facts.state not in RUNNING
    due = words.moment(facts.due_at, facts.zone)  # it may stand there for weeks
    by = (
        _("{area} · overdue since {due}", area=area_words(facts, words), due=due)
        if facts.overdue
        else _("{area} · due {due}", area=area_words(facts, words), due=due)
    )
    return Message(
        lines(
            head,
            None if over else by,
            _said(facts, words),
            _media(facts, words),
            _contact(facts, words),
            _extra(facts, words),
            state_words(facts, words),
            _reach(facts, words, chats) if menu == "send" else None,
        ),
        rows=_given(facts, words) if only_given else _rows(facts, words, menu, sector, chats, categories),
        protect=True,
        loud=facts.urgent and facts.state in OPEN,
        final=facts.state in OVER,
    )


def _said(facts: CaseFacts, words: Words) -> Markup:
    """What was said, and by those whose danger is part of it."""
    if facts.anonymised:
        return words.say("Its details have been deleted.")
    more = quoted(facts.joined_danger, words) if facts.joined_danger else None
    return lines(quoted(facts.words, words), more)


def _media(facts: CaseFacts, words: Words) -> Markup | None:
    n_ = words.count
    parts = [n_("{n} photo", "{n} photos", facts.photos)] if facts.photos else []
    parts += [n_("{n} recording or file", "{n} recordings or files", facts.files)] if facts.files else []
    return Markup(words.names([str(part) for part in parts])) if parts else None


def _contact(facts: CaseFacts, words: Words) -> Markup | None:
    _ = words.say
    where = _("Where: {place}", place=facts.place) if facts.place else None
    if facts.located and not facts.place:
        where = _("Where: a shared location")
    phone = _("Phone: {phone}", phone=facts.phone) if facts.phone else None
    known, elsewhere = facts.known_from, None
    if known is not None:
        said = words.names([each for each in (known.place, known.phone) if each])
        elsewhere = _("They said in case {case}: {known}", case=known.case, known=said)
    helps = (
        _("They are helping in case {case}, and may be there.", case=facts.helps_in)
        if facts.helps_in
        else None
    )
    found = lines(where, phone, elsewhere, helps)
    return found or None


def _extra(facts: CaseFacts, words: Words) -> Markup | None:
    _, n_ = words.say, words.count
    joined = (
        n_("{n} more person asks for the same.", "{n} more people ask for the same.", facts.joined)
        if facts.joined
        else None
    )
    other = _("Asked for somebody else, who agreed.") if facts.for_other else None
    again = n_("Reopened once.", "Reopened {n} times.", facts.reopened) if facts.reopened else None
    guess = _("What it is about is my guess.") if facts.guessed else None
    extended = facts.extended and facts.reason and facts.state != "declined"  # else it is why that is
    longer = _("Extended: {reason}", reason=facts.reason) if extended else None
    called = _("Called to it: {units}.", units=words.names(list(facts.called))) if facts.called else None
    before = _("Was part of case {case} before.", case=facts.was_part_of) if facts.was_part_of else None
    found = lines(guess, joined, before, other, again, longer, called)
    return found or None


def _reach(facts: CaseFacts, words: Words, chats: int) -> Markup:
    """What is asked before a duty goes to more chats than one."""
    went = words.count(
        "The duty would go to {n} chat of {area}.",
        "The duty would go to all {n} chats of {area}.",
        chats,
        area=area_words(facts, words),
    )
    return Markup("<b>{}</b>").format(went)


def _rows(
    facts: CaseFacts, words: Words, menu: str, sector: int, chats: int, categories: tuple[Category, ...]
) -> tuple[tuple[Button, ...], ...]:
    if facts.state not in RUNNING:
        return ()
    if menu == "more":
        return column(*_more(facts, words), _back(facts, words))
    if menu == "sectors":
        return column(*_sectors(facts, words, categories), _back(facts, words))
    if menu == "sort":
        return column(*_categories(facts, words, sector, categories), _back(facts, words))
    if menu == "send":
        send = Button(words.say("Send it there"), f"case:send:{facts.id}:{chats}")
        area = Button(words.say("Another area…"), f"case:ask:{facts.id}:area")
        return column(send, area, _back(facts, words))
    return column(*_first(facts, words))


def _given(facts: CaseFacts, words: Words) -> tuple[tuple[Button, ...], ...]:
    """What somebody may do who was given the case, and has no say in it otherwise."""
    if facts.state not in RUNNING:
        return ()
    solved = Button(words.say("Solved"), f"case:resolve:{facts.id}")
    return column(solved, *_reading(facts, words), _give_back(facts, words))


def _give_back(facts: CaseFacts, words: Words) -> Button | None:
    held = facts.owner and not facts.order_id
    return Button(words.say("Give it back"), f"case:back:{facts.id}") if held else None


def _reading(facts: CaseFacts, words: Words) -> list[Button | None]:
    """What does not stand on the card itself."""
    _ = words.say
    return [
        Button(_("Photos and recordings"), f"case:files:{facts.id}") if facts.photos or facts.files else None,
        Button(_("On the map"), f"case:map:{facts.id}") if facts.located else None,
        Button(_("All the words"), f"case:words:{facts.id}") if len(facts.words) > QUOTED else None,
    ]


def _back(facts: CaseFacts, words: Words) -> Button:
    return Button(words.say("Back"), f"case:menu:{facts.id}::0")


def _first(facts: CaseFacts, words: Words) -> list[Button | None]:
    """What fits now; for one that nobody has sorted, what it may be."""
    _ = words.say
    unsorted = facts.category is None or facts.guessed
    guesses = [_sort(facts, each, words) for each in facts.suggested] if unsorted else []
    other = Button(_("Another kind…"), f"case:menu:{facts.id}:sectors:0") if unsorted else None
    return [
        Button(_("I take it"), f"case:accept:{facts.id}") if facts.state in OPEN or facts.untaken else None,
        *guesses,
        other,
        Button(_("Send volunteers"), f"case:send:{facts.id}")
        if facts.state != "dispatched" or not facts.order_id
        else None,
        Button(_("Solved"), f"case:resolve:{facts.id}"),
        *_reading(facts, words),
        Button(_("More…"), f"case:menu:{facts.id}:more:0"),
    ]


def _sort(facts: CaseFacts, category: Category, words: Words) -> Button:
    return Button(
        words.say("It is: {kind}", kind=kind_name(category, words)), f"case:sort:{facts.id}:{category.code}"
    )


def _more(facts: CaseFacts, words: Words) -> list[Button | None]:
    _ = words.say
    return [
        Button(_("Pass it up"), f"case:up:{facts.id}") if facts.passable else None,
        _give_back(facts, words),
        Button(_("Blow the whistle"), f"case:whistle:{facts.id}"),
        Button(_("Another kind…"), f"case:menu:{facts.id}:sectors:0"),
        Button(_("Give it to a person…"), f"case:ask:{facts.id}:give"),
        Button(_("Another area…"), f"case:ask:{facts.id}:area"),
        Button(_("More time…"), f"case:ask:{facts.id}:extend") if facts.extensible else None,
        Button(_("Same as another case…"), f"case:ask:{facts.id}:merge"),
        Button(_("We can't do this…"), f"case:ask:{facts.id}:decline"),
        Button(_("What was done so far"), f"case:show:{facts.id}"),
    ]


def _sectors(facts: CaseFacts, words: Words, categories: tuple[Category, ...]) -> list[Button]:
    return [
        Button(sector_name(first, words), f"case:menu:{facts.id}:sort:{index}")
        for index, first in enumerate(sectors(categories))
    ]


def sectors(categories: tuple[Category, ...]) -> list[Category]:
    """The first category of each sector, in the list's order."""
    found: dict[str, Category] = {}
    for category in categories:
        found.setdefault(category.sector, category)
    return list(found.values())


def _categories(
    facts: CaseFacts, words: Words, sector: int, categories: tuple[Category, ...]
) -> list[Button]:
    firsts = sectors(categories)
    chosen = firsts[sector].sector if sector < len(firsts) else ""
    inside = [each for each in categories if each.sector == chosen][:MOST_CATEGORIES]
    return [Button(kind_name(each, words), f"case:sort:{facts.id}:{each.code}") for each in inside]
