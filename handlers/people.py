"""What concerns one person: starting, lists, language, name, data."""

from telegram import Update

from handlers.context import Callback, Context, Handler, command, on_press
from services import commands, forgetting, habits, lists, members, menu

QUESTIONS = {
    "orders": "list.orders", "mine": "list.mine", "points": "points", "help": "help", "mydata": "mydata",
}  # fmt: skip


def setup() -> list[Handler]:
    asked = [command(name, ask(kind)) for name, kind in QUESTIONS.items()]
    return [
        command("start", start),
        *asked,
        command("forget", forget),
        command("rank", rank),
        command("language", language),
        command("reminders", reminders),
        on_press(r"habit:(eve_at|before|usual):(\d{1,4})", press_habit),
        on_press(r"language:set:(zh|en)", press_language),
        on_press(r"list:(orders|mine|points|language|order|request|requests):0", press_list),
        on_press(r"me:rename:0", press_rename),
        on_press(r"me:forget:0", press_forget),
        on_press(r"me:erase:0", press_erase),
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


async def press_habit(update: Update, context: Context) -> None:
    await context.press(update, habits.press, field=context.found[0], value=int(context.found[1]))


async def language(update: Update, context: Context) -> None:
    await context.write(update, commands.language, words=context.rest)


async def press_language(update: Update, context: Context) -> None:
    await context.press(update, members.choose_language, language=context.found[0])


async def press_list(update: Update, context: Context) -> None:
    await context.press(update, menu.choose, what=context.found[0])


async def press_rename(update: Update, context: Context) -> None:
    await context.press(update, commands.ask_name)


async def press_forget(update: Update, context: Context) -> None:
    await context.press(update, forgetting.ask)


async def press_erase(update: Update, context: Context) -> None:
    await context.press(update, forgetting.forget)
