"""Strict HTML as Telegram reads it: plain text and the tags in it. What it cannot read it refuses in its words."""

import html
import re
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, NoReturn

from simulator.errors import bad

_KINDS = {
    "b": "bold", "strong": "bold", "i": "italic", "em": "italic", "u": "underline", "ins": "underline",
    "s": "strikethrough", "strike": "strikethrough", "del": "strikethrough", "code": "code", "pre": "pre",
    "a": "text_link", "blockquote": "blockquote", "tg-spoiler": "spoiler", "span": "spoiler", "tg-emoji": "custom_emoji",
}  # fmt: skip
_NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
_SPACE = " \t\n\r\v\f"
_LINKS = ("http", "https", "tg", "ton")


def units(text: str) -> int:
    """Length in UTF-16 code units."""
    return len(text.encode("utf-16-le")) // 2


@lru_cache
def _any_of(characters: str) -> re.Pattern[str]:
    return re.compile(f"[{re.escape(characters)}]")


def scheme_of(url: str) -> str:
    """The scheme of a link, `http` where it names none."""
    named = re.match(r"([a-zA-Z][a-zA-Z0-9+.-]*):(?![0-9])", url)
    return named.group(1).lower() if named else "http"


def refuse(words: str) -> NoReturn:
    raise bad(f"can't parse entities: {words}")


@dataclass
class Tag:
    """A tag that is open; `start` is where its text begins, in UTF-16 units."""

    name: str
    start: int
    attributes: dict[str, str]


