"""Areas to walk, and what is wrong with a chat's set-up."""

from dataclasses import dataclass

from markupsafe import Markup

from services.areas import AreaFacts
from views.message import Button, Message, column, lines
from views.order_card import deep_link
from views.words import Words

PAGE = 8


def area_walk(facts: AreaFacts | None, page: int, words: Words, *, empty: bool) -> Message:
    """The tree of areas by buttons, a page of eight at a time."""
    _ = words.say
    if empty:
        return Message(
            _("There are no areas yet. Shall I make one named after this group?"),
            rows=column(Button(_("Yes, make it"), "area:plant:0")),
        )
    if facts is None:
        return Message(_("That area is gone. Write /bind to begin again."))
    shown = facts.children[page * PAGE : (page + 1) * PAGE]
    here = Button(_("This chat is {area}", area=facts.name), f"area:bind:{facts.id}") if facts.id else None
    up = Button(_("Back"), f"area:open:{facts.parent_id or 0}:0") if facts.id else None
    more = (
        Button(_("More"), f"area:open:{facts.id}:{page + 1}")
        if len(facts.children) > (page + 1) * PAGE
        else None
    )
    children = [Button(name, f"area:open:{child}:0") for child, name in shown]
    head = _("Which area does this chat belong to?")
    return Message(
        lines(head, Markup("<b>{}</b>").format(facts.name) if facts.id else None),
        rows=column(here, *children, more, up),
    )


@dataclass(frozen=True)
class Health:
    """What /diagnose found of a chat."""

    area: str | None
    reviewers: int
    hears_all: bool
    is_admin: bool
    can_post: bool


def diagnosis(health: Health, bot: str, words: Words) -> Message:
    """What is wrong with a chat's set-up and how to mend it, in plain words."""
    _, n_ = words.say, words.count
    area = (
        _("✓ This chat belongs to {area}.", area=health.area)
        if health.area
        else _("✗ This chat belongs to no area. Write /bind@{bot}.", bot=bot)
    )
    post = (
        _("✓ I may write here.")
        if health.can_post
        else _("✗ I may not write here. In the group's permissions, allow me to send messages and photos.")
    )
    hears = (
        _("✓ I hear every message here.")
        if health.hears_all or health.is_admin
        else _(
            "✓ Privacy mode is on: I hear buttons, commands with @{bot} and replies to my cards, and nothing else.",
            bot=bot,
        )
    )
    review = None
    if health.area:
        review = (
            n_("✓ {n} person can review reports.", "✓ {n} people can review reports.", health.reviewers)
            if health.reviewers
            else _(
                "✗ Nobody can review reports: no leader has pressed Start. Send them {link}",
                link=deep_link(bot, "start"),
            )
        )
    return Message(lines(area, post, hears, review))
