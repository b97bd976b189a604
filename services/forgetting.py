"""Forgetting: what is kept of a person is erased when they say so."""

from datetime import datetime

from sqlmodel import Session, col, delete, select, update

from models import (
    Audit,
    ChatMember,
    Claim,
    ClaimState,
    Delivery,
    DeliveryState,
    Habit,
    Lane,
    Member,
    OrderVisit,
    Question,
    Reach,
    Report,
    Role,
)  # fmt: skip
from models.actor import Actor
from models.lifecycle import UNREPORTED
from services import (
    audit,
    claims,
    closing,
    dead_letters,
    deliveries,
    evidence,
    leaving,
    members,
    orders,
    refusals,
    reports,
    roles,
)  # fmt: skip

FORGOTTEN_NAME = "—"


def ask(session: Session, now: datetime, actor: Actor) -> None:
    """Whether everything that is kept of them is to be erased; LastAdministrator."""
    roles.require_somebody_reachable(session, actor.member_id)
    deliveries.answer(session, now, actor, "forget.ask")


def forget(session: Session, now: datetime, actor: Actor) -> None:
    """Erase a person: places given back, words, photos and positions emptied, the name and id cut off.

    The ledger stays, and says only that some account holds some points.
    """
    member = session.get(Member, actor.member_id)
    if member is None:
        raise refusals.NoSuchMember()
    roles.require_somebody_reachable(session, member.id)
    mine = select(Claim).where(Claim.member_id == member.id)
    held = mine.where(col(Claim.state).in_(UNREPORTED))
    for claim in session.exec(held.with_for_update(key_share=True)).all():
        claims.release(session, now, claim)
    _erase_words(session, now, actor)
    for claim in session.exec(mine.where(Claim.state == ClaimState.REPORTED)).all():
        reports.expire(session, now, claim, orders.get(session, claim.order_id))  # nobody can complete it
    members.redraw(session, member.id)
    for table in (ChatMember, Habit, OrderVisit, Question):
        session.exec(delete(table).where(col(table.member_id) == member.id))
    _leave(session, now, member)
    session.exec(
        update(Delivery)
        .where(col(Delivery.recipient_id) == member.id, col(Delivery.state) != DeliveryState.SENT)
        .values(state=DeliveryState.NEVER, reason="forgotten")
    )
    session.exec(
        update(Delivery).where(col(Delivery.recipient_id) == member.id).values(live=False, recipient_id=None)
    )
    audit.record(session, now, member.id, "member.forgotten", "member", member.id)
    session.exec(update(Audit).where(col(Audit.actor_id) == member.id).values(details={}))
    deliveries.say_here(session, now, actor, "forgotten", {"language": actor.language})
    session.flush()
    session.exec(update(Delivery).where(col(Delivery.recipient_id) == member.id).values(recipient_id=None))
    member.name = FORGOTTEN_NAME
    member.telegram_id = member.language = member.telegram_language = None
    member.reach, member.forgotten_at = Reach.NEVER_STARTED, now
    session.add(member)


def _leave(session: Session, now: datetime, member: Member) -> None:
    """Their roles end; what they asked for is withdrawn, and what was with them goes on to others."""
    cases, led = leaving.waiting(session, member), roles.areas_led(session, member.id)
    ends = (col(Role.member_id) == member.id) & col(Role.revoked_at).is_(None)
    session.exec(update(Role).where(ends).values(revoked_at=now))
    for area in (area for area in led if not roles.leaders_of(session, (area.id,))):
        for administrator in roles.administrators(session):
            deliveries.note(
                session, now, administrator, "area.leaderless", {"area": area.id}, lane=Lane.ESCALATION
            )
    closing.forget(session, now, member.id)
    others = [case for case in cases if case.asker_id != member.id]
    leaving.hand_over(session, now, member, others, forgotten=True)
    leaving.take_messages(session, now, member)


def _erase_words(session: Session, now: datetime, actor: Actor) -> None:
    dead_letters.forget(session, now, actor.telegram_id)
    mine = select(Claim.id).where(Claim.member_id == actor.member_id)
    of_them = col(Claim.member_id) == actor.member_id
    session.exec(update(Claim).where(of_them).values(position=None, distance=None))
    reports = session.exec(select(Report.id).where(col(Report.claim_id).in_(mine))).all()
    evidence.erase(session, now, reports)
    session.exec(update(Report).where(col(Report.claim_id).in_(mine)).values(words=None, position=None))
