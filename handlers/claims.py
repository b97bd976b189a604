"""Taking a place and giving it back: by button, by command."""

from telegram import Update

from handlers.context import Context, Handler, command, on_press, pressed_by
from services import claims, commands, my_place


def setup() -> list[Handler]:
    return [
        command("claim", claim),
        command("withdraw", withdraw),
        on_press(
            r"order:claim:(\d{1,12})", pressed_by(claims.claim, "order_id", again=my_place.as_it_stands)
        ),
        on_press(
            r"order:withdraw:(\d{1,12})",
            pressed_by(claims.withdraw_kindly, "order_id", again=my_place.as_it_stands),
        ),
        on_press(r"order:confirm:(\d{1,12})", pressed_by(claims.confirm, "order_id")),
        on_press(r"order:show:(\d{1,12})", pressed_by(my_place.show, "order_id")),
    ]


async def claim(update: Update, context: Context) -> None:
    await context.write(update, commands.claim, typed=context.typed(update))


async def withdraw(update: Update, context: Context) -> None:
    await context.write(update, commands.withdraw, typed=context.typed(update))
