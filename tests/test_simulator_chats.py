"""Who is in a chat, what they may do there, and what a bot hears of it. Each test quotes the rule it holds."""

from typing import Any

import pytest

from simulator.client import Phone
from tests.city import BOT
from tests.wire import Wire


async def _group(wire: Wire, *phones: Phone, status: str = "member", kind: str = "supergroup") -> int:
    chat = await wire.remote.group("G", *phones, kind=kind, admins=phones[:1])
    await wire.remote.ask("add_bot", chat=chat, person=phones[0].id, status=status)
    return chat


async def _updates(wire: Wire, *kinds: str) -> list[dict[str, Any]]:
    return list(await wire.result("getUpdates", offset=0, allowed_updates=list(kinds)))


async def test_standings_are_told_to_administrators(wire: Wire) -> None:
    """ "chat_member ... the bot must be an administrator"; a person is promoted, restricted, kicked."""
    ana, ben = await wire.remote.phone("Ana"), await wire.remote.phone("Ben")
    chat = await _group(wire, ana, ben, status="administrator")
    await _updates(wire, "chat_member", "message")
    for status in ("administrator", "restricted", "kicked"):
        await wire.remote.ask("standing", person=ben.id, chat=chat, status=status, by=ana.id)
    heard = await _updates(wire, "chat_member", "message")
    changes = [update["chat_member"] for update in heard if "chat_member" in update]
    assert [change["new_chat_member"]["status"] for change in changes] == [
        "administrator",
        "restricted",
        "kicked",
    ]
    assert all(change["from"]["id"] == ana.id for change in changes)
    assert heard[-1]["message"]["left_chat_member"]["id"] == ben.id
    with pytest.raises(ValueError, match="not a member"):
        await ben.says(chat, "still here")
    with pytest.raises(ValueError, match="kicked"):
        await wire.remote.ask("join", person=ben.id, chat=chat)


async def test_the_restricted_send_what_is_left_to_them(wire: Wire) -> None:
    """A restriction leaves rights: words, but no photos."""
    ana, ben = await wire.remote.phone("Ana"), await wire.remote.phone("Ben")
    chat = await _group(wire, ana, ben)
    left = {"can_send_messages": True}
    await wire.remote.ask("standing", person=ben.id, chat=chat, status="restricted", by=ana.id, rights=left)
    await ben.says(chat, "words")
    with pytest.raises(ValueError, match="restricted"):
        await ben.sends_photos(chat)


async def test_accounts_and_groups_end(wire: Wire) -> None:
    """ "Forbidden: user is deactivated"; "Forbidden: the group chat was deleted"."""
    ana, ben = await wire.started("Ana"), await wire.started("Ben")
    small, large = await _group(wire, ana, ben, kind="group"), await _group(wire, ana, ben)
    await wire.remote.ask("deactivate", person=ben.id)
    assert await wire.refusal("sendMessage", chat_id=ben.id, text="x") == "Forbidden: user is deactivated"
    await wire.remote.ask("delete_chat", chat=small)
    await wire.remote.ask("delete_chat", chat=large)
    assert (
        await wire.refusal("sendMessage", chat_id=small, text="x") == "Forbidden: the group chat was deleted"
    )
    assert "bot was kicked from the supergroup" in await wire.refusal("sendMessage", chat_id=large, text="x")
    assert {chat["id"] for chat in (await wire.remote.ask("chats", person=ana.id))["chats"]} == {BOT}


