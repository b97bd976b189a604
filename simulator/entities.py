"""Strict HTML as Telegram reads it: text and entities, offsets in UTF-16 units."""

import html
import re
from typing import Any

from simulator.errors import bad

_TAGS = {
    "b": "bold", "strong": "bold", "i": "italic", "em": "italic", "u": "underline", "ins": "underline",
    "s": "strikethrough", "strike": "strikethrough", "del": "strikethrough", "code": "code", "pre": "pre",
    "a": "text_link", "blockquote": "blockquote", "tg-spoiler": "spoiler", "span": "spoiler", "tg-emoji": "custom_emoji",
}  # fmt: skip
_LANGUAGE = re.compile(r'class\s*=\s*"language-([^"]+)"')
_SPOILER = re.compile(r'\s+class\s*=\s*"tg-spoiler"\s*')
_TOKEN = re.compile(
    r"<(/?)([a-zA-Z][a-zA-Z0-9-]*)([^<>]*)>|&(?:(\w+)|#(\d+)|#x([0-9a-fA-F]+));|(<)|(&)|([^<&]+)", re.DOTALL
)
_NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}


def units(text: str) -> int:
    """Length in UTF-16 code units."""
    return len(text.encode("utf-16-le")) // 2


def parse(
    text: str, mode: str | None, given: list[dict[str, Any]] | None = None
) -> tuple[str, list[dict[str, Any]]]:
    """Plain text and entities, parsed or `given`; what Telegram could not parse is refused in its words."""
    if not mode:
        plain = text.strip() if not given else text.rstrip()
        inside = [entity for entity in given or [] if entity["offset"] + entity["length"] <= units(plain)]
        return plain, sorted(inside + command_entities(plain), key=lambda entity: entity["offset"])
    if mode.lower() != "html":
        raise bad(f"unsupported parse_mode {mode}: only HTML is simulated")
    plain, entities = _parse_html(text)
    code = [range(e["offset"], e["offset"] + e["length"]) for e in entities if e["type"] in ("code", "pre")]
    commands = [e for e in command_entities(plain) if not any(e["offset"] in span for span in code)]
    return plain, sorted(entities + commands, key=lambda entity: (entity["offset"], -entity["length"]))


def _parse_html(text: str) -> tuple[str, list[dict[str, Any]]]:
    out: list[str] = []
    open_: list[tuple[str, int, str]] = []
    entities: list[dict[str, Any]] = []
    at = 0
    for token in _TOKEN.finditer(text):
        closing, tag, attributes, named, decimal, hexadecimal, lone, ampersand, words = token.groups()
        if lone:
            raise bad(f"can't parse entities: Unsupported start tag at byte offset {_bytes(text, token)}")
        if tag:
            _tag(text, token, bool(closing), tag.lower(), attributes, open_, entities, at)
            continue
        piece = words or ampersand or _entity(named, decimal, hexadecimal, token.group())
        out.append(piece)
        at += units(piece)
    if open_:
        raise bad(f"can't parse entities: Can't find end tag corresponding to start tag \"{open_[-1][0]}\"")
    plain = "".join(out).rstrip()
    end = units(plain)  # what is trimmed from the text is trimmed from its entities
    for entity in entities:
        entity["length"] = min(entity["length"], end - entity["offset"])
    return plain, [entity for entity in entities if entity["length"] > 0]


def _bytes(text: str, token: "re.Match[str]") -> int:
    return len(text[: token.start()].encode())


def _entity(named: str | None, decimal: str | None, hexadecimal: str | None, raw: str) -> str:
    if named:
        return _NAMED.get(named, raw)
    return html.unescape(f"&#{decimal};" if decimal else f"&#x{hexadecimal};")


def _tag(
    text: str, token: "re.Match[str]", closing: bool, tag: str, attributes: str,
    open_: list[tuple[str, int, str]], entities: list[dict[str, Any]], at: int,
) -> None:  # fmt: skip
    if tag not in _TAGS:
        raise bad(
            f'can\'t parse entities: Unsupported start tag "{tag}" at byte offset {_bytes(text, token)}'
        )
    if not closing:
        if tag == "span" and not _SPOILER.fullmatch(attributes):
            raise bad('can\'t parse entities: Tag "span" must have class "tg-spoiler"')
        open_.append((tag, at, attributes))
        return
    if not open_ or open_[-1][0] != tag:
        raise bad(f"can't parse entities: Unmatched end tag at byte offset {_bytes(text, token)}")
    _tag_name, start, attributes = open_.pop()
    language = _LANGUAGE.search(attributes)
    if tag == "code" and language and open_ and open_[-1][:2] == ("pre", start):
        open_[-1] = ("pre", start, f'language="{language.group(1)}"')  # told by the code inside
        return
    entity: dict[str, Any] = {"type": _TAGS[tag], "offset": start, "length": at - start}
    entities.append(entity | _details(tag, attributes))


def _details(tag: str, attributes: str) -> dict[str, Any]:
    """What a tag's attributes add to its entity."""
    if tag == "a":
        return {"url": html.unescape(_attribute(attributes, "href"))}
    if tag == "pre" and _attribute(attributes, "language"):
        return {"language": _attribute(attributes, "language")}
    if tag == "tg-emoji":
        return {"custom_emoji_id": _attribute(attributes, "emoji-id")}
    if tag == "blockquote" and attributes.strip() == "expandable":
        return {"type": "expandable_blockquote"}
    return {}


def _attribute(attributes: str, name: str) -> str:
    found = re.search(rf'{name}\s*=\s*"([^"]*)"', attributes)
    return found.group(1) if found else ""


def command_entities(text: str) -> list[dict[str, Any]]:
    """The bot commands in a plain text, as clients mark them."""
    return [
        {"type": "bot_command", "offset": units(text[: found.start(1)]), "length": units(found.group(1))}
        for found in re.finditer(r"(?:^|(?<=\s))(/[a-zA-Z0-9_]{1,32}(?:@\w{3,32})?)(?=\s|$)", text)
    ]
