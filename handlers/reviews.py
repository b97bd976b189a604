"""Reviewing: the buttons of the review card, and the same by command."""

from telegram import Update

from handlers.context import Context, Handler, command, on_press
from services import commands, conversation, reviews


def setup() -> list[Handler]:
    return [
        command("approve", approve),
        command("return", send_back),
        command("reject", reject),
        command("undo", undo),
        on_press(r"report:approve:(\d{1,12}):(\d):(\d{1,12})", press_approve),
        on_press(r"report:return:(\d{1,12}):(\w{1,18}):(\d{1,12})", press_return),
        on_press(r"report:reject:(\d{1,12}):(\d{1,12})", press_reject),
        on_press(r"report:write:(\d{1,12}):(\d{1,12})", press_write),
        on_press(r"report:photo:(\d{1,12}):(\d{1,12})", press_photo),
        on_press(r"report:files:(\d{1,12})", press_files),
        on_press(r"report:menu:(\d{1,12})", press_menu),
        on_press(r"report:back:(\d{1,12})", press_back),
        on_press(r"review:undo:(\d{1,12})", press_undo),
    ]


async def approve(update: Update, context: Context) -> None:
    await context.write(update, commands.approve, words=context.rest)


async def send_back(update: Update, context: Context) -> None:
    await context.write(update, commands.send_back, words=context.rest)


async def reject(update: Update, context: Context) -> None:
    await context.write(update, commands.reject, words=context.rest)


async def undo(update: Update, context: Context) -> None:
    await context.write(update, commands.undo)


async def press_approve(update: Update, context: Context) -> None:
    report, rating, version = map(int, context.found)
    await context.press(
        update, reviews.decide, report_id=report, verb="approve", rating=rating, content_version=version
    )


async def press_return(update: Update, context: Context) -> None:
    report, code, version = context.found
    await context.press(
        update, reviews.decide, report_id=int(report), verb="return", code=code, content_version=int(version)
    )


async def press_reject(update: Update, context: Context) -> None:
    report, version = map(int, context.found)
    await context.press(update, reviews.decide, report_id=report, verb="reject", content_version=version)


async def press_write(update: Update, context: Context) -> None:
    report, version = map(int, context.found)
    await context.press(update, conversation.ask_reason, verb="return", subject_id=report, version=version)


async def press_photo(update: Update, context: Context) -> None:
    report, photo = map(int, context.found)
    await context.press(update, reviews.turn_card, report_id=report, photo=photo)


async def press_files(update: Update, context: Context) -> None:
    await context.press(update, reviews.show_files, report_id=context.number)


async def press_menu(update: Update, context: Context) -> None:
    await context.press(update, reviews.turn_card, report_id=context.number, menu="return")


async def press_back(update: Update, context: Context) -> None:
    await context.press(update, reviews.turn_card, report_id=context.number)


async def press_undo(update: Update, context: Context) -> None:
    await context.press(update, reviews.undo, review_id=context.number)