@dataclass
class Reader:
    """Reads one text from its beginning to its end."""

    text: str
    at: int = 0
    out: list[str] = field(default_factory=list)
    length: int = 0  # of what was read, in UTF-16 units
    open: list[Tag] = field(default_factory=list)
    entities: list[dict[str, Any]] = field(default_factory=list)

    def read(self) -> tuple[str, list[dict[str, Any]]]:
        while self.at < len(self.text):
            if self.text[self.at] != "<":
                self._put(self._character("<"))
            elif self.text.startswith("</", self.at):
                self._close()
            else:
                self._open()
        if self.open:
            refuse(f'Can\'t find end tag corresponding to start tag "{self.open[-1].name}"')
        plain = "".join(self.out).rstrip()
        code = [e for e in self.entities if e["type"] in ("code", "pre")]  # nothing else counts inside these
        self.entities = [e for e in self.entities if e in code or not any(_within(e, span) for span in code)]
        end = units(plain)  # what is trimmed from the text is trimmed from its entities
        for entity in self.entities:
            entity["length"] = min(entity["length"], end - entity["offset"])
        return plain, [entity for entity in self.entities if entity["length"] > 0]

    def _put(self, piece: str) -> None:
        self.out.append(piece)
        self.length += units(piece)

    def _bytes(self, at: int) -> int:
        return len(self.text[:at].encode())

    def _until(self, stops: str) -> str:
        """What stands before the next of `stops`, or the rest."""
        begin = self.at
        found = _any_of(stops).search(self.text, begin)
        self.at = found.start() if found else len(self.text)
        return self.text[begin : self.at]

    def _skip_space(self) -> None:
        while self.at < len(self.text) and self.text[self.at] in _SPACE:
            self.at += 1

    def _here(self) -> str:
        return self.text[self.at : self.at + 1]

    def _character(self, stops: str) -> str:
        """A run of plain characters, or one HTML entity; the semicolon may be missing."""
        if self._here() != "&":
            return self._until(stops + "&")
        begin = self.at
        self.at += 1
        while self.at < len(self.text) and (self._here().isalnum() or self._here() == "#"):
            self.at += 1
        name = self.text[begin + 1 : self.at]
        value = _NAMED.get(name)
        if name.startswith("#"):
            value = _numbered(name[1:])
        if value is None:
            self.at = begin + 1
            return "&"
        self.at += self._here() == ";"
        return value

    def _open(self) -> None:
        begin = self.at
        self.at += 1
        name = self._until(_SPACE + ">").lower()
        if not self._here():
            refuse(f"Unclosed start tag at byte offset {self._bytes(begin)}")
        if name not in _KINDS:
            refuse(f'Unsupported start tag "{name}" at byte offset {self._bytes(begin)}')
        attributes: dict[str, str] = {}
        while True:
            self._skip_space()
            if self._here() == ">":
                break
            self._attribute(name, begin, attributes)
        self.at += 1
        if name == "span" and attributes.get("class") != "tg-spoiler":
            refuse(f'Tag "span" must have class "tg-spoiler" at byte offset {self._bytes(begin)}')
        self.open.append(Tag(name, self.length, attributes))

    def _attribute(self, tag: str, begin: int, attributes: dict[str, str]) -> None:
        name = self._until(_SPACE + "=>").lower()
        self._skip_space()
        if not self._here():
            self._unclosed(tag, begin)
        if not name:
            refuse(f'Empty attribute name in the tag "{tag}" at byte offset {self._bytes(begin)}')
        if self._here() != "=":
            attributes[name] = ""
            return
        self.at += 1
        self._skip_space()
        quote = self._here()
        if not quote:
            self._unclosed(tag, begin)
        attributes[name] = self._quoted(tag, begin) if quote in "'\"" else self._until(_SPACE + ">")

    def _quoted(self, tag: str, begin: int) -> str:
        quote = self._here()
        self.at += 1
        value = []
        while self._here() != quote:
            if not self._here():
                self._unclosed(tag, begin)
            value.append(self._character(quote))
        self.at += 1
        return "".join(value)

    def _unclosed(self, tag: str, begin: int) -> NoReturn:
        refuse(f'Unclosed start tag "{tag}" at byte offset {self._bytes(begin)}')

    def _close(self) -> None:
        begin = self.at
        self.at += 2
        name = self._until(_SPACE + ">").lower()
        self._skip_space()
        if self._here() != ">":
            refuse(f"Unclosed end tag at byte offset {self._bytes(begin)}")
        self.at += 1
        if not self.open:
            refuse(f"Unexpected end tag at byte offset {self._bytes(begin)}")
        expected = self.open[-1].name
        if name not in ("", expected):
            found = f'expected "</{expected}>", found "</{name}>"'
            refuse(f"Unmatched end tag at byte offset {self._bytes(begin)}, {found}")
        self._note(self.open.pop())

    def _note(self, tag: Tag) -> None:
        """The entity of a tag that has been closed."""
        language = tag.attributes.get("class", "").removeprefix("language-")
        outer = self.open[-1] if self.open else None
        if tag.name == "code" and outer is not None and (outer.name, outer.start) == ("pre", tag.start):
            if language != tag.attributes.get("class", ""):
                outer.attributes["language"] = language  # told by the code inside
            return
        words = "".join(self.out).encode("utf-16-le")[tag.start * 2 :].decode("utf-16-le", "replace")
        details = _details(tag, words)
        if details is not None:
            place = {"type": _KINDS[tag.name], "offset": tag.start, "length": self.length - tag.start}
            self.entities.append(place | details)


def _within(inner: dict[str, Any], outer: dict[str, Any]) -> bool:
    ends = inner["offset"] + inner["length"] <= outer["offset"] + outer["length"]
    return bool(inner["offset"] >= outer["offset"] and ends)


def _numbered(digits: str) -> str | None:
    number = digits[1:] if digits[:1] in ("x", "X") else digits
    allowed = "0123456789abcdefABCDEF" if number != digits else "0123456789"
    return html.unescape(f"&#{digits};") if number and set(number) <= set(allowed) else None


def _details(tag: Tag, words: str) -> dict[str, Any] | None:
    """What a tag's attributes add to its entity; None when there is no entity after all."""
    attributes = tag.attributes
    if tag.name == "a":
        url = attributes.get("href") or words
        return {"url": url} if scheme_of(url) in _LINKS else None
    if tag.name == "pre" and attributes.get("language"):
        return {"language": attributes["language"]}
    if tag.name == "tg-emoji":
        return {"custom_emoji_id": attributes["emoji-id"]} if attributes.get("emoji-id") else None
    if tag.name == "blockquote" and "expandable" in attributes:
        return {"type": "expandable_blockquote"}
    return {}
