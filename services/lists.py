"""Lists a member asks for: orders open to them, their own places, help, and what is wrong with a chat."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, func, select

from models import (
    Area,
    Chat,
    ChatMember,
    Claim,
    ClaimState,
    Delivery,
    DeliveryState,
    Order,
    OrderState,
    OrderVisit,
    Reach,
    Role,
    RoleKind,
)  # fmt: skip
from models.actor import Actor
from models.lifecycle import ON
from services import areas, chats, deliveries, order_facts, roles
from services.facts import OrderBrief

MOST = 8


@dataclass(frozen=True)
class Listed:
    brief: OrderBrief
    left: int
    state: ClaimState | None


def orders_for(session: Session, now: datetime, member_id: int) -> list[Listed]:
    """Open orders that are not foreign to the member and not over, soonest first."""
    shown = (
        select(Delivery.subject_id)
        .join(ChatMember, col(ChatMember.chat_id) == col(Delivery.chat_id))
        .where(Delivery.kind == "order", Delivery.state != DeliveryState.NEVER)
        .where(ChatMember.member_id == member_id, col(ChatMember.left_at).is_(None))
    )
    visited = select(OrderVisit.order_id).where(OrderVisit.member_id == member_id)
    led = [area for held in roles.areas_led(session, member_id) for area in _below(session, held.id)]
    mine = col(Order.id).in_(shown) | col(Order.id).in_(visited) | col(Order.area_id).in_(led)
    rows = session.exec(
        select(Order, Claim)
        .outerjoin(Claim, (col(Claim.order_id) == col(Order.id)) & (col(Claim.member_id) == member_id))
        .where(mine, col(Order.state).in_(ON))
        .where(func.coalesce(Order.ends_at, Order.report_by) >= now)
        .order_by(func.coalesce(Order.starts_at, Order.report_by))
        .limit(MOST)
    ).all()
    return [_listed(session, order, claim) for order, claim in rows]


def _below(session: Session, area_id: int) -> list[int]:
    return list(session.exec(select(Area.id).where(areas.within(areas.get(session, area_id)))).all())


def _listed(session: Session, order: Order, claim: Claim | None) -> Listed:
    state = claim.state if claim and claim.state != ClaimState.WITHDRAWN else None
    return Listed(order_facts.brief(session, order), order.places - order.taken, state)


def places_of(session: Session, _now: datetime, member_id: int) -> list[Listed]:
    """The member's own places, those still to do first."""
    rows = session.exec(
        select(Order, Claim)
        .join(Claim, col(Claim.order_id) == col(Order.id))
        .where(Claim.member_id == member_id, Claim.state != ClaimState.WITHDRAWN)
        .order_by(col(Order.state).in_((OrderState.CLOSED, OrderState.CANCELLED)), col(Order.id).desc())
        .limit(MOST)
    ).all()
    return [_listed(session, order, claim) for order, claim in rows]


def rank(session: Session, now: datetime, actor: Actor) -> None:
    """One's own place in the area of the chat it was asked in, or of the latest duty."""
    here = None if actor.private else chats.area_here(session, actor.cause.chat_id, actor.cause.thread_id)
    deliveries.answer(session, now, actor, "rank", {"area": here.id if here else None}, payload="rank")


def main_role(session: Session, member_id: int) -> RoleKind:
    """The role whose help a member reads: the one with the most to do."""
    held = session.exec(
        select(Role.kind).where(Role.member_id == member_id, col(Role.revoked_at).is_(None))
    ).all()
    by_duty = (RoleKind.ADMINISTRATOR, RoleKind.LEADER, RoleKind.OFFICER)
    return next((kind for kind in by_duty if kind in held), RoleKind.VOLUNTEER)


def diagnose(
    session: Session, now: datetime, actor: Actor, *, hears_all: bool, is_admin: bool, can_post: bool
) -> None:
    """Say in plain words what is wrong with this chat and how to mend it."""
    args = {"chat": actor.cause.chat_id, "thread": actor.cause.thread_id or 0, "hears_all": hears_all}
    args |= {"is_admin": is_admin, "can_post": can_post}
    if actor.private:
        deliveries.answer(session, now, actor, "diagnose.private")
    elif not can_post and actor.reach == Reach.OK:  # there it could not be read
        deliveries.answer(session, now, actor, "diagnose", args)
    else:
        deliveries.say_here(session, now, actor, "diagnose", args)


def health(session: Session, telegram_id: int, thread_id: int) -> tuple[str | None, int]:
    """The area a chat belongs to, and how many people could review its reports now."""
    area = chats.area_here(session, telegram_id, thread_id)
    return (area.name, len(roles.reviewers(session, area, without=0))) if area else (None, 0)


def chat_language(session: Session, telegram_id: int) -> str | None:
    return session.exec(select(Chat.language).where(Chat.telegram_id == telegram_id)).first()


def chat_title(session: Session, telegram_id: int) -> str:
    return session.exec(select(Chat.title).where(Chat.telegram_id == telegram_id)).first() or "?"
