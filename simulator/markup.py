"""A message's text and entities as safe HTML, for a page. Offsets are UTF-16 units."""

import html
import re
from typing import Any

_TAGS = {
    "bold": "b", "italic": "i", "underline": "u", "strikethrough": "s", "code": "code", "pre": "pre",
    "blockquote": "blockquote", "expandable_blockquote": "blockquote", "spoiler": "span",
}  # fmt: skip
_HAN = re.compile(r"[\u3400-\u9fff]")


def as_html(text: str, entities: list[dict[str, Any]]) -> str:
    """Escaped text with the tags of its entities; links are shown and not followed."""
    raw = text.encode("utf-16-le")
    marks: dict[int, list[str]] = {}
    for entity in sorted(entities, key=lambda entity: (entity["offset"], -entity["length"])):
        tag = _TAGS.get(entity["type"])
        if tag is None:
            continue
        marks.setdefault(entity["offset"], []).append(f"<{tag}>")
        marks.setdefault(entity["offset"] + entity["length"], []).insert(0, f"</{tag}>")
    out, before = [], 0
    for at in [*sorted(marks), len(raw) // 2]:
        out.append(html.escape(raw[before * 2 : at * 2].decode("utf-16-le", "replace")))
        out += marks.get(at, [])
        before = at
    return "".join(out).replace("</blockquote>\n", "</blockquote>").replace("\n", "<br>")


def language_of(text: str) -> str:
    """The `lang` of a text: Chinese where Han characters stand in it."""
    return "zh" if _HAN.search(text) else "en"
