"""What handlers get: the update's cause, one write, and the answer to a press."""

import asyncio
import contextlib
import re
from collections import deque
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from inspect import signature
from typing import Any, TypeVar, get_args

from sqlmodel import Session
from telegram import CallbackQuery, Message, MessageOriginUser, Update
from telegram.error import BadRequest, TelegramError
from telegram.ext import BaseHandler, CallbackContext, CallbackQueryHandler, ExtBot, MessageHandler, filters

from handlers.causes import cause_of
from models.actor import Actor, Refusal
from models.database import Database, Seen
from services import pressed
from services.facts import Claimed
from services.members import language_of
from services.spelled import as_command
from services.typed import Typed
from services.wording import clean
from views.order_card import deep_link
from views.toasts import toast
from views.words import Words

Result = TypeVar("Result")
ANSWERS_END_WITHIN = 1.0  # seconds, when the process is told to stop
PRESS_WAITS = 15.0  # seconds a client shows that a press is under way; later answers reach nobody
CHANGING = ("services.claims", "services.reports", "services.reviews", "services.orders")


@dataclass
class Edge:
    """What every handler may use. Presses are answered beside the next update's work, never before it may begin."""

    database: Database
    bot_username: str
    changed: Callable[[int], None] = lambda _person: None  # hears whose press changed something
    answering: set[asyncio.Future[None]] = field(default_factory=set)
    refused_albums: deque[str] = field(default_factory=lambda: deque(maxlen=100))

    def beside(self, answer: Coroutine[Any, Any, None]) -> None:
        """Let an answer go its way."""
        task = asyncio.ensure_future(answer)
        self.answering.add(task)
        task.add_done_callback(self.answering.discard)

    async def drain(self) -> None:
        """Wait a moment for the answers under way."""
        if self.answering:
            await asyncio.wait(self.answering, timeout=ANSWERS_END_WITHIN)


class Context(CallbackContext[ExtBot[None], dict[Any, Any], dict[Any, Any], Edge]):
    """A handler's view of one update. `rest` is what follows a command, `found` the parts of a press."""

    rest: str = ""

    @property
    def found(self) -> tuple[str, ...]:
        match = self.match
        return match.groups() if isinstance(match, re.Match) else ()

    def replied_to(self, message: Message) -> int | None:
        """The message of the bot's own that this one replies to."""
        reply = message.reply_to_message
        if reply is None or begins_topic(message, reply.message_id):
            return None
        sender = reply.from_user
        return reply.message_id if sender is None or sender.id == self.bot.id else None

    def typed(self, update: Update) -> Typed:
        """A command's words, and what it replies to."""
        return Typed(self.rest, self.replied_to(update.message) if update.message else None)

    @property
    def number(self) -> int:
        """The first part of a press, an id."""
        return int(self.found[0])

    async def write(
        self, update: Update, service: Callable[..., Result], **arguments: Any
    ) -> Result | Refusal | Seen:
        """Run the service for this update; once, whatever is redelivered."""
        database = self.bot_data.database
        outcome = await database.write(cause_of(update, database.clock()), service, **arguments)
        changing = update.callback_query is not None or service.__module__ in CHANGING
        if changing and update.effective_user is not None and not isinstance(outcome, Refusal | Seen):
            self.bot_data.changed(update.effective_user.id)
        return outcome

    async def press(
        self,
        update: Update,
        service: Callable[..., Any],
        *,
        again: Callable[..., Any] | None = None,
        **arguments: Any,
    ) -> None:
        """Run the service for a press, then answer the press with what came of it; nothing waits for that answer.
        A press that Telegram brings `again` is answered from how things stand, where a toast says more than
        the message that was redrawn."""

        def with_language(session: Session, now: datetime, actor: Actor, **given: Any) -> tuple[str, Any]:
            return actor.language, service(session, now, actor, **given)

        outcome = await self.write(update, with_language, **arguments)
        said: tuple[str, Any] | None
        if isinstance(outcome, Seen):
            said = await self._stands(update, again, arguments)
        else:
            said = (outcome.language, outcome) if isinstance(outcome, Refusal) else outcome
        if said is None:
            self.answer(update.callback_query)
            return
        language, facts = said
        unread = partial(self._say_unread, update, outcome) if isinstance(outcome, Refusal) else None
        text, url = toast(facts, Words(language)), self._link(facts)
        self.answer(update.callback_query, text, url=url, unread=unread)

    async def _say_unread(self, update: Update, refusal: Refusal) -> None:
        """Whoever pressed long ago still believes what they pressed."""
        database = self.bot_data.database
        cause = cause_of(update, database.clock())
        await database.write(None, pressed.say_refusal, cause=cause, refusal=refusal)

    async def _stands(
        self, update: Update, again: Callable[..., Any] | None, arguments: dict[str, Any]
    ) -> tuple[str, Any] | None:
        database = self.bot_data.database
        person = cause_of(update, database.clock()).person
        if again is None or person is None:
            return None
        language: str = await database.read(language_of, person=person)
        return language, await database.read(again, telegram_id=person.telegram_id, **arguments)

    def _link(self, facts: Any) -> str | None:
        """A claimant who never pressed Start is brought to where they can."""
        if isinstance(facts, Claimed) and not facts.started:
            return deep_link(self.bot_data.bot_username, f"o{facts.brief.id}")
        return None

    def answer(
        self, query: CallbackQuery | None, text: str = "", *, url: str | None = None,
        unread: Callable[[], Coroutine[Any, Any, None]] | None = None,
    ) -> None:  # fmt: skip
        """Answer a press. Where that is too old to show anything, `unread` says what must not stay unsaid."""
        if query is not None:
            self.bot_data.beside(_answer(query, text or None, url, unread))


