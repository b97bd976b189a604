"""A message as the views make it: marked-up text and buttons, for any chat framework to send."""

from dataclasses import dataclass, field

from markupsafe import Markup

LABEL_LENGTH = 64  # a phone shows less


@dataclass(frozen=True)
class Button:
    """One full-width button: `data` comes back when it is pressed, `url` opens a link. Its label is no
    HTML: what a sentence escaped is shown as typed."""

    label: str
    data: str = ""
    url: str = ""

    def __post_init__(self) -> None:
        if isinstance(self.label, Markup):
            object.__setattr__(self, "label", str(self.label.unescape()))
        if len(self.label) > LABEL_LENGTH:
            object.__setattr__(self, "label", self.label[: LABEL_LENGTH - 1] + "…")


@dataclass(frozen=True)
class Key:
    """A key of the keyboard below a private chat: it types its label, or shares one's `place` or `phone`."""

    label: str
    shares: str = ""


@dataclass(frozen=True)
class Message:
    """`photo` and `file` (kind and Telegram file id) take the text as their caption; `venue` is a place that opens
    maps, the text its title. `keys` are a keyboard in place of buttons; `final` ends a live card; a `loud` one
    sounds in quiet hours too."""

    text: Markup
    rows: tuple[tuple[Button, ...], ...] = field(default=())
    photo: str | None = None
    file: tuple[str, str] | None = None
    venue: tuple[float, float] | None = None
    keys: tuple[Key, ...] = ()
    drop_keyboard: bool = False
    silent: bool = False
    protect: bool = False
    final: bool = False
    loud: bool = False
    reply_to: int | None = None


@dataclass(frozen=True)
class Reaction:
    """A thumb under somebody's message."""

    message_id: int
    emoji: str = "👍"


@dataclass(frozen=True)
class Deletion:
    """One of the bot's own messages is to go."""

    message_id: int


def lines(*parts: Markup | str | None) -> Markup:
    """The parts that are there, a line each."""
    return Markup("\n").join(part for part in parts if part)


def column(*buttons: Button | None) -> tuple[tuple[Button, ...], ...]:
    """The buttons that are there, one a row."""
    return tuple((button,) for button in buttons if button)
