"""How the scheduler speaks to people: a protocol that any bot framework can fill, and how a call may end."""

from typing import Protocol

from views.message import Message


class Sender(Protocol):
    """Sends one thing to one chat. Every method raises the exceptions below and no others."""

    async def send(self, chat_id: int, thread_id: int | None, message: Message) -> int:
        """The new message's id."""

    async def edit(self, chat_id: int, message_id: int, message: Message) -> None:
        """Replace a message of ours; one that already looks so is a success."""

    async def react(self, chat_id: int, message_id: int, emoji: str) -> None: ...

    async def delete(self, chat_id: int, message_id: int) -> None: ...


class SendingFailed(Exception):
    """A call that did not end well."""


class Later(SendingFailed):
    """Not accepted; `seconds` to wait. `flood` when the chat asked for it, so nothing else goes there either."""

    def __init__(self, seconds: float, *, flood: bool = False) -> None:
        super().__init__(seconds)
        self.seconds, self.flood = seconds, flood


class Never(SendingFailed):
    """It can never arrive: `blocked`, `gone`, or what Telegram said."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Ambiguous(SendingFailed):
    """The request left and no answer came: it may have arrived."""


class Barred(SendingFailed):
    """The chat does not let the bot write there just now."""


class MessageGone(SendingFailed):
    """The message to edit is no longer there; `replaced` when it was taken away because an edit can't make
    the new one of it."""

    def __init__(self, *, replaced: bool = False) -> None:
        super().__init__()
        self.replaced = replaced


class Moved(SendingFailed):
    """The group is a supergroup now, with another id."""

    def __init__(self, chat_id: int) -> None:
        super().__init__(chat_id)
        self.chat_id = chat_id


class Paused(SendingFailed):
    """The bot itself is refused (its token is not valid): nothing can be sent, and nothing is lost."""


# Parts of Telegram's descriptions, lower case, and what they mean (reference of the Bot API's errors)
GONE = (
    "chat not found", "kicked", "not a member", "group chat was deleted", "deactivated", "chat was deleted",
)  # fmt: skip
BARRED = (
    "not enough rights", "no rights to send", "administrator rights", "write_forbidden", "chat_restricted",
    "chat_admin_required", "topic_closed",
)  # fmt: skip
MESSAGE_GONE = ("message to edit not found", "message can't be edited", "message_id_invalid")
UNCHANGED = ("message is not modified", "message_not_modified")
NO_TEXT = "no text in the message to edit"


def of_refusal(description: str, *, forbidden: bool) -> SendingFailed:
    """What an answer of 400, or 403 (`forbidden`), means by its description, whatever framework brought it."""
    said = description.lower()
    if any(part in said for part in BARRED):
        return Barred()
    if any(part in said for part in GONE):
        return Never("gone")
    if forbidden:
        return Never("blocked")
    return MessageGone() if any(part in said for part in MESSAGE_GONE) else Never(said)