async def _answer(
    query: CallbackQuery,
    text: str | None,
    url: str | None,
    unread: Callable[[], Coroutine[Any, Any, None]] | None,
) -> None:
    try:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(PRESS_WAITS):
                await query.answer(text=text, url=url)
    except BadRequest as error:
        if unread is not None and "too old" in error.message.lower():
            with contextlib.suppress(
                Exception
            ):  # /mine shows how it stands, also where this cannot be written
                await unread()
    except TelegramError:
        return


# What somebody says in a group who hides behind the group itself or a channel
HIDDEN = filters.UpdateType.MESSAGE & filters.SenderChat.ALL & filters.ChatType.GROUPS
Handler = BaseHandler[Update, Context, Any]
Callback = Callable[[Update, Context], Coroutine[Any, Any, None]]


def begins_topic(message: Message, message_id: int) -> bool:
    """Whether the message that this one seems to answer is its topic's beginning, which every message in a topic
    "answers". Without topics a chain of replies is numbered likewise, and is one."""
    return bool(message.is_topic_message) and message.message_thread_id == message_id


class CommandFilter(filters.MessageFilter):
    """A command in a text or a caption, meant for this bot; python-telegram-bot never matches captions."""

    def __init__(self, *names: str) -> None:
        super().__init__(name="/".join(names), data_filter=True)
        self._pattern = re.compile(rf"^/({'|'.join(names)})(?:@(\w+))?(?:\s+|$)", re.IGNORECASE)

    def filter(self, message: Message) -> dict[str, list[str]] | None:
        said = clean(message.text or message.caption or "")
        text = as_command(said, to_us=_is_to_us(message))
        found = self._pattern.match(text)
        if found is None:
            return None
        if not _is_addressed(message, found.group(2)) or is_passed_on(message):
            return None
        return {"rest": [text[found.end() :]]}


def _is_addressed(message: Message, addressee: str | None) -> bool:
    """Whether `/name` or `/name@addressee` is meant for this bot."""
    return not addressee or addressee.lower() == (message.get_bot().bot.username or addressee).lower()


def is_passed_on(message: Message) -> bool:
    """Whether somebody else's words or place are forwarded, which act for nobody here; one's own may come from elsewhere."""
    origin = message.forward_origin
    if origin is None:
        return False
    sender = message.from_user
    own = isinstance(origin, MessageOriginUser) and sender is not None and origin.sender_user.id == sender.id
    return not own


def _is_to_us(message: Message) -> bool:
    """Whether nobody but the bot is spoken to, and in words alone: in private, or in reply to it."""
    reply = message.reply_to_message
    answers = reply is not None and reply.from_user is not None and reply.from_user.id == message.get_bot().id
    words_alone = bool(message.text)  # what a photo's caption says is of the photo
    return words_alone and (message.chat.type == "private" or answers)


def command(name: str, callback: Callback, *, where: filters.BaseFilter | None = None) -> Handler:
    """A handler for `/name`, in groups and in private; from people alone."""

    async def run(update: Update, context: Context) -> None:
        rest: Any = context.rest
        context.rest = rest[0] if isinstance(rest, list) else rest
        await callback(update, context)

    here = filters.UpdateType.MESSAGE & ~filters.SenderChat.ALL & CommandFilter(name)
    handler: Handler = MessageHandler(here & where if where else here, run)
    COMMANDS[name] = handler
    return handler


class _Press(CallbackQueryHandler[Context, None]):
    """Without data a press matches no pattern; python-telegram-bot has it match every one."""

    def check_update(self, update: object) -> Any:
        said = isinstance(update, Update) and update.callback_query and update.callback_query.data
        return super().check_update(update) if said else None


def on_press(pattern: str, callback: Callback) -> Handler:
    """A handler for buttons whose data match the whole pattern."""
    handler: Handler = _Press(callback, pattern=f"^{pattern}$")
    PRESSES[pattern] = handler
    return handler


def pressed_by(
    service: Callable[..., Any], *names: str, again: Callable[..., Any] | None = None, **always: Any
) -> Callback:
    """A button's callback: its parts go to the service by these names, a number where the service wants one."""
    wanted = signature(service).parameters
    numbers = {name for name in names if int in (wanted[name].annotation, *get_args(wanted[name].annotation))}

    async def run(update: Update, context: Context) -> None:
        parts = zip(names, context.found, strict=True)
        given = {name: int(part) if name in numbers else part for name, part in parts if part is not None}
        await context.press(update, service, again=again, **always, **given)

    return run


def anonymous_command(callback: Callback) -> Handler:
    """Any command from somebody who hides behind the group or a channel; `rest` is its name."""

    async def run(update: Update, context: Context) -> None:
        text = (update.message.text or update.message.caption or "") if update.message else ""
        found = re.match(r"/(\w+)(?:@(\w+))?", clean(text))
        if update.message is None or found is None or not _is_addressed(update.message, found[2]):
            return
        context.rest = found[1].lower()
        if context.rest in COMMANDS:
            await callback(update, context)

    return MessageHandler(HIDDEN & (filters.COMMAND | filters.CaptionRegex("^/")), run)


def rest_of_command(text: str) -> str:
    """What follows the command in a message."""
    return re.sub(r"^/[a-zA-Z]+(?:@\w+)?(?:\s+|$)", "", as_command(clean(text), to_us=False))


COMMANDS: dict[str, Handler] = {}
PRESSES: dict[str, Handler] = {}
