"""Reminders, answers and everything else that is said once."""

from dataclasses import dataclass

from markupsafe import Markup

from services.facts import OrderBrief
from views.message import Button, Message, column, lines
from views.order_card import asks_line, deep_link, evidence_words, hours_line, title_line
from views.words import Words


def reminder(
    brief: OrderBrief, mates: tuple[str, ...], words: Words, *, hour: bool, late: bool, minutes: int = 60
) -> Message:
    """The evening before, or an hour before."""
    _ = words.say
    soon = (
        _("In one hour: {title}", title=brief.title)
        if minutes == 60
        else _("In {n} minutes: {title}", n=minutes, title=brief.title)
    )
    when = soon if hour else _("Tomorrow: {title}", title=brief.title)
    if late:
        when = _("Late reminder, we were away: {title}", title=brief.title)
    company = _("with {names}", names=words.few(mates)) if mates else None
    place = Markup(", ").join(part for part in (Markup.escape(brief.place), company) if part)
    return Message(
        lines(Markup("<b>{}</b>").format(when), hours_line(brief, words), place),
        rows=column(
            Button(_("I'll be there"), f"order:confirm:{brief.id}"),
            Button(_("Can't make it"), f"order:withdraw:{brief.id}"),
        ),
    )


def reminder_in_group(brief: OrderBrief, names: tuple[str, ...], words: Words, bot: str) -> Message:
    """Named once per order in the group: those the bot cannot write to."""
    _ = words.say
    return Message(
        lines(
            _(
                "{names}: {title} is on {when}.",
                names=words.few(names),
                title=brief.title,
                when=hours_line(brief, words),
            ),
            _("I can't write to you yet. Press the button once, so that I can remind you."),
        ),
        rows=column(Button(_("My place →"), url=deep_link(bot, f"o{brief.id}"))),
        silent=True,
    )


def unreachable(brief: OrderBrief, names: tuple[str, ...], words: Words) -> Message:
    """To the issuer: whom the bot cannot remind."""
    _ = words.say
    return Message(
        lines(
            title_line(brief),
            _(
                "I can't write to {names}: they have not pressed Start, or have blocked me. I named them in the group.",
                names=words.few(names),
            ),
        )
    )


def report_due(brief: OrderBrief, words: Words) -> Message:
    _ = words.say
    due = words.moment(brief.report_by, brief.zone)
    return Message(
        lines(
            title_line(brief),
            _("How did it go? Please report by {due}.", due=due),
            asks_line(brief, words),
        ),
        rows=column(Button(_("Report"), f"order:report:{brief.id}")),
    )


def reconfirm(brief: OrderBrief, words: Words) -> Message:
    _ = words.say
    return Message(
        lines(
            title_line(brief),
            _("The hours have moved to {hours}. Does that suit you?", hours=hours_line(brief, words)),
            _("Your place is kept until you say otherwise."),
        ),
        rows=column(
            Button(_("Still in"), f"order:confirm:{brief.id}"),
            Button(_("Can't make it"), f"order:withdraw:{brief.id}"),
        ),
    )


def changed(brief: OrderBrief, words: Words) -> Message:
    """To who has a place: what is different now."""
    _ = words.say
    due = words.moment(brief.report_by, brief.zone)
    place = Markup(" · {}").format(brief.place) if brief.place else ""
    return Message(
        lines(
            title_line(brief),
            _(
                "This has changed: {hours}{place}. Please report by {due}.",
                hours=hours_line(brief, words),
                place=place,
                due=due,
            ),
        )
    )


def withdrawn(brief: OrderBrief, words: Words, *, kindly: bool) -> Message:
    _ = words.say
    said = _("No problem, your place is free again. Thank you for saying so.")
    found = _("I'll look for someone, and tell you.") if kindly else None
    return Message(lines(title_line(brief), said, found))


def filled(brief: OrderBrief, words: Words) -> Message:
    """To who gave the place back."""
    said = words.say("Somebody has taken the place you gave back. All is well, thank you.")
    return Message(lines(title_line(brief), said))


def freed(brief: OrderBrief, name: str, words: Words) -> Message:
    """To the issuer: somebody gave a place back shortly before the duty."""
    _ = words.say
    said = _("{name} can't make it. The place is open again on the card.", name=name)
    return Message(lines(title_line(brief), said))


def late(brief: OrderBrief, name: str, minutes: int | None, words: Words) -> Message:
    """To the issuer: somebody comes, and later than the duty begins."""
    told = (
        words.say("{name} comes later, and has said so.", name=name)
        if minutes is None
        else words.count(
            "{name} comes {n} minute later.", "{name} comes {n} minutes later.", minutes, name=name
        )
    )
    return Message(lines(title_line(brief), told))


def checked_in(brief: OrderBrief, distance: int | None, words: Words) -> Message:
    _ = words.say
    place = brief.place or _("the place")
    said = (
        _("Checked in, {distance} from {place}.", distance=words.metres(distance), place=place)
        if distance is not None
        else _("Checked in.")
    )
    return Message(lines(title_line(brief), said), drop_keyboard=True)


def received(brief: OrderBrief, report: "Received", words: Words) -> Message:
    """The one answer to a report, or to an album."""
    _, n_ = words.say, words.count
    parts = [n_("{n} photo", "{n} photos", report.photos)] if report.photos else []
    parts += [n_("{n} recording or file", "{n} recordings or files", report.files)] if report.files else []
    parts += [_("your words")] if report.words else []
    parts += [_("your location")] if report.located else []
    have = _("Received: {parts}.", parts=words.names([str(part) for part in parts])) if parts else None
    lacking = evidence_words(brief.evidence, brief.evidence_count, words)
    if report.up:
        after = _("It is with the leaders now. You can add to it until they decide.")
        if report.late:
            after = _("It is late; the leader decides whether to accept it.")
        return Message(lines(title_line(brief), have, after))
    if report.asked:
        ask = _("This duty asks for {evidence}. Could you send that too?", evidence=lacking)
    else:
        ask = _("Still missing: {evidence}.", evidence=lacking)
    button = Button(_("Send without {evidence}", evidence=lacking), f"report:without:{report.id}")
    return Message(lines(title_line(brief), have, ask), rows=column(button))


@dataclass(frozen=True)
class Received:
    """What a report holds so far; `asked` is whether the missing evidence is being asked for just now."""

    id: int
    photos: int
    files: int
    words: bool
    located: bool
    up: bool
    late: bool
    asked: bool


def expired(brief: OrderBrief, words: Words) -> Message:
    _ = words.say
    said = _(
        "No report came in time, so the place has lapsed. You can still report for seven days; the leader decides."
    )
    return Message(
        lines(title_line(brief), said), rows=column(Button(_("Report"), f"order:report:{brief.id}"))
    )


def cancelled(brief: OrderBrief, reason: str | None, words: Words) -> Message:
    _ = words.say
    head = _("Cancelled: {title}", title=brief.title)
    return Message(
        lines(
            Markup("<b>{}</b> <i>#{}</i>").format(head, brief.id),
            Markup("<s>{}</s>").format(hours_line(brief, words)),
            _("Reason: {reason}", reason=reason) if reason else None,
            _("No need to come."),
        )
    )


def review_nag(brief: OrderBrief, words: Words, *, overdue: bool) -> Message:
    _ = words.say
    said = (
        _("A report has waited for 48 hours. You may decide it as well.")
        if overdue
        else _("A report has waited for 24 hours for your review.")
    )
    return Message(lines(title_line(brief), said))
