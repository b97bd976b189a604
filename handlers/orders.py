"""Issuing, recalling, cancelling and amending orders, and the dialogues in private."""

from telegram import Update

from handlers.context import Context, Handler, command, on_press, pressed_by
from services import commands, dialogues, orders


def setup() -> list[Handler]:
    return [
        command("order", order),
        command("cancel", cancel),
        command("amend", amend),
        on_press(r"order:recall:(\d{1,12})", pressed_by(orders.recall, "order_id")),
        on_press(
            r"question:pick:(\d{1,12}):(\w{1,18}):(\w{1,18})",
            pressed_by(dialogues.pick, "question_id", "step", "value"),
        ),
        on_press(
            r"question:amend:(\d{1,12}):(\w{1,18})", pressed_by(dialogues.pick_change, "question_id", "field")
        ),
        on_press(r"question:close:(\d{1,12})", pressed_by(dialogues.stop, "question_id")),
        on_press(r"question:late:(\d{1,12})", pressed_by(dialogues.take_late, "question_id")),
        on_press(
            r"question:sort:(\d{1,12}):(\d{1,12})", pressed_by(dialogues.sort, "question_id", "order_id")
        ),
    ]


async def order(update: Update, context: Context) -> None:
    await context.write(update, commands.order, words=context.rest)


async def cancel(update: Update, context: Context) -> None:
    await context.write(update, commands.cancel, typed=context.typed(update))


async def amend(update: Update, context: Context) -> None:
    await context.write(update, commands.amend, typed=context.typed(update))
