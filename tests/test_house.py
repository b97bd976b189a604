"""The rules of the house, each held against the code itself."""

import ast
import re
from pathlib import Path

import pytest

from bot.settings import Settings
from handlers import all_handlers
from handlers.context import COMMANDS, PRESSES
from models.actor import Refusal
from services import refusals
from views import menu
from views.extract import sentences, translated
from views.refusals import SENTENCES, USAGE
from views.words import LANGUAGES

ROOT = Path(__file__).parent.parent
PACKAGES = ("bot", "handlers", "models", "scheduler", "services", "simulator", "views", "web")
FILES = [
    file
    for package in PACKAGES
    for file in sorted((ROOT / package).rglob("*.py"))
    if "versions" not in file.parts
]
TESTS = [file for package in ("tests", "bench") for file in sorted((ROOT / package).rglob("*.py"))]
FILE_LINES, FUNCTION_LINES = 300, 40


def _tree(file: Path) -> ast.Module:
    return ast.parse(file.read_text(encoding="utf-8"))


def _called(file: Path) -> list[str]:
    """Names of the methods called in a file."""
    calls = [node for node in ast.walk(_tree(file)) if isinstance(node, ast.Call)]
    return [node.func.attr for node in calls if isinstance(node.func, ast.Attribute)]


@pytest.mark.parametrize("file", TESTS, ids=lambda file: file.name)
def test_files_of_tests_are_small_too(file: Path) -> None:
    assert len(file.read_text(encoding="utf-8").splitlines()) <= FILE_LINES


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(ROOT)))
def test_files_and_functions_are_small(file: Path) -> None:
    assert len(file.read_text(encoding="utf-8").splitlines()) <= FILE_LINES
    functions = [
        node for node in ast.walk(_tree(file)) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]
    long = [
        f"{node.name}: {node.end_lineno - node.lineno + 1}"
        for node in functions
        if node.end_lineno - node.lineno >= FUNCTION_LINES
    ]
    assert long == []


def test_only_the_database_commits() -> None:
    ending = re.compile(r"(\.commit|\.rollback|\.begin_nested|engine\.begin)$")
    calls = {
        file: [ast.unparse(node.func) for node in ast.walk(_tree(file)) if isinstance(node, ast.Call)]
        for file in FILES
    }
    found = [file for file, names in calls.items() if any(ending.search(name) for name in names)]
    assert found == [ROOT / "models" / "database.py"]


def test_services_are_synchronous() -> None:
    for file in (ROOT / "services").glob("*.py"):
        assert not [
            node for node in ast.walk(_tree(file)) if isinstance(node, ast.AsyncFunctionDef | ast.Await)
        ], file


def test_nobody_but_the_sender_talks_to_people() -> None:
    """Every message is a delivery; a press alone is answered directly."""
    speaking = re.compile(
        r"^(send_(message|photo|media|location|venue|document)|edit_message|reply_|delete_message|set_message_reaction)"
    )
    for file in FILES:
        spoken = [name for name in _called(file) if speaking.match(name)]
        if file == ROOT / "bot" / "sender.py" or file.parent.name == "simulator":
            continue
        assert spoken == [], file


def test_every_refusal_has_a_sentence_and_every_sentence_a_refusal() -> None:
    raised = {
        name for name, item in vars(refusals).items() if isinstance(item, type) and issubclass(item, Refusal)
    } - {"Refusal"}
    assert raised == set(SENTENCES)


def test_every_refusal_is_raised_somewhere() -> None:
    text = "\n".join(file.read_text(encoding="utf-8") for file in FILES)
    assert [name for name in SENTENCES if f"refusals.{name}(" not in text] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_catalogue_holds_every_sentence_and_no_other(language: str) -> None:
    assert set(translated(language)) == sentences()
    assert all(translated(language).values())


@pytest.mark.parametrize("language", LANGUAGES)
def test_translations_fill_the_same_blanks(language: str) -> None:
    blanks = re.compile(r"\{(\w+)\}")
    for source, target in translated(language).items():
        one = source if isinstance(source, str) else source[-1]
        other = target if isinstance(target, str) else target[0]
        assert set(blanks.findall(other)) <= set(blanks.findall(one)) | {"n"}, source


def test_settings_and_their_example_name_the_same_things() -> None:
    lines = (ROOT / ".env.example").read_text(encoding="utf-8").splitlines()
    named = {line.split("=")[0].lower() for line in lines if "=" in line and not line.startswith("#")}
    assert named == set(Settings.model_fields)
    assert all(line.startswith("#") or "=" in line for line in lines)


def test_the_menu_and_the_handlers_name_the_same_commands() -> None:
    all_handlers()
    assert set(menu.PRIVATE_COMMANDS) | set(menu.GROUP_COMMANDS) == set(COMMANDS)
    assert {name for name, _ in menu.descriptions(menu.PRIVATE_COMMANDS, "zh")} == set(menu.PRIVATE_COMMANDS)
    assert all(len(text) <= 256 for _, text in menu.descriptions(menu.PRIVATE_COMMANDS, "en"))


def test_usages_belong_to_commands() -> None:
    all_handlers()
    assert set(USAGE) <= set(COMMANDS)


def _drawn() -> set[str]:
    """The callback data that the views draw, with a number or word for each blank."""
    found: set[str] = set()
    for file in (ROOT / "views").glob("*.py"):
        source = re.sub(r"\{[^{}\"\n]*\}", "1", file.read_text(encoding="utf-8"))
        nouns = "order|report|review|question|area|language|list|me|anonymous|habit|case|whistle"
        found |= set(re.findall(rf'"((?:{nouns}):[^"\s]+)"', source))
    return found


def test_every_button_drawn_has_exactly_one_handler_and_every_pattern_is_drawn() -> None:
    all_handlers()
    samples = {
        "language:set:1",
        "report:return:1:1:1",
        "case:list:1:0",
        "case:list:1:1",
    }  # whose blank is a word
    for data in _drawn() - samples:
        assert len([pattern for pattern in PRESSES if re.fullmatch(pattern, data)]) == 1, data
    drawn = "\n".join(_drawn() | {"language:set:zh", "list:orders:0", "case:list:all:0"})
    for pattern in PRESSES:
        assert re.search(pattern, drawn), pattern


def test_lock_files_name_no_host() -> None:
    for lock in ROOT.glob("requirements*.lock"):
        text = lock.read_text(encoding="utf-8")
        assert "://" not in text and "index" not in text.replace("# via", "")
        assert "--hash=sha256:" in text
