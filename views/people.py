"""What a member reads about themself: points, lists, help, data."""

from datetime import datetime

from markupsafe import Markup

from models import ClaimState, RoleKind
from services.facts import PointsFacts, RankFacts
from services.habits import Habits, clock
from services.lists import Listed
from services.members import MyData
from services.request_facts import CaseFacts
from views import request_talk
from views.message import Button, Message, column, lines
from views.order_card import hours_line
from views.words import Words


def points(facts: PointsFacts, words: Words) -> Message:
    """The balance first; what is on the way never counts in it."""
    _, n_ = words.say, words.count
    balance = Markup("<b>{}</b>").format(n_("{n} point", "{n} points", facts.balance))
    head = (
        _("{balance} · {hours} given", balance=balance, hours=words.hours_given(facts.hours))
        if facts.hours
        else balance
    )
    entries = [
        _("+{n}  #{order} {title}, rated {rating}", n=amount, order=order, title=title, rating=rating)
        for amount, _kind, order, title, rating in facts.entries
    ]
    coming = sum(amount for amount, _order in facts.coming)
    orders = ", ".join(f"#{order}" for _amount, order in facts.coming)
    on_way = _("{n} on the way: {orders}", n=coming, orders=orders) if facts.coming else None
    disagree = Button(_("I disagree"), "order:dispute:0") if entries or on_way else None
    return Message(lines(head, *entries, on_way), rows=column(disagree))


def rank(facts: RankFacts | None, words: Words) -> Message:
    """One's own place and the area's totals; nobody else's name."""
    _, n_ = words.say, words.count
    if facts is None:
        return Message(_("You have no duty yet, so there is no area to compare with. See /orders."))
    mine = (
        _(
            "Your place: {place} of {people}, {points}",
            place=facts.place,
            people=facts.people,
            points=n_("{n} point", "{n} points", facts.points),
        )
        if facts.place
        else _("You have no points here yet.")
    )
    total = n_(
        "{n} person together: {total}",
        "{n} people together: {total}",
        facts.people,
        total=n_("{n} point", "{n} points", facts.total),
    )
    return Message(lines(Markup("<b>{}</b>").format(facts.area), mine, total))


def mine(items: list[Listed], cases: list[CaseFacts], now: datetime, words: Words) -> Message:
    """One's own requests with what happens next and when, and one's places; a button each."""
    if not cases:
        return listed(items, words, mine=True)
    places = listed(items, words, mine=True) if items else None
    stand = [request_talk.standing(facts, now, words).text for facts in cases]
    buttons = [Button(words.say("Case {case}", case=facts.id), f"case:show:{facts.id}") for facts in cases]
    head = Markup("<b>{}</b>").format(words.say("Your requests"))
    return Message(
        lines(head, *stand, places.text if places else None),
        rows=(*column(*buttons), *(places.rows if places else ())),
    )


def listed(items: list[Listed], words: Words, *, mine: bool) -> Message:
    """Orders, or one's own places, a button each."""
    _ = words.say
    if not items:
        return Message(
            _("You have no place on any duty. /orders shows what is open.")
            if mine
            else _("No duty is open for you now.")
        )
    head = _("Your places") if mine else _("Open duties")
    texts = [
        lines(
            Markup("<b>#{} {}</b>").format(item.brief.id, item.brief.title),
            Markup("{} · {}").format(hours_line(item.brief, words), _listed_state(item, words)),
        )
        for item in items
    ]
    buttons = [
        Button(f"#{item.brief.id} {item.brief.title}"[:40], f"order:show:{item.brief.id}") for item in items
    ]
    return Message(lines(Markup("<b>{}</b>").format(head), *texts), rows=column(*buttons))


def _listed_state(item: Listed, words: Words) -> Markup:
    _, n_ = words.say, words.count
    if item.state is None:
        return n_("{n} place free", "{n} places free", item.left) if item.left > 0 else _("full")
    states = {
        ClaimState.CLAIMED: _("you have a place"),
        ClaimState.CHECKED_IN: _("you have arrived"),
        ClaimState.REPORTED: _("in review"),
        ClaimState.RETURNED: _("came back"),
        ClaimState.APPROVED: _("approved"),
        ClaimState.REJECTED: _("not accepted"),
        ClaimState.EXPIRED: _("no report"),
    }
    return states[item.state]


