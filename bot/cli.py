"""The command line. What a command needs is imported when it runs, so that `dutygrid run` starts quickly."""

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot import areas, disposal, moving, opening, restoring, units, upkeep

if TYPE_CHECKING:
    from bot.settings import Settings

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="DutyGrid: duties in the chats a neighbourhood already uses.",
)
app.add_typer(areas.app, name="areas")
app.add_typer(disposal.app, name="disposal")
app.add_typer(units.app, name="units")
for command in (
    upkeep.backup, restoring.restore, restoring.restored, moving.move, upkeep.release, upkeep.dead_letters, upkeep.redrive
):  # fmt: skip
    app.command()(command)


@app.command()
def run() -> None:
    """Serve the bot whose token is in BOT_TOKEN, until it is stopped."""
    from bot import collector, logs

    collector.rest()
    from bot.lock import Taken, only_process

    settings = opening.settings()

    logs.set_up(settings.log_format, settings.log_level)
    try:
        with only_process(settings.database_url):
            opening.migrate_if_ours(settings)
            _serve(settings)
    except Taken:
        raise opening.fail("Another process serves this database already. Stop it first.") from None


def _serve(settings: "Settings") -> None:
    import asyncio

    from telegram.error import InvalidToken

    from bot.collector import relax
    from bot.marks import BeingRestored, OlderDatabase
    from bot.runtime import WrongBot, WrongKey
    from bot.runtime import run as serve

    relax()
    try:
        with asyncio.Runner(loop_factory=_loop_factory()) as runner:
            runner.run(serve(settings))
    except InvalidToken:
        raise opening.fail("Telegram does not know this BOT_TOKEN. @BotFather shows the right one.") from None
    except OlderDatabase:
        raise opening.fail(opening.OLDER) from None
    except BeingRestored:
        raise opening.fail(
            "A copy is being put back into this database. Start again once `dutygrid restore` has ended."
        ) from None
    except WrongKey:
        raise opening.fail(opening.WRONG_KEY) from None
    except WrongBot:
        raise opening.fail(
            "This database belongs to another bot. Use its token, or another DATABASE_URL."
        ) from None


def _loop_factory() -> Any:
    try:
        import uvloop
    except ImportError:
        return None
    return uvloop.new_event_loop


@app.command()
def migrate() -> None:
    """Bring the database to this version's schema."""
    from bot.clock import Clock
    from models.migrate import migrate as bring

    settings = opening.settings()
    done = bring(settings.database_url, now=Clock(settings.clock_file).now())
    typer.echo("Migrated." if done else "Nothing to do.")


@app.command()
def check() -> None:
    """Verify what must always hold; lists what does not, and exits with 1."""
    from bot.copied import is_older
    from services.invariants import broken

    settings = opening.settings()
    with opening.database() as database:
        found = database.read_now(lambda session: list(broken(session, thorough=True)))
        if is_older(settings, database):
            found.append(opening.OLDER)
    for line in found:
        typer.echo(line)
    typer.echo(f"{len(found)} problems." if found else "All is well.")
    if found:
        raise typer.Exit(1)


@app.command()
def key() -> None:
    """Print a new DATA_KEY."""
    from models.sealed import new_key

    typer.echo(new_key())


@app.command()
def rotate() -> None:
    """Seal everything with the newest of the keys in DATA_KEY, beside a running bot; then the older can go."""
    from services import rotation

    with opening.database() as database:
        if len(database.keys.by_version) == 1:
            raise opening.fail(
                "DATA_KEY holds one key. Put a new one in front: DATA_KEY=2:NEW,1:OLD, restart, rotate."
            )
        if not database.read_now(rotation.is_noted):
            raise opening.fail(
                "No bot has started with the key named first in DATA_KEY. Put both keys into the DATA_KEY of every bot and "
                "restart them, one after the other; then rotate. Nothing was changed."
            )
        done = 0
        while (count := database.write_now(rotation.reseal)) and isinstance(count, int):
            done += count
        left = database.read_now(rotation.left)
    typer.echo(f"{done} rows sealed anew, {left} left.")
    if left:
        raise typer.Exit(1)


def main() -> None:
    """`dutygrid ...`; a mistake of the place it runs in ends it with a sentence."""
    from bot.mistakes import explain

    os.umask(0o077)  # what is written here may hold what people said: databases, copies, lists
    try:
        app()
    except Exception as error:
        sentence = explain(error)
        if sentence is None:
            raise
        typer.echo(sentence, err=True)
        sys.exit(1)


@app.command()
def demo(
    exit_: Annotated[
        bool, typer.Option("--exit", help="Stop after the story instead of staying up.")
    ] = False,
    port: Annotated[
        int, typer.Option(min=0, max=65_535, help="The simulator's port; the next free one is taken.")
    ] = 8081,
    language: Annotated[str, typer.Option(help="zh or en; your locale's otherwise.")] = "",
) -> None:
    """Play the whole loop on a simulated Telegram, as a transcript."""
    import asyncio

    from bot.demo import play

    if language not in ("", "zh", "en"):
        raise opening.fail(f"{language!r} is not spoken here: zh and en are.")
    sys.exit(asyncio.run(play(stay=not exit_, port=port, language=language)))


@app.command()
def simulator(
    port: Annotated[
        int, typer.Option(min=0, max=65_535, help="The port; the next free one is taken.")
    ] = 8081,
    host: Annotated[str, typer.Option(help="The address; loopback unless you say otherwise.")] = "127.0.0.1",
    token: Annotated[str, typer.Option(help="The bot's token.")] = "100200300:simulated-token-for-local-use",
    username: Annotated[str, typer.Option(help="The bot's username.")] = "DutyGridBot",
    seed: Annotated[int, typer.Option(help="Where everything random comes from.")] = 0,
    phones: Annotated[bool, typer.Option(help="Show a page of phones.")] = True,
    clock_file: Annotated[
        Path | None, typer.Option(help="Where stepped time is written, for a bot to read as its CLOCK_FILE.")
    ] = None,
) -> None:
    """A Telegram Bot API server on this machine, with phones in the browser."""
    import asyncio

    from simulator.__main__ import problem_of, serve

    problem = problem_of(port, token, username)
    if problem is not None:
        raise opening.fail(f"{problem[0].upper()}{problem[1:]}.")
    asyncio.run(serve(port, token, username, host=host, seed=seed, with_phones=phones, clock_file=clock_file))
