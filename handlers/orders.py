"""Issuing, recalling, cancelling and amending orders, and the dialogues in private."""

from telegram import Update

from handlers.context import Context, Handler, command, on_press
from services import commands, dialogues, orders


def setup() -> list[Handler]:
    return [
        command("order", order),
        command("cancel", cancel),
        command("amend", amend),
        on_press(r"order:recall:(\d{1,12})", press_recall),
        on_press(r"question:pick:(\d{1,12}):(\w{1,18}):(\w{1,18})", press_pick),
        on_press(r"question:amend:(\d{1,12}):(\w{1,18})", press_amend),
        on_press(r"question:close:(\d{1,12})", press_close),
        on_press(r"question:late:(\d{1,12})", press_late),
        on_press(r"question:sort:(\d{1,12}):(\d{1,12})", press_sort),
    ]


async def order(update: Update, context: Context) -> None:
    await context.write(update, commands.order, words=context.rest)


async def cancel(update: Update, context: Context) -> None:
    await context.write(update, commands.cancel, typed=context.typed(update))


async def amend(update: Update, context: Context) -> None:
    await context.write(update, commands.amend, typed=context.typed(update))


async def press_recall(update: Update, context: Context) -> None:
    await context.press(update, orders.recall, order_id=context.number)


async def press_pick(update: Update, context: Context) -> None:
    question, step, value = context.found
    await context.press(update, dialogues.pick, question_id=int(question), step=step, value=value)


async def press_amend(update: Update, context: Context) -> None:
    await context.press(update, dialogues.pick_change, question_id=context.number, field=context.found[1])


async def press_close(update: Update, context: Context) -> None:
    await context.press(update, dialogues.stop, question_id=context.number)


async def press_late(update: Update, context: Context) -> None:
    await context.press(update, dialogues.take_late, question_id=context.number)


async def press_sort(update: Update, context: Context) -> None:
    await context.press(update, dialogues.sort, question_id=context.number, order_id=int(context.found[1]))
