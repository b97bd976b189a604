"""The same scenes driven by two bot libraries, each of which parses strictly in its own way. Every result is also
checked against the specification before it leaves (`strict`)."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from simulator.client import Remote
from simulator.server import Server, Simulator
from tests.city import BOT, TOKEN
from tests.drivers import JPEG, Aiogram, Driver, Ptb, Refused, Scene, press_of


@pytest.fixture(params=["aiogram", "python-telegram-bot"])
async def scene(request: pytest.FixtureRequest) -> AsyncIterator[Scene]:
    simulator = Simulator(strict=True)
    simulator.world.add_bot(TOKEN, "DutyGridBot")
    simulator.api.limits.on = False  # but for the scenes about them
    async with Server(simulator) as url, Remote(url) as remote:
        driver: Driver = Aiogram(url) if request.param == "aiogram" else Ptb(url)
        yield Scene(driver, remote, simulator)
        await driver.close()


def keys(data: str = "x", label: str = "Go") -> dict[str, Any]:
    return {"inline_keyboard": [[{"text": label, "callback_data": data}]]}


async def refused(call: Any, words: str) -> None:
    with pytest.raises(Refused) as found:
        await call
    assert words.lower() in found.value.words


async def test_a_message_is_sent_edited_and_deleted(scene: Scene) -> None:
    ben = await scene.person()
    sent = await scene.bot.call(
        "sendMessage", chat_id=ben.id, text="<b>one</b>", parse_mode="HTML", reply_markup=keys()
    )
    assert (
        sent["text"] == "one" and sent["entities"][0]["type"] == "bold" and sent["chat"]["type"] == "private"
    )
    where = {"chat_id": ben.id, "message_id": sent["message_id"]}
    await refused(
        scene.bot.call("editMessageText", text="<b>one</b>", parse_mode="HTML", reply_markup=keys(), **where),
        "message is not modified",
    )
    edited = await scene.bot.call("editMessageText", text="two", **where)
    assert "reply_markup" not in edited and edited["edit_date"]
    again = await scene.bot.call("editMessageReplyMarkup", reply_markup=keys("y"), **where)
    assert again["reply_markup"]["inline_keyboard"][0][0]["callback_data"] == "y" and again["text"] == "two"
    assert await scene.bot.call("deleteMessage", **where) is True
    await refused(scene.bot.call("deleteMessage", **where), "message to delete not found")


async def test_photos_albums_documents_voices_and_files(scene: Scene) -> None:
    ben = await scene.person()
    photo = await scene.bot.call("sendPhoto", chat_id=ben.id, photo=JPEG, caption="a photo")
    file_id = photo["photo"][-1]["file_id"]
    file = await scene.bot.call("getFile", file_id=file_id)
    assert file["file_size"] == len(JPEG)
    again = await scene.bot.call("sendPhoto", chat_id=ben.id, photo=file_id)
    assert again["photo"][0]["file_unique_id"] == photo["photo"][0]["file_unique_id"]
    album = await scene.bot.call(
        "sendMediaGroup", chat_id=ben.id,
        media=[{"type": "photo", "media": file_id, "caption": "first"}, {"type": "photo", "media": file_id}],
    )  # fmt: skip
    assert len({part["media_group_id"] for part in album}) == 1 and album[0]["caption"] == "first"
    fresh = await scene.bot.call(
        "sendMediaGroup",
        chat_id=ben.id,
        media=[{"type": "photo", "media": JPEG}, {"type": "photo", "media": JPEG + b"2"}],
    )
    assert [part["photo"][0]["file_size"] for part in fresh] == [len(JPEG), len(JPEG) + 1], (
        "uploaded with the album"
    )
    document = await scene.bot.call("sendDocument", chat_id=ben.id, document=b"a list")
    assert document["document"]["file_size"] == 6
    voice = await scene.bot.call("sendVoice", chat_id=ben.id, voice=b"OggS")
    assert voice["voice"]["duration"] == 0
    where = {"chat_id": ben.id, "message_id": photo["message_id"]}
    changed = await scene.bot.call("editMessageCaption", caption="new words", **where)
    assert changed["caption"] == "new words" and changed["photo"]
    await scene.bot.call(
        "editMessageMedia", media={"type": "photo", "media": file_id, "caption": "newer"}, **where
    )
    other = await scene.bot.call("editMessageMedia", media={"type": "photo", "media": JPEG + b"33"}, **where)
    assert other["photo"][0]["file_size"] == len(JPEG) + 2
    await refused(scene.bot.call("editMessageText", text="words", **where), "no text in the message to edit")
    await refused(scene.bot.call("sendPhoto", chat_id=ben.id, photo="nonsense"), "wrong file identifier")


async def test_places_and_venues(scene: Scene) -> None:
    ben = await scene.person()
    place = await scene.bot.call("sendLocation", chat_id=ben.id, latitude=39.03, longitude=117.65)
    assert place["location"]["latitude"] == 39.03
    venue = await scene.bot.call(
        "sendVenue", chat_id=ben.id, latitude=39.03, longitude=117.65, title="East gate", address="Tanggu"
    )
    assert venue["venue"]["title"] == "East gate"


async def test_what_people_send_arrives_as_each_library_reads_it(scene: Scene) -> None:
    ben = await scene.person()
    await ben.says(BOT, "hello")
    await ben.sends_photos(BOT, 2, "an album")
    await ben.shares_place(BOT, 39.03, 117.65)
    await scene.remote.ask("voice", person=ben.id, chat=BOT, seconds=4)
    await scene.remote.ask("document", person=ben.id, chat=BOT, name="list.pdf")
    said = await ben.says(BOT, "first")
    await scene.remote.ask("edit", person=ben.id, chat=BOT, message_id=said, text="changed")
    updates = await scene.bot.updates()
    messages = [update["message"] for update in updates if "message" in update]
    kinds = [
        next(kind for kind in ("text", "photo", "location", "voice", "document") if kind in message)
        for message in messages
    ]
    assert kinds == ["text", "text", "photo", "photo", "location", "voice", "document", "text"]
    assert (
        messages[2]["media_group_id"] == messages[3]["media_group_id"]
        and messages[2]["caption"] == "an album"
    )
    assert [update["edited_message"]["text"] for update in updates if "edited_message" in update] == [
        "changed"
    ]


async def test_a_press_is_answered_with_words_and_with_a_link(scene: Scene) -> None:
    ben = await scene.person()
    await scene.bot.call("sendMessage", chat_id=ben.id, text="card", reply_markup=keys("order:claim:1"))
    for answer, expected in (
        ({"text": "Yours"}, "Yours"),
        ({"url": "https://t.me/DutyGridBot?start=o1"}, ""),
    ):
        pressing = asyncio.create_task(ben.taps(BOT, "Go"))
        query = await press_of(scene.bot.updates)
        assert query["data"] == "order:claim:1" and query["message"]["text"] == "card"
        await scene.bot.call("answerCallbackQuery", callback_query_id=query["id"], **answer)
        assert await pressing == expected
        await scene.bot.updates(offset=10**9)
    await refused(scene.bot.call("answerCallbackQuery", callback_query_id="1"), "query is too old")


async def test_members_rights_pins_and_reactions(scene: Scene) -> None:
    ben = await scene.person()
    chat = await scene.group(ben)
    assert (await scene.bot.call("getChat", chat_id=chat))["title"] == "G"
    assert (await scene.bot.call("getChatMember", chat_id=chat, user_id=ben.id))["status"] == "member"
    assert await scene.bot.call("getChatMemberCount", chat_id=chat) == 2
    said = await ben.says(chat, "hello")
    await scene.bot.call(
        "setMessageReaction", chat_id=chat, message_id=said, reaction=[{"type": "emoji", "emoji": "👍"}]
    )
    sent = await scene.bot.call("sendMessage", chat_id=chat, text="card")
    pin = {"chat_id": chat, "message_id": sent["message_id"]}
    await refused(scene.bot.call("pinChatMessage", **pin), "not enough rights to manage pinned messages")
    await scene.remote.ask("add_bot", chat=chat, person=ben.id, status="administrator")
    assert await scene.bot.call("pinChatMessage", **pin) is True
    assert (await scene.remote.ask("view", person=ben.id, chat=chat))["pinned"] == [sent["message_id"]]
    assert await scene.bot.call("unpinChatMessage", **pin) is True
    assert [m["user"]["id"] for m in await scene.bot.call("getChatAdministrators", chat_id=chat)] == [BOT]
    await scene.bot.call("deleteMessages", chat_id=chat, message_ids=[said, sent["message_id"], 9999])
    left = [
        m for m in (await scene.remote.ask("view", person=ben.id, chat=chat))["messages"] if not m["service"]
    ]
    assert left == []
    await scene.remote.ask("add_bot", chat=chat, person=ben.id, status="restricted")
    await refused(
        scene.bot.call("sendMessage", chat_id=chat, text="x"), "not enough rights to send text messages"
    )
    await scene.remote.ask("add_bot", chat=chat, person=ben.id, status="kicked")
    await refused(
        scene.bot.call("sendMessage", chat_id=chat, text="x"), "bot was kicked from the supergroup chat"
    )


async def test_commands_have_scopes_and_languages(scene: Scene) -> None:
    ben = await scene.remote.phone("Ben", "zh")
    await ben.starts()
    chat = await scene.group(ben)
    listed = [{"command": "orders", "description": "Open duties"}]
    await scene.bot.call("setMyCommands", commands=listed)
    await scene.bot.call(
        "setMyCommands", commands=[{"command": "claim", "description": "接单"}],
        scope={"type": "all_group_chats"}, language_code="zh",
    )  # fmt: skip
    assert (await scene.bot.call("getMyCommands"))[0]["command"] == "orders"
    here = (await scene.remote.ask("commands", person=ben.id, chat=chat))["commands"]
    there = (await scene.remote.ask("commands", person=ben.id, chat=BOT))["commands"]
    assert [here[0]["description"], there[0]["description"]] == ["接单", "Open duties"]
    await scene.bot.call("setChatMenuButton", menu_button={"type": "commands"})
    await refused(
        scene.bot.call("setMyCommands", commands=[{"command": "UPPER", "description": "x"}]),
        "BOT_COMMAND_INVALID",
    )


async def test_topics(scene: Scene) -> None:
    ben = await scene.person()
    chat = await scene.group(ben, kind="forum", status="administrator")
    topic = await scene.bot.call("createForumTopic", chat_id=chat, name="Duties")
    sent = await scene.bot.call(
        "sendMessage", chat_id=chat, text="card", message_thread_id=topic["message_thread_id"]
    )
    assert sent["is_topic_message"] and sent["message_thread_id"] == topic["message_thread_id"]
    await refused(
        scene.bot.call("sendMessage", chat_id=chat, text="x", message_thread_id=999),
        "message thread not found",
    )
    await ben.says(chat, "hello", thread=topic["message_thread_id"])
    heard = [update["message"] for update in await scene.bot.updates() if "message" in update][-1]
    assert heard["reply_to_message"]["message_id"] == topic["message_thread_id"], "every message in a topic"


async def test_hidden_senders(scene: Scene) -> None:
    """Anonymous administrators, channels as senders and a linked channel's posts carry `sender_chat`."""
    ben = await scene.person()
    chat = await scene.group(ben, status="administrator")
    channel = (await scene.remote.ask("channel", title="News", owner=ben.id, group=chat))["id"]
    await scene.remote.ask("say", person=ben.id, chat=chat, text="as the group", anonymous=True)
    await scene.remote.ask("say", person=ben.id, chat=chat, text="as a channel", channel=channel)
    await scene.remote.ask("post", channel=channel, text="a post")
    heard = [
        update["message"]
        for update in await scene.bot.updates()
        if "sender_chat" in update.get("message", {})
    ]
    assert [message["from"]["id"] for message in heard] == [1087968824, 136817688, 777000]
    assert [message["sender_chat"]["id"] for message in heard] == [chat, channel, channel]
    assert heard[2]["is_automatic_forward"]


