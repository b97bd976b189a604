"""Taking a place and giving it back: by button, by command."""

from telegram import Update

from handlers.context import Context, Handler, command, on_press
from services import claims, commands, my_place


def setup() -> list[Handler]:
    return [
        command("claim", claim),
        command("withdraw", withdraw),
        on_press(r"order:claim:(\d{1,12})", press_claim),
        on_press(r"order:withdraw:(\d{1,12})", press_withdraw),
        on_press(r"order:confirm:(\d{1,12})", press_confirm),
        on_press(r"order:show:(\d{1,12})", press_show),
    ]


async def claim(update: Update, context: Context) -> None:
    await context.write(update, commands.claim, typed=context.typed(update))


async def withdraw(update: Update, context: Context) -> None:
    await context.write(update, commands.withdraw, typed=context.typed(update))


async def press_claim(update: Update, context: Context) -> None:
    await context.press(update, claims.claim, again=my_place.as_it_stands, order_id=context.number)


async def press_withdraw(update: Update, context: Context) -> None:
    await context.press(update, claims.withdraw_kindly, again=my_place.as_it_stands, order_id=context.number)


async def press_confirm(update: Update, context: Context) -> None:
    await context.press(update, claims.confirm, order_id=context.number)


async def press_show(update: Update, context: Context) -> None:
    await context.press(update, my_place.show, order_id=context.number)
