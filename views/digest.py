"""Several notes to one person, as one message: as loud and as protected as any of them."""

from dataclasses import replace

from markupsafe import Markup

from views.message import Button, Message
from views.words import Words

ROOM = 3500  # characters; a message holds 4,096
MOST_BUTTONS = 12


def several(notes: list[tuple[int | None, Message]], words: Words, *, counted: int = 0) -> Message:
    """The notes one below the other, and how many were `counted` only; their buttons say which duty they are about."""
    texts: list[Markup] = []
    buttons: list[Button] = []
    for number, (order, note) in enumerate(notes):
        if sum(map(len, texts)) + len(note.text) > ROOM:
            counted += len(notes) - number
            break
        texts.append(note.text)
        for row in note.rows:
            buttons += [
                replace(button, label=f"{button.label} · #{order}") if order else button for button in row
            ]
    if counted:
        texts.append(words.count("{n} more. /mine shows all.", "{n} more. /mine shows all.", counted))
    buttons = list(dict.fromkeys(buttons))  # two notes about one thing
    if len(buttons) > MOST_BUTTONS:
        texts.append(words.say("The others are in /mine and /requests."))
    return Message(
        Markup("\n\n").join(texts),
        rows=tuple((button,) for button in buttons[:MOST_BUTTONS]),
        loud=any(note.loud for _, note in notes),
        protect=any(note.protect for _, note in notes),
    )
