"""docs/simulator.md: how to use the simulator, and what it does and does not simulate, made from code and tests.

python -m tests.simulator_page        write it anew
"""

import ast
import dataclasses
import inspect
from pathlib import Path

from simulator import spec
from simulator.control import VERBS, Control
from simulator.faults import KINDS, Rule
from simulator.flood import Limits
from simulator.methods import METHODS

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs" / "simulator.md"
TESTS = (
    "test_simulator",
    "test_simulator_chats",
    "test_simulator_html",
    "test_simulator_faults",
    "test_conformance",
    "test_simulator_abuse",
    "test_phones",
)
HEAD = """\
# A Telegram of your own

`dutygrid simulator` is a Telegram Bot API server on your own machine, with phones in the browser. It needs no token, no
account and no network, knows nothing of DutyGrid, and serves any bot. Standing alone:

```
pip install --require-hashes -r requirements-simulator.lock
python -m simulator --port 8081              # the Bot API, a control API, and phones at the same address
python -m simulator --no-phones --seed 7     # without NiceGUI; one seed, one run (update numbers go on from run to run)
```

It prints its base URL, a token, and the lines for DutyGrid, python-telegram-bot, aiogram and curl. On the phones, a typed
link `t.me/BOT?start=...` opens as it would in Telegram. `--clock-file FILE` keeps stepped time where DutyGrid reads it as
`CLOCK_FILE`. It listens on loopback unless `--host` says otherwise; there is no password. In tests:

```python
pytest_plugins = ["simulator.fixture"]


def test_my_bot(telegram):  # telegram.url, telegram.token
    ben = telegram.ask("person", first_name="Ben")["id"]
    telegram.ask("start", person=ben)
    ...  # run your bot against telegram.url
    assert telegram.ask("view", person=ben, chat=100200300)["messages"]
```

![Three phones side by side, with a card that one of them has just claimed](phones.png)

## Where it stands when Telegram's behaviour is not known

It takes the reading that is worse for the bot. Its rules come from Telegram's documentation and its server's published
behaviour, never from what DutyGrid sends. Requests are checked against the specification (version {version}); so is
every result, with `Simulator(strict=True)` and in the fixture.
"""


def methods_table() -> list[str]:
    listed = ", ".join(f"`{name}`" for name in METHODS)
    others = len(spec.load()["methods"]) - len(METHODS)
    return [
        "## Methods", "", f"Simulated ({len(METHODS)}): {listed}.", "",
        f"The other {others} of the specification answer 400 `... is not simulated`; what is no method, 404 as Telegram does.",
        "Within the simulated ones: URLs as files are not fetched, `parse_mode` is HTML only, albums and edited media are "
        "photos and documents, and forwarding, inline mode, payments, business accounts and stories are not there.",
    ]  # fmt: skip


def control_table() -> list[str]:
    lines = [
        "## Control API",
        "",
        "`POST /control/VERB` with a JSON body; a refusal is 400 with `error`. A person's private chat with a bot has the",
        "bot's id here.",
        "",
    ]
    lines += ["| Verb | Arguments | |", "|---|---|---|"]
    for verb in VERBS:
        method = getattr(Control, verb)
        names = [
            "as below"
            if value.kind is inspect.Parameter.VAR_KEYWORD
            else name
            if value.default is inspect.Parameter.empty
            else f"{name}?"
            for name, value in inspect.signature(method).parameters.items()
            if name != "self"
        ]
        said = (inspect.getdoc(method) or "").split("\n\n")[0].replace("\n", " ")
        lines.append(f"| `{verb}` | {', '.join(names)} | {said} |")
    rules = ", ".join(f"`{field.name}`" for field in dataclasses.fields(Rule))
    limits = ", ".join(f"`{field.name}` ({field.default})" for field in dataclasses.fields(Limits))
    lines += ["", f"`fault` takes {rules}; `limits` takes {limits}."]
    kinds = ", ".join(f"`{kind}`" for kind in KINDS)
    return [
        *lines,
        "",
        f"Faults: {kinds}; `outage` refuses connections, `disorder` repeats and reorders updates.",
    ]


def rules_table() -> list[str]:
    lines = ["## Rules, each held by a test", "", "| Test | Rule |", "|---|---|"]
    for module in TESTS:
        tree = ast.parse((ROOT / "tests" / f"{module}.py").read_text(encoding="utf-8"))
        for node in tree.body:
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test_"):
                said = (ast.get_docstring(node) or node.name.removeprefix("test_").replace("_", " ")).replace(
                    "\n", " "
                )
                lines.append(f"| `{module}.{node.name}` | {said.strip()} |")
    return lines


def page() -> str:
    head = HEAD.replace("{version}", str(spec.load()["version"]))
    return "\n".join([head, *methods_table(), "", *control_table(), "", *rules_table(), ""])


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
