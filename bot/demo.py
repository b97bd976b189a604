"""`dutygrid demo`: the whole loop on a simulated Telegram, read off the phones as it happens."""

import asyncio
import contextlib
import locale
import os
import shutil
import signal
import sys
import tempfile
import webbrowser
from collections.abc import AsyncIterator
from pathlib import Path

from rich.console import Console

from bot.story import Story
from bot.story_words import SENTENCES
from models.sealed import new_key
from simulator.__main__ import free_port
from simulator.client import NotSeen, Remote
from simulator.server import Server, Simulator
from simulator.stage import Seat, Stage

TOKEN = "100200300:demo-token-of-the-simulated-bot"
USERNAME = "DutyGridBot"
AREAS = Path(__file__).parent.parent / "presets" / "binhai" / "areas.csv"
START_PATIENCE = 20.0  # seconds the bot has to start
FAST = 0.5  # seconds between steps of a clock that runs four times as fast
HURRY = 0.5  # seconds of the shared clock that pass at each look while a phone waits


def pick_language(wanted: str) -> str:
    """The asked-for language, else the locale's; English where neither has a transcript."""
    names: tuple[str, ...] = (
        wanted,
        os.environ.get("LC_ALL", ""),
        os.environ.get("LC_MESSAGES", ""),
        os.environ.get("LANG", ""),
    )
    with contextlib.suppress(ValueError):
        names = (*names, locale.getlocale()[0] or "")
    first = next((name for name in names if name and name not in ("C", "POSIX", "C.UTF-8")), "en")
    return "zh" if first.lower().startswith("zh") else "en"


async def play(*, stay: bool, port: int, language: str) -> int:
    """Play the story; 0 when every step happened, 1 with the step that did not. With `stay` there are phones to
    play along on, and they stay."""
    _end_when_told()
    language = pick_language(language)
    console = Console(highlight=False)
    say = SENTENCES[language]
    folder = Path(tempfile.mkdtemp(prefix="dutygrid-demo-"))
    simulator = Simulator(clock_file=folder / "clock")
    simulator.world.add_bot(TOKEN, USERNAME)
    stage = Stage(language=language) if stay else None
    try:
        async with (
            Server(simulator, port=free_port(port)) as url,
            Remote(url, hurry=HURRY) as remote,
            _phones(simulator, stage),
        ):
            console.print(say["welcome"].format(url=url))
            story = Story(remote, console, language, bot=int(TOKEN.split(":")[0]), stage=stage)
            await _perform(story, console, folder, url)
        return 0
    except (NotSeen, ValueError, RuntimeError) as error:
        console.print(f"[bold red]{say['failed']}[/]")
        console.print(str(error), markup=False)
        with contextlib.suppress(OSError):
            sys.stderr.write((folder / "bot.log").read_text(encoding="utf-8")[-4000:])
        return 1
    except (KeyboardInterrupt, asyncio.CancelledError):
        return 0
    finally:
        shutil.rmtree(folder, ignore_errors=True)


async def _perform(story: Story, console: Console, folder: Path, url: str) -> None:
    """The city, the bot and the story; with phones, they stay until Ctrl-C."""
    await story.people()
    if story.stage is not None:
        _seat(story.stage, story)
        story.stage.say({code: SENTENCES[code]["loading"] for code in SENTENCES})
        console.print(story.say["phones"].format(url=url))
        _show_in_browser(url)
    environment = _environment(folder, url, story.language, story.admin.id)
    with console.status(story.say["loading"]):
        await _command(environment, "areas", "import", str(AREAS))
    async with _bot(environment, folder):
        await _tell(story, console)
        if story.stage is not None:
            console.print(story.say["stays"].format(url=url))
            await _run_fast(story.remote)


def _end_when_told() -> None:
    """SIGTERM and a closed terminal end the demo as Ctrl-C does, and its bot with it."""
    task = asyncio.current_task()
    for sign in (signal.SIGTERM, signal.SIGHUP):
        asyncio.get_running_loop().add_signal_handler(sign, lambda: task.cancel() if task else None)


@contextlib.asynccontextmanager
async def _phones(simulator: Simulator, stage: Stage | None) -> AsyncIterator[None]:
    """The page of phones, where somebody may play along; it is slow to import."""
    if stage is None:
        yield
        return
    from simulator.phones import phones

    async with phones(simulator, stage):
        yield


def _seat(stage: Stage, story: Story) -> None:
    roles = {"leader": ("leader", "组长"), "b": ("volunteer", "志愿者"), "e": ("resident", "居民")}
    for name, (english, chinese) in roles.items():
        person = getattr(story, name).id
        stage.seats.append(Seat(person, {"en": english, "zh": chinese}))


def _show_in_browser(url: str) -> None:
    """Open the page where there is a screen to open it on."""
    if sys.platform == "darwin" or os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"):
        with contextlib.suppress(webbrowser.Error):
            webbrowser.open(url)


async def _tell(story: Story, console: Console) -> None:
    """The story; whoever plays along may leave it, and then it ends without a fault."""
    try:
        await story.tell()
    except (NotSeen, ValueError) as error:
        if story.stage is None:
            raise
        console.print(f"[yellow]{story.say['taken_over']}[/]")
        console.print(str(error), markup=False)
        story.say_last("taken_over")
    else:
        story.say_last("yours")


async def _run_fast(remote: Remote) -> None:
    """Time runs four times as fast, so that nobody waits for what is paced in minutes."""
    while True:
        await asyncio.sleep(FAST)
        await remote.step(FAST * 3)


def _environment(folder: Path, url: str, language: str, admin: int) -> dict[str, str]:
    settings = {
        "BOT_TOKEN": TOKEN, "WEB_PORT": "0", "DATA_KEY": new_key(), "DATABASE_URL": f"sqlite:///{folder}/demo.db", "BOT_API_URL": url,
        "ADMIN_IDS": str(admin), "DEFAULT_LANGUAGE": language, "CLOCK_FILE": str(folder / "clock"),
        "TIMEZONE": "Asia/Shanghai", "SETTLE_DELAY": "60", "TELEGRAM_PROXY": "", "WEBHOOK_URL": "", "LOG_FORMAT": "text",
    }  # fmt: skip
    clean = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
    return clean | settings


async def _start(environment: dict[str, str], *arguments: str, log: Path) -> asyncio.subprocess.Process:
    with log.open("ab") as output:
        return await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "bot",
            *arguments,
            env=environment,
            cwd=log.parent,
            stdout=output,
            stderr=output,
        )


async def _command(environment: dict[str, str], *arguments: str) -> None:
    log = Path(environment["CLOCK_FILE"]).with_name("bot.log")
    process = await _start(environment, *arguments, log=log)
    if await process.wait() != 0:
        raise RuntimeError(" ".join(arguments[:2]))


@contextlib.asynccontextmanager
async def _bot(environment: dict[str, str], folder: Path) -> AsyncIterator[None]:
    """The bot as a process of its own, from its first line to a clean stop."""
    log = folder / "bot.log"
    process = await _start(environment, "run", log=log)
    try:
        for _ in range(int(START_PATIENCE / 0.05)):
            if "started" in log.read_text(encoding="utf-8"):
                break
            if process.returncode is not None:
                raise RuntimeError("the bot did not start")
            await asyncio.sleep(0.05)
        yield
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.send_signal(signal.SIGTERM)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(process.wait(), 10)
        if process.returncode is None:
            process.kill()
