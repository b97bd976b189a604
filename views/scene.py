"""One delivery about to be rendered: what every scene may use."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session

from models import Delivery
from models.actor import Policy
from services import order_facts, orders
from services.facts import OrderBrief
from views.words import Words


@dataclass(frozen=True)
class Scene:
    """One delivery about to be rendered."""

    session: Session
    row: Delivery
    words: Words
    policy: Policy
    now: datetime

    @property
    def args(self) -> dict[str, Any]:
        return self.row.args

    @property
    def recipient(self) -> int:
        return self.row.recipient_id or 0

    @property
    def order(self) -> int:
        return int(self.args.get("order") or self.row.subject_id or 0)

    @property
    def brief(self) -> OrderBrief:
        return order_facts.brief(self.session, orders.get(self.session, self.order))
