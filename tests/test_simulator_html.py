"""The simulator reads HTML as strictly as Telegram, and counts in UTF-16. Each test quotes the rule it holds."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator import entities
from simulator.errors import ApiError


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("<b>x", 'Can\'t find end tag corresponding to start tag "b"'),
        ("中x</b>", "Unexpected end tag at byte offset 4"),
        ("<b><i>x</b></i>", 'Unmatched end tag at byte offset 7, expected "</i>", found "</b>"'),
        ("<blink>x</blink>", 'Unsupported start tag "blink" at byte offset 0'),
        ("a < b>", 'Unsupported start tag "" at byte offset 2'),
        ("a <b", "Unclosed start tag at byte offset 2"),
        ("<b>a</b", "Unclosed end tag at byte offset 4"),
        ('<a href="x>y</a>', 'Unclosed start tag "a" at byte offset 0'),
        ("<a =x>y</a>", 'Empty attribute name in the tag "a" at byte offset 0'),
    ],
)
def test_broken_html_is_refused(text: str, words: str) -> None:
    """ "can't parse entities", and where."""
    with pytest.raises(ApiError) as refused:
        entities.parse(text, "HTML")
    assert refused.value.description == f"Bad Request: can't parse entities: {words}"


def test_html_may_be_written_in_more_than_one_way() -> None:
    """Attributes in either quotes or none, `</>` for the nearest tag, entities by number or without semicolon."""
    assert entities.parse("<a href='https://t.me/x'>d</>", "HTML") == entities.parse(
        '<A HREF="https://t.me/x" >d</a >', "HTML"
    )
    assert entities.parse("&#65;&#x42;&lt&copy;&", "HTML")[0] == "AB<&copy;&"
    assert entities.parse('<a href="javascript:x">d</a>', "HTML") == ("d", [])
    assert entities.parse("<a>https://t.me</a>", "HTML")[1][0]["url"] == "https://t.me"


def test_what_telegram_finds_by_itself() -> None:
    """Links, addresses, mentions, hashtags and commands, but not inside code and links."""
    text = (
        "see https://t.me/x?a=1. or example.org, @duty_bot, #志愿者 #17 mail a.b@c.org /claim@duty_bot 8.30"
    )
    found = {text[e["offset"] : e["offset"] + e["length"]]: e["type"] for e in entities.parse(text, None)[1]}
    assert found == {
        "https://t.me/x?a=1": "url", "example.org": "url", "@duty_bot": "mention", "#志愿者": "hashtag",
        "a.b@c.org": "email", "/claim@duty_bot": "bot_command",
    }  # fmt: skip
    assert [e["type"] for e in entities.parse("<code>@duty_bot t.me</code>", "HTML")[1]] == ["code"]


def test_entity_offsets_are_utf16() -> None:
    """ "UTF-16 units for entities"."""
    plain, found = entities.parse("😀<b>重点</b> &lt;b&gt; /claim", "HTML")
    assert plain == "😀重点 <b> /claim"
    assert found == [
        {"type": "bold", "offset": 2, "length": 2},
        {"type": "bot_command", "offset": 9, "length": 6},
    ]


def test_every_tag_telegram_knows() -> None:
    """Spoilers as `span class="tg-spoiler"` or `tg-spoiler`, expandable quotations, custom emoji, links."""
    text = (
        '<span class="tg-spoiler">a</span><blockquote expandable>b</blockquote>'
        '<tg-emoji emoji-id="5">c</tg-emoji><a href="https://t.me/x?a=1&amp;b=2">d</a>'
    )
    plain, found = entities.parse(text, "HTML")
    assert plain == "abcd"
    assert [entity["type"] for entity in found] == [
        "spoiler",
        "expandable_blockquote",
        "custom_emoji",
        "text_link",
    ]
    assert found[3]["url"] == "https://t.me/x?a=1&b=2"
    assert entities.parse('<pre><code class="language-py">x /a</code></pre>', "HTML")[1] == [
        {"type": "pre", "offset": 0, "length": 4, "language": "py"}
    ]
    assert entities.parse("<b>hello   </b>", "HTML") == (
        "hello",
        [{"type": "bold", "offset": 0, "length": 5}],
    )
    with pytest.raises(ApiError, match="tg-spoiler"):
        entities.parse("<span>x</span>", "HTML")


@given(st.text())
def test_escaped_text_always_parses_to_itself(text: str) -> None:
    from markupsafe import escape

    text = entities.clean(text)
    plain, _ = entities.parse(str(escape(text)), "HTML")
    assert plain == text.strip()
