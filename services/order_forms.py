"""/order with its form below it: issued at once for one chat, confirmed in private for more."""

from dataclasses import replace
from datetime import datetime

from sqlmodel import Session

from models import Area
from models.actor import Actor
from services import areas, deliveries, forms, order_cards, orders, questions, refusals, roles
from services.order_dialogue import pack


def issue(session: Session, now: datetime, actor: Actor, text: str, here: int | None) -> None:
    """`/order` with its form: issued at once for one chat, confirmed in private for more."""
    if actor.suspended:
        raise refusals.Suspended()
    named = forms.fields_of(text.split("\n")[1:]).get("in", "")
    area = area_for(session, actor, named, here)
    roles.require_leads(session, actor, area)
    draft = forms.read_form(text, actor.said_at, areas.zone(session, area), areas.policy(session).points_cap)
    draft = replace(draft, area_id=area.id)
    chats = order_cards.chats_of(session, area)
    if len(chats) > 1:
        content = {"draft": pack(draft), "areas": [], "again": [], "templates": [], "recent": []}
        before = questions.current(session, actor.member_id)
        questions.ask(session, now, actor, "order", "confirm", content)
        if before is not None and (before.kind, before.step) == ("order", "confirm"):
            deliveries.answer(session, now, actor, "order.unsent")
        return
    issued = orders.issue(session, now, actor, draft, area.id)
    in_that_chat = not actor.private and [actor.cause.chat_id] == [chat for chat, _ in chats]
    if not in_that_chat:
        deliveries.answer(
            session, now, actor, "order.issued", {"order": issued.order_id, "chats": issued.chats}
        )
    elif not roles.reviewers(session, area, without=0):
        deliveries.whisper(session, now, actor, "reviewer.unreachable", {"area": area.id})


def area_for(session: Session, actor: Actor, named: str, here: int | None) -> Area:
    """The area an order is for: named, else this chat's, else the only one its issuer leads."""
    if named:
        return areas.find(session, named)
    if here is not None:
        return areas.get(session, here)
    if not actor.private:
        raise refusals.ChatNotBound()
    led = roles.areas_led(session, actor.member_id)
    if len(led) == 1:
        return led[0]
    if not led and not roles.is_administrator(session, actor):
        raise refusals.NotALeader()
    raise refusals.SayWhere()
