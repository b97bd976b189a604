"""Residents' requests: asking, handling, closing; by button and by command."""

from collections.abc import Callable
from contextlib import suppress
from typing import Any

from telegram import Update
from telegram.error import BadRequest
from telegram.ext import MessageHandler, filters

from handlers.context import Callback, Context, Handler, command, on_press, rest_of_command
from handlers.people import ask
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

TYPED: dict[str, Service] = {
    "case": case_commands.case, "accept": case_commands.accept, "resolve": case_commands.resolve,
    "decline": case_commands.decline, "extend": case_commands.extend, "reopen": case_commands.reopen,
    "rate": case_commands.rate, "whistle": case_commands.whistle, "here": case_commands.report_in, "rates": case_commands.rates,
}  # fmt: skip
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


def setup() -> list[Handler]:
    return [
        command("request", request),
        command("requests", ask("list.requests")),
        command("disposal", disposal),
        *(command(name, typed(service)) for name, service in TYPED.items()),
        *(on_press(pattern, pressed(service)) for pattern, service in PRESSED.items()),
        on_press(r"case:list:(all|overdue|today|untaken|mine):(\d{1,4})", press_list),
        on_press(r"case:menu:(\d{1,12}):(\w{0,18}):(\d{1,3})", press_menu),
        on_press(r"case:send:(\d{1,12})(?::(\d{1,6}))?", press_send),
        on_press(r"case:sort:(\d{1,12}):(\w{1,30})", press_sort),
        on_press(r"case:ask:(\d{1,12}):(\w{1,18})", press_ask),
        on_press(r"case:rate:(\d{1,12}):(\d)", press_rate),
        on_press(r"question:case:(\d{1,12}):(\d{1,12})", press_about),
        on_press(r"order:details:(\d{1,12})", press_details),
        on_press(r"whistle:here:(\d{1,12})", press_here),
        on_press(r"whistle:came:(\d{1,12}):(\d{1,12})", press_came),
        on_press(r"whistle:solve:(\d{1,12})", press_solve),
        on_press(r"whistle:menu:(\d{1,12}):(off)?", press_whistle_menu),
        on_press(r"whistle:off:(\d{1,12})", press_off),
        on_press(r"case:apart:(\d{1,12})", press_apart),
        on_press(r"case:danger:(\d{1,12})", press_danger),
        on_press(r"order:dispute:(\d{1,12})", press_dispute),
        on_press(r"whistle:drop:(\d{1,12}):(\d{1,12})", press_drop),
        MessageHandler(filters.UpdateType.EDITED_MESSAGE & filters.ChatType.PRIVATE, edited),
    ]


def typed(service: Service) -> Callback:
    """A handler for a command whose words the service reads."""

    async def run(update: Update, context: Context) -> None:
        await context.write(update, service, words=context.rest)

    return run


def pressed(service: Service) -> Callback:
    """A handler for a button about one request."""

    async def run(update: Update, context: Context) -> None:
        await context.press(update, service, request_id=context.number)

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


async def press_list(update: Update, context: Context) -> None:
    only, page = context.found
    await context.press(update, case_commands.turn_list, only=only, page=int(page))


async def press_menu(update: Update, context: Context) -> None:
    case, menu, sector = context.found
    await context.press(update, case_dialogue.turn, request_id=int(case), menu=menu, sector=int(sector))


async def press_send(update: Update, context: Context) -> None:
    case, agreed = context.found
    await context.press(update, handling.send_volunteers, request_id=int(case), agreed=int(agreed or 1))


async def press_sort(update: Update, context: Context) -> None:
    await context.press(update, handling.sort, request_id=context.number, code=context.found[1])


async def press_ask(update: Update, context: Context) -> None:
    await context.press(update, case_dialogue.begin, request_id=context.number, step=context.found[1])


async def press_rate(update: Update, context: Context) -> None:
    case, rating = map(int, context.found)
    await context.press(update, closing.rate, request_id=case, rating=rating)


async def press_about(update: Update, context: Context) -> None:
    question, case = map(int, context.found)
    await context.press(update, dialogues.sort_to_case, question_id=question, request_id=case)


async def press_details(update: Update, context: Context) -> None:
    await context.press(update, helping.details, order_id=context.number)


async def press_here(update: Update, context: Context) -> None:
    await context.press(update, whistles.report_in, whistle_id=context.number)


async def press_came(update: Update, context: Context) -> None:
    whistle, unit = map(int, context.found)
    await context.press(update, whistles.report_in_for, whistle_id=whistle, unit_id=unit)


async def press_solve(update: Update, context: Context) -> None:
    await context.press(update, whistle_endings.solve, whistle_id=context.number)


async def press_whistle_menu(update: Update, context: Context) -> None:
    menu = context.found[1] or ""
    await context.press(update, whistle_dialogue.turn, whistle_id=context.number, menu=menu)


async def press_off(update: Update, context: Context) -> None:
    await context.press(update, whistle_endings.call_off, whistle_id=context.number)


async def press_apart(update: Update, context: Context) -> None:
    await context.press(update, more_of_danger.take_apart, part_id=context.number)


async def press_danger(update: Update, context: Context) -> None:
    await context.press(update, alarms.sound, request_id=context.number)


async def press_dispute(update: Update, context: Context) -> None:
    await context.press(update, disputes.begin, order_id=context.number)


async def press_drop(update: Update, context: Context) -> None:
    whistle, unit = map(int, context.found)
    await context.press(update, whistle_endings.take_off, whistle_id=whistle, unit_id=unit)


async def edited(update: Update, context: Context) -> None:
    """Somebody changed what they had written in private; a place that moves on the map has no words."""
    words = words_of(update.edited_message) if update.edited_message is not None else ""
    if words:
        rest = rest_of_command(words)
        await context.write(update, case_commands.edited, words=rest, is_command=rest != words)