def help_(role: RoleKind, words: Words, *, issues: bool = False) -> Message:
    """At most five lines for the reader's role, as buttons."""
    _ = words.say
    head = _("What I can do here:")
    leading = role != RoleKind.VOLUNTEER
    return Message(
        head,
        rows=column(
            Button(_("New duty"), "list:order:0") if issues else Button(_("I need help"), "list:request:0"),
            Button(_("Cases"), "list:requests:0") if leading else Button(_("My points"), "list:points:0"),
            Button(_("Open duties"), "list:orders:0"),
            Button(_("My places and requests"), "list:mine:0"),
            Button(_("Language"), "list:language:0"),
        ),
    )


def start(name: str, telegram_id: int, words: Words) -> Message:
    _ = words.say
    return Message(
        lines(
            _("Hello {name}. I bring the duties of your neighbourhood to you.", name=name),
            _("If you need help, just write to me what you need."),
            _("I can write to you now: reminders, answers and points come here."),
            _(
                "Your id is {id}; a leader is appointed by it.",
                id=Markup("<code>{}</code>").format(telegram_id),
            ),
        ),
        rows=column(Button(_("Open duties"), "list:orders:0"), Button(_("My places"), "list:mine:0")),
    )


def habits(theirs: Habits, area: str | None, words: Words) -> Message:
    """When reminders come, and how to change it, by button or typed."""
    _ = words.say
    head = _("Reminders in {area}", area=area) if area else _("Your reminders")
    eves = [Button(f"{clock(minute):%H:%M}", f"habit:eve_at:{minute}") for minute in (1080, 1140, 1200)]
    befores = [Button(_("{n} min", n=minutes), f"habit:before:{minutes}") for minutes in (30, 60, 120)]
    return Message(
        lines(
            Markup("<b>{}</b>").format(head),
            _(
                "The evening before at {clock}, and {n} minutes before.",
                clock=f"{clock(theirs.eve_at):%H:%M}",
                n=theirs.before,
            ),
            _(
                "Quiet from {start} to {end}: what can wait comes afterwards, the rest makes no sound.",
                start=f"{clock(theirs.quiet_from):%H:%M}",
                end=f"{clock(theirs.quiet_until):%H:%M}",
            ),
            _(
                "To change it, press, or write: /reminders 18:30, /reminders 90 min, /reminders quiet 22:00-07:00."
            ),
        ),
        rows=(tuple(eves), tuple(befores), (Button(_("As usual"), "habit:usual:0"),)),
    )


def my_data(data: MyData, words: Words) -> Message:
    _, n_ = words.say, words.count
    roles = words.names([f"{role_words(kind, words)} {area}".strip() for kind, area in data.roles])
    return Message(
        lines(
            Markup("<b>{}</b>").format(_("What I keep about you")),
            _("Name on cards: {name}. Telegram id: {id}.", name=data.name, id=data.telegram_id),
            _("Roles: {roles}", roles=roles) if roles else None,
            n_("{n} place taken", "{n} places taken", data.claims),
            _(
                "{reports} with {photos}, sealed; only their reviewers see them",
                reports=n_("{n} report", "{n} reports", data.reports),
                photos=n_("{n} photo or recording", "{n} photos or recordings", data.photos),
            ),
            n_(
                "{n} request, {open} of them open; words, place and phone sealed, deleted 30 days after the end",
                "{n} requests, {open} of them open; words, place and phone sealed, deleted 30 days after the end",
                data.requests,
                open=data.open_requests,
            )
            if data.requests
            else None,
            n_("Seen in {n} chat", "Seen in {n} chats", data.chats),
            _("/forget erases all of it but the sum of points paid."),
        ),
        rows=column(Button(_("Change my name"), "me:rename:0"), Button(_("Forget me"), "me:forget:0")),
    )


def role_words(kind: RoleKind, words: Words) -> Markup:
    _ = words.say
    return {
        RoleKind.VOLUNTEER: _("volunteer"),
        RoleKind.LEADER: _("leader"),
        RoleKind.OFFICER: _("officer"),
        RoleKind.ADMINISTRATOR: _("administrator"),
    }[kind]
