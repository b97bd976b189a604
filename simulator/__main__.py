"""python -m simulator: a Telegram of one's own until Ctrl-C."""

import argparse
import asyncio
import errno
import re
import signal
import socket
import sys
from pathlib import Path

from simulator.server import Server, Simulator
from simulator.stage import Seat, Stage

TAKEN, LAST_PORT = (errno.EADDRINUSE, errno.EACCES), 65_535
TOKEN, USERNAME = "100200300:simulated-token-for-local-use", "SimulatedBot"
PEOPLE = (
    ("Ana", "en", {"en": "leader", "zh": "组长"}),
    ("Ben", "en", {"en": "volunteer", "zh": "志愿者"}),
    ("Chloe", "en", {"en": "resident", "zh": "居民"}),
)
HELLO = """\
Bot API:  {url}
Token:    {token}
Bot:      @{username}
Control:  {url}/control/VERB (docs/simulator.md)
{phones}
curl                 curl {url}/bot{token}/getMe
python-telegram-bot  Application.builder().token(TOKEN).base_url("{url}/bot").base_file_url("{url}/file/bot")
DutyGrid             BOT_TOKEN={token} BOT_API_URL={url} DATA_KEY=$(dutygrid key) dutygrid run
aiogram              Bot(TOKEN, session=AiohttpSession(api=TelegramAPIServer.from_base("{url}")))
"""


def free_port(wanted: int, host: str = "127.0.0.1") -> int:
    """The wanted port, or the next one nobody listens on."""
    for port in range(wanted, wanted + 200):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
            except OSError as error:
                if error.errno not in TAKEN:
                    raise
            else:
                return port
    raise OSError(errno.EADDRINUSE, "no free port", f"{host}:{wanted}")


def problem_of(port: int, token: str, username: str) -> str | None:
    """What is wrong with how it was called, in a sentence."""
    if not 0 <= port <= LAST_PORT:
        return f"a port is a number up to {LAST_PORT}"
    if not re.fullmatch(r"[0-9]+:[A-Za-z0-9_-]+", token):
        return "a token is a number, a colon, and letters: 100200300:anything-you-like"
    if not re.fullmatch(r"[A-Za-z]\w{2,30}", username, re.ASCII):
        return "a username is letters, digits and _, and begins with a letter"
    return None


def seat_people(simulator: Simulator) -> Stage:
    """Three people, a group of theirs, and the bot in it."""
    control = simulator.control
    people = [control.person(name, language)["id"] for name, language, _role in PEOPLE]
    group = control.group("Neighbours", people)["id"]
    control.add_bot(group, people[0])
    return Stage([Seat(person, role, group) for person, (_, _, role) in zip(people, PEOPLE, strict=True)])


async def serve(
    port: int, token: str = TOKEN, username: str = USERNAME, *, host: str = "127.0.0.1", seed: int = 0,
    with_phones: bool = True, clock_file: Path | None = None,
) -> None:  # fmt: skip
    """Until SIGTERM or Ctrl-C."""
    simulator = Simulator(clock_file=clock_file, seed=seed)
    simulator.world.add_bot(token, username)
    stage, stop = seat_people(simulator), asyncio.Event()
    for sign in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(sign, stop.set)
    async with Server(simulator, host=host, port=free_port(port, host)) as url:
        line = f"Phones:   {url}" if with_phones else ""
        sys.stdout.write(HELLO.format(url=url, token=token, username=username, phones=line))
        sys.stdout.flush()
        if not with_phones:
            await stop.wait()
            return
        from simulator.phones import phones

        async with phones(simulator, stage):
            await stop.wait()


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(
        prog="simulator", description="A Telegram Bot API server on this machine."
    )
    parser.add_argument("--port", type=int, default=8081, help="the port; the next free one is taken")
    parser.add_argument("--host", default="127.0.0.1", help="the address; loopback unless you say otherwise")
    parser.add_argument("--token", default=TOKEN, help="the bot's token")
    parser.add_argument("--username", default=USERNAME, help="the bot's username")
    parser.add_argument("--seed", type=int, default=0, help="where everything random comes from")
    parser.add_argument(
        "--clock-file", type=Path, help="where stepped time is written, for a bot to read as its CLOCK_FILE"
    )
    parser.add_argument(
        "--no-phones", action="store_true", help="without the page of phones, and without NiceGUI"
    )
    given = parser.parse_args(arguments)
    problem = problem_of(given.port, given.token, given.username)
    if problem is not None:
        parser.error(problem)
    work = serve(
        given.port, given.token, given.username, host=given.host, seed=given.seed, with_phones=not given.no_phones,
        clock_file=given.clock_file,
    )  # fmt: skip
    try:
        asyncio.run(work)
    except OSError as error:
        parser.error(f"{given.host}:{given.port}: {error.strerror}")


if __name__ == "__main__":
    main()
