"""Which reviewer has which report on a card: one open card each, the next when that one is decided."""

from datetime import datetime

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, select, update

from models import Area, Claim, ClaimState, Delivery, Lane, Member, Order, Report
from services import areas, deliveries, orders, roles


def seat(session: Session, now: datetime, reviewer: Member, *, due_at: datetime | None = None) -> None:
    """Give the reviewer a card for the oldest report that waits for them, unless they have one open."""
    open_cards = set(
        session.exec(
            select(Report.id)
            .join(Delivery, col(Delivery.subject_id) == col(Report.id))
            .join(Claim, col(Claim.id) == col(Report.claim_id))
            .where(*_cards_of(reviewer.id), _undecided())
        ).all()
    )
    if open_cards:  # it says how many more wait
        more = col(Report.id).in_(open_cards)
        session.exec(update(Report).where(more).values(version=col(Report.version) + 1))
        return
    waiting = waiting_for(session, reviewer)
    if waiting and reviewer.telegram_id is not None:
        show_to(session, now, reviewer, waiting[0], due_at=due_at)


def seat_others(session: Session, now: datetime, report_id: int) -> None:
    """One of a report's reviewers turned out to be out of reach: the next ones get their card."""
    report = session.get(Report, report_id)
    claim = session.get(Claim, report.claim_id) if report else None
    if claim is None or claim.state not in (ClaimState.REPORTED, ClaimState.EXPIRED):
        return
    session.flush()
    area = areas.get(session, orders.get(session, claim.order_id).area_id)
    for reviewer in roles.reviewers(session, area, without=claim.member_id):
        seat(session, now, reviewer)


def show_to(
    session: Session, now: datetime, reviewer: Member, report_id: int, *, due_at: datetime | None = None
) -> None:
    """A review card for this person, unless they have one for that report."""
    have = select(Delivery.id).where(*_cards_of(reviewer.id), Delivery.subject_id == report_id)
    if reviewer.telegram_id is None or session.exec(have.limit(1)).first():
        return
    deliveries.card(
        session, now, "review", ("report", report_id), chat_id=reviewer.telegram_id, recipient_id=reviewer.id,
        lane=Lane.ESCALATION, due_at=due_at,
    )  # fmt: skip


def _cards_of(member_id: int) -> tuple[ColumnElement[bool], ...]:
    """A person's live review cards; a card whose decision has settled is history."""
    return (
        col(Delivery.kind) == "review",
        col(Delivery.recipient_id) == member_id,
        col(Delivery.live).is_(True),
    )


def _undecided() -> ColumnElement[bool]:
    late = (col(Claim.state) == ClaimState.EXPIRED) & col(Report.late)
    return (col(Claim.state) == ClaimState.REPORTED) | late


def waiting_for(session: Session, reviewer: Member) -> list[int]:
    """Ids of the reports that wait for this reviewer, oldest first."""
    rows = session.exec(
        select(Report.id, Claim.member_id, Area)
        .join(Claim, col(Claim.id) == col(Report.claim_id))
        .join(Order, col(Order.id) == col(Claim.order_id))
        .join(Area, col(Area.id) == col(Order.area_id))
        .where(col(Report.up_at).is_not(None), _undecided(), Claim.member_id != reviewer.id)
        .order_by(col(Report.up_at), col(Report.id))
    ).all()
    reviewing: dict[tuple[int, int], set[int]] = {}
    found = []
    for report_id, claimant, area in rows:
        key = (area.id, claimant)
        if key not in reviewing:
            reviewing[key] = {member.id for member in roles.reviewers(session, area, without=claimant)}
        if reviewer.id in reviewing[key]:
            found.append(report_id)
    return found
