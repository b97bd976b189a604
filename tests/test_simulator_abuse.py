"""Whatever is asked of the simulator, it answers in Telegram's form and goes on."""

import asyncio
from typing import Any

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from simulator import spec
from simulator.methods import METHODS
from simulator.server import Simulator
from tests.city import BOT, TOKEN

KINDS = [
    b"application/json",
    b"application/x-www-form-urlencoded",
    b"multipart/form-data; boundary=x",
    b"text/plain",
]
EDGES = st.sampled_from(
    [0, -1, 1, 2**31, 2**63, -(2**63), BOT, 7_000_000_001, -1_000_004_000_001, "", "@name", "null", True]
)
LEAVES = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=40) | EDGES
VALUES = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=12), inner, max_size=3),
    max_leaves=8,
)
ASKED = sorted(set(METHODS) - {"setWebhook"})  # nothing is to be posted anywhere


@st.composite
def requests(draw: st.DrawFn) -> tuple[str, bytes, bytes]:
    """A method, a kind of body and a body: near the specification, or far from it."""
    method = draw(
        st.sampled_from(ASKED) | st.sampled_from(sorted(spec.load()["methods"])) | st.text(max_size=12)
    )
    fields = sorted(spec.load()["methods"].get(method, {"fields": {}})["fields"]) or ["x"]
    parameters = draw(st.dictionaries(st.sampled_from(fields) | st.text(max_size=8), VALUES, max_size=6))
    parameters.pop("timeout", None)
    kind = draw(st.sampled_from(KINDS))
    body = draw(st.binary(max_size=60)) if draw(st.integers(0, 9)) == 0 else _body(kind, parameters)
    return method if method != "setWebhook" else "getMe", kind, body


def _body(kind: bytes, parameters: dict[str, Any]) -> bytes:
    from urllib.parse import urlencode

    if kind == KINDS[0]:
        return (
            orjson.dumps(parameters, default=str, option=orjson.OPT_NON_STR_KEYS)
            if _small(parameters)
            else b"{}"
        )
    flat = {name: value if isinstance(value, str) else str(value) for name, value in parameters.items()}
    if kind == KINDS[2]:
        parts = [f'--x\r\nContent-Disposition: form-data; name="{n}"\r\n\r\n{v}\r\n' for n, v in flat.items()]
        return ("".join(parts) + "--x--\r\n").encode("utf-8", "replace")
    return urlencode(flat, errors="replace").encode()


def _small(value: Any) -> bool:
    """orjson takes integers of 64 bits and no lone surrogates."""
    try:
        orjson.dumps(value, default=str, option=orjson.OPT_NON_STR_KEYS)
    except (TypeError, ValueError):
        return False
    return True


class Line:
    """One connection, as uvicorn would hold it."""

    def __init__(self) -> None:
        self.transport = self
        self.messages: list[dict[str, Any]] = []
        self.aborted = False

    def abort(self) -> None:
        self.aborted = True

    async def send(self, message: Any) -> None:
        self.messages.append(dict(message))


async def ask(simulator: Simulator, method: str, kind: bytes, body: bytes) -> tuple[int, bytes]:
    line, given_ = Line(), [{"type": "http.request", "body": body, "more_body": False}]

    async def receive() -> dict[str, Any]:
        return given_.pop() if given_ else {"type": "http.disconnect"}

    scope = {
        "type": "http", "method": "POST", "path": f"/bot{TOKEN}/{method}", "query_string": b"",
        "headers": [(b"content-type", kind)],
    }  # fmt: skip
    await simulator.bot_api(scope, receive, line.send)
    assert not line.aborted
    return line.messages[0]["status"], b"".join(message.get("body", b"") for message in line.messages[1:])


def _abuse(examples: int) -> None:
    loop = asyncio.new_event_loop()

    async def make() -> Simulator:
        made = Simulator(strict=True)
        made.world.add_bot(TOKEN, "DutyGridBot")
        made.api.limits.on = False
        person = made.control.person("Ben")["id"]
        made.control.start(person)
        made.control.add_bot(made.control.group("G", [person], "forum")["id"], person, status="administrator")
        return made

    simulator = loop.run_until_complete(make())

    @settings(max_examples=examples, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(requests())
    def run(request: tuple[str, bytes, bytes]) -> None:
        status, body = loop.run_until_complete(asyncio.wait_for(ask(simulator, *request), 10))
        answer = orjson.loads(body)
        assert answer["ok"] is (status == 200)
        if status != 200:
            assert answer["error_code"] == status and status in (400, 401, 403, 404, 409, 413)
            assert isinstance(answer["description"], str) and answer["description"]

    try:
        run()
    finally:
        loop.run_until_complete(asyncio.sleep(0))
        loop.close()


def test_hundreds_of_requests_are_answered_in_form() -> None:
    _abuse(600)


@pytest.mark.long
def test_ten_thousand_requests_are_answered_in_form() -> None:
    _abuse(10_000)