async def test_channels(wire: Wire) -> None:
    """A bot that is administrator hears `channel_post`; what it posts is the channel's, and reaches the linked group."""
    ana = await wire.remote.phone("Ana")
    group = await _group(wire, ana, status="administrator")
    channel = (await wire.remote.ask("channel", title="News", owner=ana.id, group=group))["id"]
    assert await wire.refusal("sendMessage", chat_id=channel, text="x") == "Bad Request: chat not found"
    await wire.remote.ask("add_bot", chat=channel, person=ana.id)
    assert "administrator rights" in await wire.refusal("sendMessage", chat_id=channel, text="x")
    await wire.remote.ask("add_bot", chat=channel, person=ana.id, status="administrator")
    await wire.remote.ask("post", channel=channel, text="hello")
    sent = await wire.result("sendMessage", chat_id=channel, text="from the bot")
    assert sent["sender_chat"]["id"] == channel and "from" not in sent
    await wire.result("editMessageText", chat_id=channel, message_id=sent["message_id"], text="edited")
    heard = await _updates(wire)
    posts = [update["channel_post"] for update in heard if "channel_post" in update]
    assert [post["text"] for post in posts] == ["hello"] and "from" not in posts[0]
    forwards = [u["message"] for u in heard if u.get("message", {}).get("is_automatic_forward")]
    assert [message["text"] for message in forwards] == ["hello", "from the bot"]
    assert {message["from"]["id"] for message in forwards} == {777000}


async def test_privacy_is_kept_from_when_the_bot_joined(wire: Wire) -> None:
    """ "Toggling needs remove + re-add"."""
    ana = await wire.remote.phone("Ana")
    chat = await _group(wire, ana)
    await wire.remote.ask("privacy", on=False)
    await ana.says(chat, "unheard")
    for status in ("left", "member"):
        await wire.remote.ask("add_bot", chat=chat, person=ana.id, status=status)
    await ana.says(chat, "heard")
    said = [update["message"].get("text") for update in await _updates(wire) if "message" in update]
    assert [text for text in said if text] == ["heard"]


async def test_mentions_by_id_need_somebody_the_bot_knows(wire: Wire) -> None:
    """A link to `tg://user?id=` is a mention of a person the bot has met; of nobody else."""
    ben, stranger = await wire.started(), await wire.remote.phone("Eve")
    for person, kinds in ((ben, ["text_mention"]), (stranger, [])):
        text = f'<a href="tg://user?id={person.id}">you</a>'
        sent = await wire.result("sendMessage", chat_id=ben.id, text=text, parse_mode="HTML")
        assert [entity["type"] for entity in sent.get("entities", [])] == kinds
    assert (await wire.result("getChat", chat_id=ben.id))["first_name"] == "Ben"


@pytest.mark.parametrize(
    ("button", "words"),
    [
        ({"url": "http://localhost/x"}, "'http://localhost/x' is invalid: Wrong HTTP URL"),
        ({"url": "ftp://example.org"}, "Unsupported URL protocol"),
        ({"web_app": {"url": "https://example.org"}}, "BUTTON_TYPE_INVALID"),
        ({"callback_data": "x" * 65}, "BUTTON_DATA_INVALID"),
    ],
)
async def test_buttons_that_are_refused(wire: Wire, button: dict[str, Any], words: str) -> None:
    """`web_app` buttons work only in private chats; an address must be one."""
    ana = await wire.remote.phone("Ana")
    chat = await _group(wire, ana)
    keyboard = {"inline_keyboard": [[{"text": "Go"} | button]]}
    assert words in await wire.refusal("sendMessage", chat_id=chat, text="x", reply_markup=keyboard)


async def test_other_refusals(wire: Wire) -> None:
    """Too many buttons, photos that are none, files of another kind, edits of a message that came with keys."""
    ben = await wire.started()
    many = {"inline_keyboard": [[{"text": "Go", "callback_data": "x"}]] * 101}
    assert "too long" in await wire.refusal("sendMessage", chat_id=ben.id, text="x", reply_markup=many)
    await wire.remote.ask("document", person=ben.id, chat=BOT)
    file_id = (await _updates(wire))[-1]["message"]["document"]["file_id"]
    assert "type Document as Photo" in await wire.refusal("sendPhoto", chat_id=ben.id, photo=file_id)
    keys = {"keyboard": [[{"text": "Skip"}]]}
    sent = await wire.result("sendMessage", chat_id=ben.id, text="x", reply_markup=keys)
    where = {"chat_id": ben.id, "message_id": sent["message_id"]}
    assert "can't be edited" in await wire.refusal("editMessageText", **where, text="y")
    await wire.result("pinChatMessage", **where)
    assert (await wire.result("getChat", chat_id=ben.id))["pinned_message"]["text"] == "x"


