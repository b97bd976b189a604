"""Reviewing: the buttons of the review card, and the same by command."""

from telegram import Update

from handlers.context import Context, Handler, command, on_press, pressed_by
from services import commands, conversation, reviews


def setup() -> list[Handler]:
    return [
        command("approve", approve),
        command("return", send_back),
        command("reject", reject),
        command("undo", undo),
        on_press(
            r"report:approve:(\d{1,12}):(\d):(\d{1,12})",
            pressed_by(reviews.decide, "report_id", "rating", "content_version", verb="approve"),
        ),
        on_press(
            r"report:return:(\d{1,12}):(\w{1,18}):(\d{1,12})",
            pressed_by(reviews.decide, "report_id", "code", "content_version", verb="return"),
        ),
        on_press(
            r"report:reject:(\d{1,12}):(\d{1,12})",
            pressed_by(reviews.decide, "report_id", "content_version", verb="reject"),
        ),
        on_press(
            r"report:write:(\d{1,12}):(\d{1,12})",
            pressed_by(conversation.ask_reason, "subject_id", "version", verb="return"),
        ),
        on_press(r"report:photo:(\d{1,12}):(\d{1,12})", pressed_by(reviews.turn_card, "report_id", "photo")),
        on_press(r"report:files:(\d{1,12})", pressed_by(reviews.show_files, "report_id")),
        on_press(r"report:menu:(\d{1,12})", pressed_by(reviews.turn_card, "report_id", menu="return")),
        on_press(r"report:back:(\d{1,12})", pressed_by(reviews.turn_card, "report_id")),
        on_press(r"review:undo:(\d{1,12})", pressed_by(reviews.undo, "review_id")),
    ]


async def approve(update: Update, context: Context) -> None:
    await context.write(update, commands.approve, words=context.rest)


async def send_back(update: Update, context: Context) -> None:
    await context.write(update, commands.send_back, words=context.rest)


async def reject(update: Update, context: Context) -> None:
    await context.write(update, commands.reject, words=context.rest)


async def undo(update: Update, context: Context) -> None:
    await context.write(update, commands.undo)
