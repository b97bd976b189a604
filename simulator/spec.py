"""Checking requests and answers against the published specification."""

import contextlib
import json
import math
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any

from simulator.errors import ApiError, bad

# Fields of later versions than the specification's, which libraries of those versions require
NEWER = {"ChatMemberAdministrator": {"can_send_welcome_messages"}}


# Where the specification says String and means "attach://..." as well
ATTACHED = (
    "InputMediaPhoto",
    "InputMediaVideo",
    "InputMediaAnimation",
    "InputMediaAudio",
    "InputMediaDocument",
)


@lru_cache
def load() -> dict[str, Any]:
    spec: dict[str, Any] = json.loads(Path(__file__).with_name("spec.json").read_text(encoding="utf-8"))
    for kind in ATTACHED:
        for name in {"media", "thumbnail", "cover"} & set(spec["types"][kind]["fields"]):
            spec["types"][kind]["fields"][name][0].append("InputFile")
    spec["lower"] = {name.lower(): name for name in spec["methods"]}
    return spec


def method_named(name: str) -> str:
    """The method's proper name; Telegram ignores case. 404 for what does not exist."""
    found: str | None = load()["lower"].get(name.lower())
    if found is None:
        raise ApiError(404, "Not Found: method not found")
    return found


def read_parameters(method: str, raw: dict[str, Any]) -> dict[str, Any]:
    """The parameters with their types; what is missing or of another type is refused."""
    fields = load()["methods"][method]["fields"]
    known = {
        name: _read(name, value, fields[name][0])
        for name, value in raw.items()
        if name in fields and value is not None and _may_be(value, fields[name][0])
        if value != "" or "String" in fields[name][0]  # an empty number is none
    }
    known = {name: value for name, value in known.items() if value is not None}  # `null` written out
    if known.get("message_thread_id") == 0:
        del known["message_thread_id"]
    if raw.get("reply_to_message_id") in (0, "0", ""):
        raw = {name: value for name, value in raw.items() if name != "reply_to_message_id"}
    if "reply_to_message_id" in raw and "reply_parameters" in fields and "reply_parameters" not in known:
        known["reply_parameters"] = _old_reply(raw)  # as libraries wrote it before, and some still do
    for name, (_types, required, *_only) in fields.items():
        if required and known.get(name) in (None, "") and not (name in MAY_BE_EMPTY and name in known):
            raise bad(
                "message text is empty"
                if name == "text"
                else f"{name} is empty"
                if name == "chat_id"
                else f'parameter "{name}" is required'
            )
    return known


def _may_be(value: Any, types: list[str]) -> bool:
    """A file where none is wanted is not read at all."""
    return not isinstance(value, bytes) or "InputFile" in types


def _old_reply(raw: dict[str, Any]) -> dict[str, Any]:
    lenient = raw.get("allow_sending_without_reply") in (True, "true", "True", 1, "1")
    return {
        "message_id": _read("reply_to_message_id", raw["reply_to_message_id"], ["Integer"]),
        "allow_sending_without_reply": lenient,
    }


def _read(name: str, value: Any, types: list[str]) -> Any:
    for kind in types:
        try:
            return _as(kind, value)
        except (ValueError, TypeError, KeyError, RecursionError, OverflowError):
            continue
    raise bad(f"can't parse parameter {name}: expected {' or '.join(types)}")


def _as(kind: str, value: Any) -> Any:
    if value == "null" and kind != "String":
        return None
    if kind in SIMPLE:
        return SIMPLE[kind](value)
    parsed = json.loads(value) if isinstance(value, str) else value
    if isinstance(value, str) and "\\u" in value:  # escapes may name half of a surrogate pair
        parsed = json.loads(whole(json.dumps(parsed, ensure_ascii=False)))
    return _as_array(kind, parsed) if kind.startswith("Array of ") else as_type(kind, parsed)


def _integer(value: Any) -> int:
    if isinstance(value, bool) or (isinstance(value, float) and not value.is_integer()):
        raise ValueError(value)
    return int(value)


def _float(value: Any) -> float:
    if not math.isfinite(float(value)):
        raise ValueError(value)
    return float(value)