async def test_people_joining_and_leaving(scene: Scene) -> None:
    ben, carl = await scene.person(), await scene.person("Carl")
    chat = await scene.group(ben, status="administrator")
    await scene.bot.updates(offset=-1, allowed_updates=["message", "chat_member", "my_chat_member"])
    await scene.remote.ask("join", person=carl.id, chat=chat)
    await scene.remote.ask("leave", person=carl.id, chat=chat)
    updates = await scene.bot.updates(allowed_updates=["message", "chat_member", "my_chat_member"])
    changes = [
        update["chat_member"]["new_chat_member"]["status"] for update in updates if "chat_member" in update
    ]
    assert changes == ["member", "left"]
    assert any("new_chat_members" in update.get("message", {}) for update in updates)
    assert any("left_chat_member" in update.get("message", {}) for update in updates)
    assert await scene.bot.call("leaveChat", chat_id=chat) is True
    await refused(
        scene.bot.call("sendMessage", chat_id=chat, text="x"), "bot is not a member of the supergroup chat"
    )


async def test_a_method_that_is_not_simulated_says_so(scene: Scene) -> None:
    ben = await scene.person()
    await refused(scene.bot.call("sendDice", chat_id=ben.id), "sendDice is not simulated")


async def test_a_429_says_how_long_to_wait(scene: Scene) -> None:
    ben = await scene.person()
    scene.simulator.api.limits.on = True
    with pytest.raises(Refused) as found:
        for number in range(10):
            await scene.bot.call("sendMessage", chat_id=ben.id, text=str(number))
    assert "retry" in found.value.words or "flood" in found.value.words
    calls = (await scene.remote.ask("log", code=429))["calls"]
    assert calls[0]["method"] == "sendMessage" and calls[0]["chat_id"] == ben.id


@pytest.mark.parametrize(
    ("text", "offset", "length", "said"),
    [
        ("abc", 1, 40, "after the end of the text"),
        ("😀 abc", 1, 2, "in a middle of a UTF-16 symbol"),
        ("a😀", 0, 2, "in a middle of"),
    ],
)
async def test_an_entity_that_was_counted_in_code_points_is_refused(
    scene: Scene, text: str, offset: int, length: int, said: str
) -> None:
    """As td's `clean_input_string_with_entities` does."""
    ben = await scene.person()
    entity = {"type": "bold", "offset": offset, "length": length}
    await refused(scene.bot.call("sendMessage", chat_id=ben.id, text=text, entities=[entity]), said)