@pytest.mark.parametrize(
    ("verb", "arguments", "words"),
    [
        ("say", {"text": " "}, "needs words"),
        ("say", {"text": "x" * 4097}, "at most 4096"),
        ("location", {"latitude": 91, "longitude": 0}, "no such place"),
        ("topic", {"name": "T"}, "not a forum"),
        ("migrate", {}, "only a basic group"),
        ("standing", {"status": "king", "by": 0}, "a standing is one of"),
    ],
)
async def test_people_cannot_do_what_no_client_lets_them(
    wire: Wire, verb: str, arguments: dict[str, Any], words: str
) -> None:
    """The control API refuses what a person's own Telegram would."""
    ana = await wire.remote.phone("Ana")
    chat = await _group(wire, ana)
    by = {"by": ana.id} if "by" in arguments else {}
    with pytest.raises(ValueError, match=words):
        await wire.remote.ask(verb, person=ana.id, chat=chat, **arguments | by)


async def test_odd_values_are_refused_in_telegrams_form(wire: Wire) -> None:
    """Never 500: numbers as labels are read as words, and what cannot be read is a 400."""
    ben = await wire.started()
    keys = {"inline_keyboard": [[{"text": 1, "callback_data": 5}]]}
    sent = await wire.result(
        "sendMessage", chat_id=ben.id, text="x", reply_markup=keys, message_thread_id=None
    )
    assert sent["reply_markup"]["inline_keyboard"][0][0] == {"text": "1", "callback_data": "5"}
    where = {"chat_id": ben.id, "text": "x"}
    odd = [
        (
            "sendMessage",
            where | {"reply_markup": {"inline_keyboard": [[{"text": "a", "url": "https://[bad"}]]}},
        ),
        ("sendMessage", where | {"reply_markup": {"inline_keyboard": [[{"text": "a", "style": "danger"}]]}}),
        ("setWebhook", {"url": "https://example.com:99999/x"}),
        ("setWebhook", {"url": "https://192.168.1.5/x"}),
        ("setWebhook", {"url": "https://"}),
        ("leaveChat", {"chat_id": ben.id}),
        (
            "setMessageReaction",
            {"chat_id": ben.id, "message_id": 1, "reaction": [{"type": "emoji", "emoji": "x"}]},
        ),
        ("answerCallbackQuery", {"callback_query_id": "1", "url": "https://example.com/x"}),
        ("sendMessage", where | {"reply_parameters": {"message_id": 1, "quote": "not in it"}}),
        ("sendLocation", {"chat_id": ben.id, "latitude": 1, "longitude": 1, "live_period": 5}),
        ("setMessageReaction", {"chat_id": ben.id, "message_id": 1, "reaction": [{"type": "paid"}]}),
        ("setMyCommands", {"commands": [], "scope": {"type": "nonsense"}}),
        ("setMyCommands", {"commands": [], "scope": {"type": "chat"}}),
        ("setChatMenuButton", {"menu_button": {"type": "nonsense"}}),
    ]
    for method, parameters in odd:
        assert (await wire.ask(method, **parameters))[0] == 400, (method, parameters)
    await wire.remote.ask("limits", on=False)
    for_ever = {"chat_id": ben.id, "latitude": 1, "longitude": 1, "live_period": 0x7FFFFFFF}
    assert (await wire.ask("sendLocation", **for_ever))[0] == 200
    numbers = {"type": "bold", "offset": "0", "length": "1"}
    assert (await wire.result("sendMessage", **where, entities=[numbers]))["entities"][0]["length"] == 1
    none = {"type": "bold", "offset": -1, "length": 1}
    assert "entities" not in await wire.result("sendMessage", **where, entities=[none])
    await wire.ask("sendMessage", chat_id="9" * 30, text="x")
    (last,) = (await wire.remote.ask("log", method="sendMessage", code=400))["calls"][-1:]
    assert last["description"] == "Bad Request: chat not found"


