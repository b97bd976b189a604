"""What an order's cards and sentences show."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import BindParameter, ColumnElement
from sqlmodel import Session, col, select

from models import Binding, Chat, Claim, ClaimState, Delivery, DeliveryState, Member, Order, OrderState, Reach
from models.sealed import unseal
from services import areas, refusals
from services.facts import OrderBrief, OrderFacts, Place
from services.wording import without_phones

COARSE_FROM = 20  # an order in more chats than this shows no names or counts


def is_card(order_id: int | BindParameter[Any]) -> tuple[ColumnElement[bool], ...]:
    """The conditions that a Delivery row is a group card of the order."""
    return (
        col(Delivery.kind) == "order",
        col(Delivery.subject_kind) == "order",
        col(Delivery.subject_id) == order_id,
    )


def brief(session: Session, order: Any) -> OrderBrief:
    """What a sentence about the order needs; takes the entity or its bare row."""
    return OrderBrief(
        id=order.id, title=order.title, place=order.place, starts_at=order.starts_at, ends_at=order.ends_at,
        report_by=order.report_by, zone=areas.zone_of(session, order.area_id), state=order.state, points=order.points,
        evidence=order.evidence, evidence_count=order.evidence_count, request_id=order.request_id,
    )  # fmt: skip


def facts(session: Session, now: datetime, order_id: int, *, chat_id: int | None = None) -> OrderFacts:
    """What a card of the order shows, in a group chat or (None) in private to somebody it concerns."""
    order = session.get(Order, order_id)
    if order is None:
        raise refusals.NoSuchOrder(order=order_id)
    rows = session.exec(
        select(Claim, Member)
        .join(Member, col(Member.id) == col(Claim.member_id))
        .where(Claim.order_id == order_id, Claim.state != ClaimState.WITHDRAWN)
        .order_by(col(Claim.claimed_at), col(Claim.id))
    ).all()
    held = tuple(
        Place(
            claim.id,
            member.name,
            claim.state,
            member.reach == Reach.OK,
            claim.confirmed_revision >= order.revision,
        )
        for claim, member in rows
    )
    issuer = session.get(Member, order.issuer_id)
    cards = _shown_in(session, order_id)
    span = order.ends_at - order.starts_at if order.ends_at and order.starts_at else timedelta()
    return OrderFacts(
        brief=brief(session, order),
        places=order.places,
        taken=order.taken,
        held=held if order.state != OrderState.CANCELLED else _released(session, order_id),
        issuer=issuer.name if issuer else "?",
        area=areas.get(session, order.area_id).name,
        cancel_reason=without_phones(unseal(session, order, "cancel_reason") or ""),
        hours=span.total_seconds() / 3600,
        over=now > (order.ends_at or order.report_by),
        coarse=chat_id is not None and len(cards) > COARSE_FROM,
        show_names=chat_id is None or len(cards) == 1 or is_own_chat(session, order, chat_id),
    )


def _shown_in(session: Session, order_id: int) -> list[int]:
    shown = select(Delivery.chat_id).where(*is_card(order_id), Delivery.state != DeliveryState.NEVER)
    return list(session.exec(shown).all())


def is_coarse(session: Session, order_id: int) -> bool:
    """Whether the order is shown in so many chats that its cards name nobody and count nothing."""
    return len(_shown_in(session, order_id)) > COARSE_FROM


def is_own_chat(session: Session, order: Order, chat_id: int) -> bool:
    own = (
        select(Binding.id)
        .join(Chat, col(Chat.id) == col(Binding.chat_id))
        .where(Chat.telegram_id == chat_id, Binding.area_id == order.area_id, col(Binding.ended_at).is_(None))
    )
    return session.exec(own.limit(1)).first() is not None


def _released(session: Session, order_id: int) -> tuple[Place, ...]:
    """Who lost a place by the cancellation and cannot be written to: the card names them."""
    rows = session.exec(
        select(Claim, Member)
        .join(Member, col(Member.id) == col(Claim.member_id))
        .where(Claim.order_id == order_id, Claim.state == ClaimState.WITHDRAWN, Member.reach != Reach.OK)
    ).all()
    return tuple(Place(claim.id, member.name, claim.state, False, False) for claim, member in rows)
