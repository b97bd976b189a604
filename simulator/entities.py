"""A text's entities: those a bot gave or wrote as HTML, and those that Telegram finds by itself."""

import re
from collections.abc import Callable
from typing import Any

from simulator.errors import bad
from simulator.tags import Reader, units

__all__ = ["found_in", "parse", "units"]

User = dict[str, Any]
_DOMAINS = "app|cc|cn|co|com|de|dev|edu|gov|info|io|me|net|org|ru|tv|uk|us"
# In this order: what an earlier one has marked, a later one does not mark again
_PATTERNS = {
    "url": re.compile(
        rf"(?<![\w@./-])(?:(?:https?|ftp|tg)://[^\s<>\"]+|(?:[\w-]+\.)+(?:{_DOMAINS})\b(?::\d+)?(?:/[^\s<>\"]*)?(?![\w@]))",
        re.IGNORECASE,
    ),
    "email": re.compile(r"(?<![\w.+-])[\w.+-]+@(?:[\w-]+\.)+[a-zA-Z]{2,}(?!\w)"),
    "bot_command": re.compile(r"(?:^|(?<=\s))/[a-zA-Z0-9_]{1,32}(?:@\w{3,32})?(?=\s|$)"),
    "mention": re.compile(r"(?<![\w@/])@[a-zA-Z]\w{2,31}(?!\w)", re.ASCII),
    "hashtag": re.compile(r"(?<![\w#/])#(?=\w*[^\W\d])\w{1,256}"),
}
_VERBATIM = ("code", "pre", "text_link", "text_mention")  # Telegram finds nothing inside these
_GIVEN = (
    "mention hashtag cashtag bot_command url email phone_number bold italic underline strikethrough spoiler blockquote "
    "expandable_blockquote code pre text_link text_mention custom_emoji date_time"
).split()
LOW_SURROGATE, LAST_SURROGATE = 0xDC00, 0xDFFF  # the second half of a letter beyond the first plane
_USER_LINK = re.compile(r"tg://user/?\?id=(\d{1,18})")


def parse(
    text: str,
    mode: str | None,
    given: list[dict[str, Any]] | None = None,
    user: Callable[[int], User | None] = lambda _id: None,
) -> tuple[str, list[dict[str, Any]]]:
    """Plain text and entities, parsed or `given`; what Telegram could not parse is refused in its words.
    `user` finds whom a mention by id may name: a person the bot knows, else there is no mention."""
    if not mode:
        plain = clean(text).strip() if not given else clean(text).rstrip()
        entities = [entity for entity in given or [] if _is_known(entity)]
        for entity in entities:
            _require_whole(entity, plain)
    elif mode.lower() == "html":
        plain, entities = _without_lead(*Reader(clean(text)).read())
    else:
        raise bad(f"unsupported parse_mode {mode}: only HTML is simulated")
    entities = [named for entity in entities if (named := _mention(entity, user)) is not None]
    entities += found_in(plain, entities)
    return plain, sorted(entities, key=lambda entity: (entity["offset"], -entity["length"]))


def clean(text: str) -> str:
    """Line ends as one character, and no control characters."""
    return re.sub(r"[\x00-\x09\x0b-\x1f]", " ", text.replace("\r", ""))


def _without_lead(plain: str, entities: list[dict[str, Any]]) -> tuple[str, list[dict[str, Any]]]:
    """Spaces before the text go, but none that an entity begins with."""
    lead = len(plain) - len(plain.lstrip())
    cut = min([lead, *(entity["offset"] for entity in entities)])
    return plain[cut:], [entity | {"offset": entity["offset"] - cut} for entity in entities]


def _is_known(entity: dict[str, Any]) -> bool:
    known = entity["type"] in _GIVEN and entity["offset"] >= 0 and entity["length"] > 0
    return known and (entity["type"] != "text_link" or "url" in entity)


def _require_whole(entity: dict[str, Any], plain: str) -> None:
    """400 for one that ends behind the text or cuts a letter of two UTF-16 units in two, which is what whoever counts
    code points sends."""
    begins, ends = entity["offset"], entity["offset"] + entity["length"]
    raw = plain.encode("utf-16-le")
    where = f"entity beginning at UTF-16 offset {begins} ends"
    if ends > len(raw) // 2:
        raise bad(f"{where} after the end of the text at UTF-16 offset {ends}")
    for at, said in ((begins, "entity begins"), (ends, where)):
        if LOW_SURROGATE <= int.from_bytes(raw[2 * at : 2 * at + 2], "little") <= LAST_SURROGATE:
            raise bad(f"{said} in a middle of a UTF-16 symbol at byte offset {2 * at}")


def _mention(entity: dict[str, Any], user: Callable[[int], User | None]) -> dict[str, Any] | None:
    """A link to `tg://user?id=` is a mention of that person."""
    wanted = _USER_LINK.fullmatch(entity.get("url", ""))
    number = int(wanted.group(1)) if wanted else entity.get("user", {}).get("id")
    if number is None:
        return entity
    person = user(number)
    place = {"type": "text_mention", "offset": entity["offset"], "length": entity["length"]}
    return place | {"user": person} if person is not None else None


def found_in(text: str, there: list[dict[str, Any]] | None = None) -> list[dict[str, Any]]:
    """Links, addresses, commands, mentions and hashtags in a plain text, as clients mark them."""
    taken = [range(e["offset"], e["offset"] + e["length"]) for e in there or [] if e["type"] in _VERBATIM]
    found: list[dict[str, Any]] = []
    for kind, pattern in _PATTERNS.items():
        for match in pattern.finditer(text):
            words = match.group().rstrip(".,:;!?'\")") if kind == "url" else match.group()
            place = range(units(text[: match.start()]), units(text[: match.start()]) + units(words))
            if not any(place.start < other.stop and other.start < place.stop for other in taken):
                taken.append(place)
                found.append({"type": kind, "offset": place.start, "length": len(place)})
    return sorted(found, key=lambda entity: entity["offset"])
