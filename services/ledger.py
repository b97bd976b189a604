"""The ledger: paying points once a review has settled, and reading balances off it."""

from datetime import datetime

from sqlmodel import Session, col, func, select

from models import TREASURY, Account, Area, Claim, ClaimState, Order, Report, Review, Transfer
from models.prepared import insert_new
from services import areas
from services.facts import PointsFacts, RankFacts

ENTRIES = 5
AWARD, RULE = "award", "order-points/1"


def account_of(session: Session, member_id: int) -> int:
    insert_new(session, Account, member_id=member_id)
    return session.exec(select(Account.id).where(Account.member_id == member_id)).one()


def award(session: Session, now: datetime, review: Review, order: Order, member_id: int) -> bool:
    """Pay an approved review's points; False when they were paid before or there are none to pay."""
    if order.points < 1:
        return False
    return insert_new(
        session, Transfer, from_account=TREASURY, to_account=account_of(session, member_id),
        points=order.points, kind=AWARD, review_id=review.id, rule=RULE,
        arithmetic=f"{order.points} points of order {order.id}", at=now,
    )  # fmt: skip


def points(session: Session, member_id: int) -> PointsFacts:
    """Balance, the last entries, and what is on the way."""
    account = session.exec(select(Account.id).where(Account.member_id == member_id)).first()
    entries = session.exec(
        select(Transfer, Order, Review)
        .join(Review, col(Review.id) == col(Transfer.review_id))
        .join(Report, col(Report.id) == col(Review.report_id))
        .join(Claim, col(Claim.id) == col(Report.claim_id))
        .join(Order, col(Order.id) == col(Claim.order_id))
        .where(Transfer.to_account == (account or 0))
        .order_by(col(Transfer.id).desc())
        .limit(ENTRIES)
    ).all()
    return PointsFacts(
        balance=balance(session, account),
        hours=hours(session, member_id),
        entries=tuple(
            (t.points, t.kind, order.id, order.title, review.rating) for t, order, review in entries
        ),
        coming=_coming(session, member_id),
    )


def balance(session: Session, account: int | None) -> int:
    """The sum of what came to the account less what left it."""
    if account is None:
        return 0
    came = session.exec(select(func.sum(Transfer.points)).where(Transfer.to_account == account)).one()
    left = session.exec(select(func.sum(Transfer.points)).where(Transfer.from_account == account)).one()
    return (came or 0) - (left or 0)


def hours(session: Session, member_id: int) -> float:
    """Hours of the duties that were approved."""
    rows = session.exec(
        select(Order.starts_at, Order.ends_at)
        .join(Claim, col(Claim.order_id) == col(Order.id))
        .where(Claim.member_id == member_id, Claim.state == ClaimState.APPROVED)
    ).all()
    return sum((end - start).total_seconds() for start, end in rows if start and end) / 3600


def _coming(session: Session, member_id: int) -> tuple[tuple[int, int], ...]:
    settled = (
        select(Review.id)
        .join(Report, col(Report.id) == col(Review.report_id))
        .where(Report.claim_id == Claim.id, Review.decision == ClaimState.APPROVED)
        .where(col(Review.paid_at).is_not(None), col(Review.undone_at).is_(None))
        .exists()
    )
    rows = session.exec(
        select(Order.points, Order.id)
        .join(Claim, col(Claim.order_id) == col(Order.id))
        .where(
            Claim.member_id == member_id,
            col(Claim.state).in_((ClaimState.REPORTED, ClaimState.APPROVED)),
            ~settled,
        )
        .order_by(col(Order.id))
    ).all()
    return tuple((row[0], row[1]) for row in rows)


def rank(session: Session, member_id: int, area_id: int | None) -> RankFacts | None:
    """One's own place and the area's totals; nobody else's name. None when no area follows."""
    area = session.get(Area, area_id or _home(session, member_id) or 0)
    if area is None:
        return None
    rows = session.exec(
        select(Account.member_id, func.sum(Transfer.points))
        .join(Transfer, col(Transfer.to_account) == col(Account.id))
        .join(Review, col(Review.id) == col(Transfer.review_id))
        .join(Report, col(Report.id) == col(Review.report_id))
        .join(Claim, col(Claim.id) == col(Report.claim_id))
        .join(Order, col(Order.id) == col(Claim.order_id))
        .join(Area, col(Area.id) == col(Order.area_id))
        .where(areas.within(area))
        .group_by(col(Account.member_id))
    ).all()
    totals = {row[0]: int(row[1]) for row in rows}
    mine = totals.get(member_id)
    place = 1 + sum(total > mine for total in totals.values()) if mine is not None else None
    return RankFacts(area.name, place, len(totals), mine or 0, sum(totals.values()))


def _home(session: Session, member_id: int) -> int | None:
    """The area of the member's latest claim."""
    return session.exec(
        select(Order.area_id)
        .join(Claim, col(Claim.order_id) == col(Order.id))
        .where(Claim.member_id == member_id)
        .order_by(col(Claim.claimed_at).desc())
        .limit(1)
    ).first()
