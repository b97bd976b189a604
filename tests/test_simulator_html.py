"""The simulator reads HTML as strictly as Telegram, and counts in UTF-16. Each test quotes the rule it holds."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator import entities
from simulator.errors import ApiError


@pytest.mark.parametrize("text", ["<b>x", "x</b>", "<b><i>x</b></i>", "<blink>x</blink>", "a < b"])
def test_broken_html_is_refused(text: str) -> None:
    """ "can't parse entities"."""
    with pytest.raises(ApiError, match="can't parse entities"):
        entities.parse(text, "HTML")


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

    plain, _ = entities.parse(str(escape(text)), "HTML")
    assert plain == text.rstrip()
