"""[I disagree]: with what was decided about a place on a duty, or with one's points. The leaders read why, as a case of theirs."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from models import Claim, Order
from models.actor import Actor
from services import areas, asking, deliveries, questions, refusals, roles
from services.asking import Asking
from services.pieces import Piece


def begin(session: Session, now: datetime, actor: Actor, order_id: int) -> None:
    """[I disagree], with what became of a place on a duty (0: with points): their leaders read why."""
    claims = select(Claim.order_id).where(Claim.member_id == actor.member_id)
    mine = claims.where(Claim.order_id == order_id) if order_id else claims
    of = session.exec(mine.order_by(col(Claim.id).desc()).limit(1)).first()
    if of is None:
        raise refusals.NotYourClaim(order=order_id)
    area_id = _heard_by(session, actor, session.get_one(Order, of).area_id)
    questions.ask(session, now, actor, "request", "words", {"case": 0, "area": area_id, "disputes": order_id})


def _heard_by(session: Session, actor: Actor, area_id: int) -> int | None:
    """The area whose leaders read it: the first above those that they lead themselves."""
    above = areas.covering(areas.get(session, area_id))
    return next((at for at in above if not roles.leads_one_of(session, actor.member_id, [at])), None)


def typed(session: Session, now: datetime, actor: Actor, content: dict[str, Any], piece: Piece) -> None:
    """It goes to the leaders at once: there is nothing to ask about it."""
    about = f"#{content['disputes']}" if content["disputes"] else "/points"
    said = replace(piece, words=f"{about}: {piece.words}")
    request = asking.file(session, now, actor, Asking((said,), content["area"], for_leaders=True))
    asking.send(session, now, request)
    deliveries.answer(session, now, actor, "request.filed", {"case": request.id})
