"""A city at scale, written straight into the database: areas, groups, people, and reports that wait for review."""

from datetime import datetime, timedelta

from sqlmodel import Session

from models import (
    Area,
    Binding,
    Chat,
    Claim,
    ClaimState,
    Level,
    Member,
    Order,
    Reach,
    Report,
    Role,
    RoleKind,
)
from services import dues, reminders

POINTS = 3


def people(session: Session, now: datetime, telegram_ids: list[int]) -> list[int]:
    """Members who have pressed Start; their ids."""
    rows = [
        Member(telegram_id=number, name=f"m{index}", joined_at=now, reach=Reach.OK, telegram_language="en")
        for index, number in enumerate(telegram_ids)
    ]
    session.add_all(rows)
    session.flush()
    return [row.id for row in rows]


def city(session: Session, now: datetime, groups: list[int], leader: int) -> None:
    """A street with a grid for each group, and one leader over all of it; `leader` is a member's id."""
    street = Area(code="s", level=Level.STREET, name="Street", path="/1/")
    session.add(street)
    session.flush()
    street.path = f"/{street.id}/"
    session.add(Role(member_id=leader, kind=RoleKind.LEADER, area_id=street.id, granted_at=now))
    grids = [
        Area(code=f"g{index}", parent_id=street.id, level=Level.GRID, name=f"Grid {index}", path="/")
        for index in range(len(groups))
    ]
    chats = [Chat(telegram_id=number, title=f"Group {i}", joined_at=now) for i, number in enumerate(groups)]
    session.add_all([*grids, *chats])
    session.flush()
    for grid, chat in zip(grids, chats, strict=True):
        grid.path = f"/{street.id}/{grid.id}/"
        session.add(Binding(chat_id=chat.id, area_id=grid.id, bound_by=leader, bound_at=now))


def claimed(session: Session, now: datetime, claimants: list[int], starts: list[datetime]) -> None:
    """A duty of three hours at each of the times; everybody has a place on one of them, and is to be reminded."""
    for number, at in enumerate(starts):
        holders, end = claimants[number :: len(starts)], at + timedelta(hours=3)
        order = Order(
            area_id=1, issuer_id=claimants[0], title=f"Duty {number}", places=len(holders), taken=len(holders),
            points=POINTS, issued_at=now, starts_at=at, ends_at=end, report_by=end + timedelta(days=1),
        )  # fmt: skip
        session.add(order)
        session.flush()
        session.add_all(
            Claim(order_id=order.id, member_id=member, claimed_at=now, report_by=order.report_by)
            for member in holders
        )
        reminders.plan(session, now, order)


def reported(session: Session, now: datetime, leader: int, claimants: list[int], orders: int) -> list[int]:
    """Orders on which every claimant has reported; ids of the reports."""
    found: list[int] = []
    end = now + timedelta(days=2)
    for number in range(orders):
        order = Order(
            area_id=1, issuer_id=leader, title=f"Duty {number}", places=len(claimants), taken=len(claimants),
            points=POINTS, issued_at=now, starts_at=now - timedelta(hours=4), ends_at=now - timedelta(hours=1),
            report_by=end,
        )  # fmt: skip
        session.add(order)
        session.flush()
        dues.set_due(session, "order.expire", order.id, end)
        claims = [
            Claim(order_id=order.id, member_id=m, claimed_at=now, report_by=end, state=ClaimState.REPORTED)
            for m in claimants
        ]
        session.add_all(claims)
        session.flush()
        reports = [Report(claim_id=claim.id, said_at=now, up_at=now) for claim in claims]
        session.add_all(reports)
        session.flush()
        found += [report.id for report in reports]
    return found
