"""Group chats, the areas they belong to, and who has been seen in them."""

from datetime import datetime
from enum import StrEnum

from sqlmodel import Field, SQLModel

from models.base import AUTOINCREMENT, Id, choice, identity, reference, telegram_id


class ChatState(StrEnum):
    ACTIVE = "active"
    GONE = "gone"  # the bot was removed, or the chat deleted


class Chat(SQLModel, table=True):
    __table_args__ = AUTOINCREMENT

    id: int = identity()
    telegram_id: int = telegram_id(unique=True)
    title: str = Field(default="", max_length=128)
    language: str | None = Field(default=None, max_length=8)
    state: ChatState = choice(ChatState, default=ChatState.ACTIVE)
    joined_at: datetime


class Binding(SQLModel, table=True):
    """A chat, or one forum topic of it (`thread_id`, 0 for the whole chat), belongs to an area."""

    __table_args__ = AUTOINCREMENT

    id: int = identity()
    chat_id: int = reference("chat.id")
    thread_id: int = telegram_id(default=0)
    area_id: int = reference("area.id")
    bound_by: int = reference("member.id", index=False)
    bound_at: datetime
    ended_at: datetime | None = None


class ChatMember(SQLModel, table=True):
    """A member has acted in a chat; ended by the message that says they left."""

    __tablename__ = "chat_member"

    chat_id: int = telegram_id(primary_key=True)
    member_id: int = Field(primary_key=True, foreign_key="member.id", sa_type=Id, index=True)
    since: datetime
    left_at: datetime | None = None
