"""Residents' requests: asking, handling, closing; by button and by command."""

from collections.abc import Callable
from contextlib import suppress
from typing import Any

from telegram import Update
from telegram.error import BadRequest
from telegram.ext import MessageHandler, filters

from handlers.context import Callback, Context, Handler, command, on_press, pressed_by, rest_of_command
from handlers.reports import piece_of, words_of
from services import (
    alarms,
    case_commands,
    case_dialogue,
    closing,
    dialogues,
    disputes,
    handling,
    helping,
    list_editing,
    more_of_danger,
    tables,
    whistle_dialogue,
    whistle_endings,
    whistles,
)  # fmt: skip

Service = Callable[..., Any]

PRESSED: dict[str, Service] = {
    r"case:accept:(\d{1,12})": handling.accept,
    r"case:resolve:(\d{1,12})": handling.resolve, r"case:files:(\d{1,12})": case_dialogue.show_files,
    r"case:map:(\d{1,12})": case_dialogue.show_map,
    r"case:show:(\d{1,12})": case_dialogue.show, r"case:whistle:(\d{1,12})": whistle_dialogue.begin,
    r"case:words:(\d{1,12})": case_dialogue.show_words,
    r"case:up:(\d{1,12})": handling.pass_up,
    r"case:back:(\d{1,12})": handling.give_back,
    r"case:yes:(\d{1,12})": closing.confirm, r"case:gone:(\d{1,12})": closing.withdraw, r"case:not:(\d{1,12})": closing.not_fixed,
}  # fmt: skip
PARTS: dict[str, tuple[Service, *tuple[str, ...]]] = {
    r"case:list:(all|overdue|today|untaken|mine):(\d{1,4})": (case_commands.turn_list, "only", "page"),
    r"case:menu:(\d{1,12}):(\w{0,18}):(\d{1,3})": (case_dialogue.turn, "request_id", "menu", "sector"),
    r"case:send:(\d{1,12})(?::(\d{1,6}))?": (handling.send_volunteers, "request_id", "agreed"),
    r"case:sort:(\d{1,12}):(\w{1,30})": (handling.sort, "request_id", "code"),
    r"case:ask:(\d{1,12}):(\w{1,18})": (case_dialogue.begin, "request_id", "step"),
    r"case:rate:(\d{1,12}):(\d)": (closing.rate, "request_id", "rating"),
    r"question:case:(\d{1,12}):(\d{1,12})": (dialogues.sort_to_case, "question_id", "request_id"),
    r"order:details:(\d{1,12})": (helping.details, "order_id"),
    r"whistle:here:(\d{1,12})": (whistles.report_in, "whistle_id"),
    r"whistle:came:(\d{1,12}):(\d{1,12})": (whistles.report_in_for, "whistle_id", "unit_id"),
    r"whistle:solve:(\d{1,12})": (whistle_endings.solve, "whistle_id"),
    r"whistle:menu:(\d{1,12}):(off|)": (whistle_dialogue.turn, "whistle_id", "menu"),
    r"whistle:off:(\d{1,12})": (whistle_endings.call_off, "whistle_id"),
    r"case:apart:(\d{1,12})": (more_of_danger.take_apart, "part_id"),
    r"case:danger:(\d{1,12})": (alarms.sound, "request_id"),
    r"order:dispute:(\d{1,12})": (disputes.begin, "order_id"),
    r"whistle:drop:(\d{1,12}):(\d{1,12})": (whistle_endings.take_off, "whistle_id", "unit_id"),
}  # fmt: skip


def setup() -> list[Handler]:
    return [
        command("request", request),
        command("disposal", disposal),
        *(command(name, typed(service)) for name, service in case_commands.COMMANDS.items()),
        *(on_press(pattern, pressed_by(service, "request_id")) for pattern, service in PRESSED.items()),
        *(on_press(pattern, pressed_by(*to)) for pattern, to in PARTS.items()),
        MessageHandler(filters.UpdateType.EDITED_MESSAGE & filters.ChatType.PRIVATE, edited),
    ]


def typed(service: Service) -> Callback:
    """A handler for a command whose words the service reads."""

    async def run(update: Update, context: Context) -> None:
        await context.write(update, service, words=context.rest)

    return run


async def request(update: Update, context: Context) -> None:
    if update.message is not None:
        await context.write(
            update, case_commands.request, words=context.rest, piece=piece_of(update.message, "")
        )


async def disposal(update: Update, context: Context) -> None:
    """The list as a file with the command below it; alone it tells which is in force."""
    document = update.message.document if update.message else None
    if document is None:
        await context.write(update, list_editing.explain)
        return
    text: str | None = None
    if (document.file_size or 0) <= list_editing.LARGEST:
        with suppress(BadRequest):  # Telegram does not give it: nothing was read
            file = await document.get_file()
            text = tables.text_of(bytes(await file.download_as_bytearray()))
    await context.write(update, list_editing.import_file, text=text)


async def edited(update: Update, context: Context) -> None:
    """Somebody changed what they had written in private; a place that moves on the map has no words."""
    words = words_of(update.edited_message) if update.edited_message is not None else ""
    if words:
        rest = rest_of_command(words)
        await context.write(update, case_commands.edited, words=rest, is_command=rest != words)