def _string(value: Any) -> str:
    if isinstance(value, (dict, list, bytes)):
        raise ValueError(value)
    return whole(str(value))


def whole(text: str) -> str:
    """The text with a mark for each half of a surrogate pair that stands alone: no UTF-8 holds it."""
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def _boolean(value: Any) -> bool:
    if value in (True, "true", "True", "1", 1):
        return True
    if value in (False, "false", "False", "0", 0):
        return False
    raise ValueError(value)


def _file(value: Any) -> Any:
    if not isinstance(value, bytes):
        raise ValueError("InputFile")
    return value


SIMPLE: dict[str, Callable[[Any], Any]] = {
    "Integer": _integer, "Float": _float, "Boolean": _boolean, "String": _string, "InputFile": _file,
}  # fmt: skip


MAY_BE_EMPTY = ("url",)  # setWebhook: "Use an empty string to remove webhook integration"
WORDS_ALONE = ("KeyboardButton", "InputPollOption")  # a string may stand for these


def _as_array(kind: str, value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise ValueError(kind)
    inner = kind.removeprefix("Array of ").split(" and ")[0]
    return [
        _as(inner, item)
        if inner not in WORDS_ALONE and (not isinstance(item, (dict, list)) or inner.startswith("Array"))
        else as_type(inner, item)
        for item in value
    ]


def as_type(kind: str, value: Any) -> dict[str, Any]:
    """An object of a specified type: its required fields there, each as its type; unknown ones are left out."""
    if isinstance(value, str) and kind in WORDS_ALONE:
        value = {"text": value}
    if not isinstance(value, dict):
        raise ValueError(kind)
    entry = load()["types"].get(kind)
    if entry is None:
        raise KeyError(kind)
    if "subtypes" in entry:
        return _as_subtype(entry["subtypes"], value)
    made = {}
    for name, (types, required, *only) in entry["fields"].items():
        if value.get(name) is not None:
            made[name] = _as_one(f"{kind}.{name}", types, value[name], *only)
        elif required:
            raise ValueError(f"{kind}.{name}")
    return made


def _as_subtype(kinds: list[str], value: dict[str, Any]) -> dict[str, Any]:
    """As the subtype that has a place for most of what is there."""
    found: list[dict[str, Any]] = []
    for kind in kinds:
        with contextlib.suppress(ValueError, KeyError, TypeError):
            found.append(as_type(kind, value))
    if not found:
        raise ValueError(" or ".join(kinds))
    return max(found, key=len)


def _as_one(name: str, types: list[str], value: Any, *only: str) -> Any:
    """The value as one of its types; what tells a union's types apart is `only` one word."""
    for kind in types if not only or value in only else ():
        with contextlib.suppress(ValueError, TypeError, KeyError, OverflowError):
            return _as(kind, value)
    raise ValueError(name)


def fits(method: str, result: Any) -> bool:
    """Whether a result is exactly what the specification says the method returns."""
    return any(_is(kind, result) for kind in load()["methods"][method]["returns"])


def _is(kind: str, value: Any) -> bool:
    """Whether a value is of a specified type, nothing coerced and no field unknown."""
    if kind.startswith("Array of "):
        inner = kind.removeprefix("Array of ").split(" and ")
        return isinstance(value, list) and all(any(_is(one, item) for one in inner) for item in value)
    simple: dict[str, Any] = {
        "Integer": int,
        "Float": (int, float),
        "String": str,
        "Boolean": bool,
        "True": bool,
    }
    if kind in simple:
        return isinstance(value, simple[kind]) and (
            kind in ("Boolean", "True") or not isinstance(value, bool)
        )
    entry = load()["types"].get(kind)
    if entry is None or not isinstance(value, dict):
        return False
    if "subtypes" in entry:
        return any(_is(one, value) for one in entry["subtypes"])
    fields = entry["fields"]
    if not set(value) <= set(fields) | NEWER.get(kind, set()):
        return False
    return all(
        any(_is(one, value[name]) for one in types) if name in value else not required
        for name, (types, required, *_only) in fields.items()
    )