async def test_a_quote_stands_where_it_was_asked_for(wire: Wire) -> None:
    """ "The quote must be an exact substring of the message"; `quote_position` is in UTF-16 units; it may be formatted."""
    ben = await wire.remote.phone("Ben")
    await ben.starts()
    await wire.remote.ask("limits", on=False)
    first = await wire.result(
        "sendMessage", chat_id=ben.id, text="👍 beta, beta <b>beta</b>", parse_mode="HTML"
    )
    about = {"message_id": first["message_id"], "quote": "beta"}
    for position, place in ((None, 3), (9, 9), (14, 14)):
        asked = about | ({} if position is None else {"quote_position": position})
        sent = await wire.result("sendMessage", chat_id=ben.id, text="x", reply_parameters=asked)
        assert sent["quote"] == {"text": "beta", "position": place, "is_manual": True}
    bold = about | {"quote": "<b>beta</b>", "quote_parse_mode": "HTML"}
    sent = await wire.result("sendMessage", chat_id=ben.id, text="x", reply_parameters=bold)
    assert sent["quote"]["text"] == "beta" and sent["quote"]["entities"][0]["type"] == "bold"


async def test_threads_of_topics_and_of_replies(wire: Wire) -> None:
    """In a topic every message replies to its first; "non-forum supergroups set it on reply chains too"."""
    ana = await wire.remote.phone("Ana")
    forum = await _group(wire, ana, status="administrator", kind="forum")
    thread = (await wire.result("createForumTopic", chat_id=forum, name="T"))["message_thread_id"]
    sent = await wire.result("sendMessage", chat_id=forum, text="x", message_thread_id=thread)
    assert sent["reply_to_message"]["message_id"] == thread
    assert "can't be deleted" in await wire.refusal("deleteMessage", chat_id=forum, message_id=thread)
    heard = [u["message"] for u in await _updates(wire) if "message" in u]
    assert any("forum_topic_created" in message for message in heard), "all service messages, its own too"
    plain = await _group(wire, ana, status="administrator")
    first = await ana.says(plain, "one")
    await ana.says(plain, "two", reply_to=first)
    answer = (await _updates(wire))[-1]["message"]
    assert answer["message_thread_id"] == first and "is_topic_message" not in answer
    assert "thread not found" in await wire.refusal(
        "sendMessage", chat_id=plain, text="x", message_thread_id=first
    )


async def test_what_an_administrator_may(wire: Wire) -> None:
    """Rights that were taken away are told, and kept to; other bots are left out unless asked for."""
    ana = await wire.remote.phone("Ana")
    chat = await _group(wire, ana)
    rights = {"can_pin_messages": False}
    await wire.remote.ask("add_bot", chat=chat, person=ana.id, status="administrator", rights=rights)
    await wire.remote.ask("new_bot", token="7:other", username="OtherBot")
    await wire.remote.ask("add_bot", chat=chat, person=ana.id, bot="OtherBot", status="administrator")
    me = await wire.result("getChatMember", chat_id=chat, user_id=BOT)
    assert me["can_manage_chat"] and me["can_delete_messages"] and not me["can_pin_messages"]
    sent = await wire.result("sendMessage", chat_id=chat, text="x")
    assert "not enough rights" in await wire.refusal(
        "pinChatMessage", chat_id=chat, message_id=sent["message_id"]
    )
    leading = await wire.result("getChatAdministrators", chat_id=chat)
    assert {member["user"]["id"] for member in leading} == {ana.id, BOT}
    assert len(await wire.result("getChatAdministrators", chat_id=chat, return_bots=True)) == 3
    await wire.result("leaveChat", chat_id=chat)
    left = [u["my_chat_member"] for u in await _updates(wire) if "my_chat_member" in u][-1]
    assert left["new_chat_member"]["status"] == "left"


async def test_numbers_begin_anew_after_a_quiet_week(wire: Wire) -> None:
    """ "random restart after >= 1 week of silence"."""
    ben = await wire.started()
    before = (await _updates(wire))[-1]["update_id"]
    await wire.result("getUpdates", offset=before + 1)
    await wire.remote.step(8 * 24 * 3600)
    await ben.says(BOT, "again")
    assert (await _updates(wire))[-1]["update_id"] != before + 1
