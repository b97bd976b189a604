"""What comes every day while there are requests: the morning's digest, and a look at the calendar."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlmodel import Session

from services import areas, dues

AT = {"cases.morning": time(8, 30), "cases.calendar": time(3, 0)}


def plan(session: Session, now: datetime) -> None:
    """The next of each; once, however often it is said."""
    zone = ZoneInfo(areas.policy(session).time_zone)
    for kind, at in AT.items():
        then = datetime.combine(now.astimezone(zone).date(), at, tzinfo=zone)
        then = then if then > now else then + timedelta(days=1)
        dues.set_due(session, kind, 0, then, step=f"{then:%Y%m%d}:0")


def look_at_calendar(session: Session, now: datetime) -> None:
    """It may be another one: at the start of a process, or as an area is said to be in another zone."""
    dues.set_due(session, "cases.calendar", 0, now, step=f"at{now:%Y%m%d%H%M%S}:0")
