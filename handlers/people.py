"""What concerns one person: starting, lists, language, name, data."""

from telegram import Update

from handlers.context import Callback, Context, Handler, command, on_press, pressed_by
from services import commands, forgetting, habits, lists, members, menu


def setup() -> list[Handler]:
    asked = [command(name, ask(kind)) for name, kind in members.ASKED.items()]
    return [
        command("start", start),
        *asked,
        command("forget", forget),
        command("rank", rank),
        command("language", language),
        command("reminders", reminders),
        on_press(r"habit:(eve_at|before|usual):(\d{1,4})", pressed_by(habits.press, "field", "value")),
        on_press(r"language:set:(zh|en)", pressed_by(members.choose_language, "language")),
        on_press(
            r"list:(orders|mine|points|language|order|request|requests):0", pressed_by(menu.choose, "what")
        ),
        on_press(r"me:rename:0", pressed_by(commands.ask_name)),
        on_press(r"me:forget:0", pressed_by(forgetting.ask)),
        on_press(r"me:erase:0", pressed_by(forgetting.forget)),
    ]


def ask(kind: str) -> Callback:
    """A handler that answers a question about oneself."""

    async def run(update: Update, context: Context) -> None:
        await context.write(update, commands.answer, kind=kind)

    return run


async def start(update: Update, context: Context) -> None:
    await context.write(update, commands.start, words=context.rest)


async def forget(update: Update, context: Context) -> None:
    await context.write(update, forgetting.ask)


async def rank(update: Update, context: Context) -> None:
    await context.write(update, lists.rank)


async def reminders(update: Update, context: Context) -> None:
    await context.write(update, habits.by_words, words=context.rest)


async def language(update: Update, context: Context) -> None:
    await context.write(update, commands.language, words=context.rest)
