"""What is: the tables, their lifecycles, and the only code that commits."""

from models.area import Area, Level
from models.chat import Binding, Chat, ChatMember, ChatState
from models.claim import Claim, ClaimState
from models.delivery import Delivery, DeliveryClass, DeliveryState, Lane
from models.disposal import DisposalList
from models.habit import Habit
from models.intake import Attempt, DeadLetter, Identity, Invitation, SeenUpdate
from models.lease import Lease
from models.ledger import TREASURY, Account, Transfer
from models.lesson import Lesson
from models.member import Member, Reach, Role, RoleKind
from models.order import Evidence, Line, Order, OrderState, OrderVisit
from models.question import Question
from models.report import Report, ReportPhoto, Review
from models.request import Request, RequestPart, RequestState
from models.secret import Secret
from models.stamp import Stamp
from models.timetable import Audit, Due
from models.unit import Unit
from models.whistle import Whistle, WhistleCall, WhistleKind

__all__ = [
    "TREASURY",
    "Account",
    "Area",
    "Attempt",
    "Audit",
    "Binding",
    "Chat",
    "ChatMember",
    "ChatState",
    "Claim",
    "ClaimState",
    "DeadLetter",
    "Delivery",
    "DeliveryClass",
    "DeliveryState",
    "DisposalList",
    "Due",
    "Evidence",
    "Habit",
    "Identity",
    "Invitation",
    "Lane",
    "Lease",
    "Lesson",
    "Level",
    "Line",
    "Member",
    "Order",
    "OrderState",
    "OrderVisit",
    "Question",
    "Reach",
    "Report",
    "ReportPhoto",
    "Request",
    "RequestPart",
    "RequestState",
    "Review",
    "Role",
    "RoleKind",
    "Secret",
    "SeenUpdate",
    "Stamp",
    "Transfer",
    "Unit",
    "Whistle",
    "WhistleCall",
    "WhistleKind",
]
