"""Setting a group up, and who may do what there: links, topics, people who hide, administrators."""

import pytest

from models.actor import emergency_numbers
from services import area_changes, invariants, members, refusals
from tests.asking import people
from tests.city import City


async def test_what_an_anonymous_administrator_wrote_goes_on_as_who_pressed(town: City) -> None:
    ben = await town.person("Ben")
    chat = await town.neighbourhood(ben)
    form = "/order@DutyGridBot Night watch\nwhen: tomorrow 8-12"
    await town.remote.ask("say", person=town.leader.id, chat=chat, text=form, anonymous=True)
    asked = await town.leader.sees(chat, "I can't see who wrote this")
    await town.settles()
    await town.leader.taps(chat, "It's me")
    card = await ben.sees(chat, "1 needed · Night watch")
    await town.settles()
    assert asked["message_id"] not in [m["message_id"] for m in await ben.looks(chat)], "it has done its work"
    last = await ben.last_id(chat)
    await town.remote.ask(
        "say", person=ben.id, chat=chat, text="+1", reply_to=card["message_id"], anonymous=True
    )
    await ben.sees(chat, "I can't see who wrote this", after=last)
    assert "You have #1" in await ben.taps(chat, "It's me")
    await ben.sees(chat, "1/1: Ben")


async def test_pressing_it_is_me_gives_nobody_a_right_they_do_not_have(town: City) -> None:
    ben = await town.person("Ben")
    chat = await town.neighbourhood(ben)
    form = "/order@DutyGridBot Night watch\nwhen: tomorrow 8-12"
    await town.remote.ask("say", person=town.leader.id, chat=chat, text=form, anonymous=True)
    assert "Only a leader" in await ben.taps(chat, "It's me")
    assert await town.sql("SELECT id FROM duty_order") == []


async def test_a_hidden_administrator_sets_the_group_s_reminders(town: City) -> None:
    ben = await town.person("Ben")
    chat = await town.neighbourhood(ben)
    text = "/reminders@DutyGridBot 20:00"
    await town.remote.ask("say", person=town.leader.id, chat=chat, text=text, anonymous=True)
    await town.leader.taps(chat, "It's me")
    await town.leader.sees(chat, "20:00")
    assert await town.sql("SELECT eve_at FROM habit") != []


async def test_a_link_for_the_first_administrator_works_once_and_only_the_newest(town: City) -> None:
    ben, carl = await town.person("Ben"), await town.person("Carl")
    await town.sql("SELECT 1")
    await town.database.write(None, _no_administrator)
    await town.database.write(None, members.invite, token="older")
    await town.database.write(None, members.invite, token="newer")
    await ben.starts("admin-older")
    await ben.sees(town.bot, "has been used or is not valid")
    await ben.starts("admin-newer")
    await ben.sees(town.bot, "You are the administrator now")
    await carl.starts("admin-newer")
    await carl.sees(town.bot, "has been used or is not valid")
    assert len(await town.sql("SELECT id FROM role WHERE kind = 'administrator' AND revoked_at IS NULL")) == 1


def _no_administrator(session, now):  # type: ignore[no-untyped-def]
    from sqlmodel import select

    from models import Role

    for role in session.exec(select(Role)).all():
        role.revoked_at = now


async def test_in_a_topic_a_plain_message_is_no_reply(town: City) -> None:
    """Telegram: every ordinary message in a topic has the topic's first message as its reply_to_message."""
    ben = await town.person("Ben")
    await town.neighbourhood(ben)
    chat = await town.group("Ziyun forum", town.admin, ben, kind="forum")
    topic = (await town.remote.ask("topic", chat=chat, name="Duties", by_bot=True))["thread_id"]
    await town.admin.says(chat, "/bind@DutyGridBot Ziyun", thread=topic)
    await town.admin.sees(chat, "belongs to Ziyun")
    await town.leader.says(town.bot, "/order Topic duty\nwhen: tomorrow 8-12\nneed: 2")
    await town.leader.taps(town.bot, "Send it out", on="This goes to 2 chats")
    card = await ben.sees(chat, "2 needed · Topic duty")
    assert card["thread"] == topic
    await ben.says(chat, "+1", thread=topic)
    await town.admin.says(chat, "/grant@DutyGridBot leader", thread=topic)
    await town.admin.sees(town.bot, "Please write it like this: /grant")
    await town.settles()
    assert await town.sql("SELECT id FROM claim") == []
    await ben.says(chat, "+1", thread=topic, reply_to=card["message_id"])
    await ben.sees(chat, "1/2")


async def test_what_belonged_to_a_deleted_topic_goes_to_its_chat(town: City) -> None:
    ben = await town.person("Ben")
    await town.neighbourhood(ben)
    chat = await town.group("Hehua forum", town.admin, ben, kind="forum")
    topic = (await town.remote.ask("topic", chat=chat, name="Duties", by_bot=True))["thread_id"]
    await town.admin.says(chat, "/bind@DutyGridBot Hehua", thread=topic)
    await town.admin.sees(chat, "belongs to Hehua")
    del town.simulator.world.chats[chat].messages[topic]
    for title in ("First duty", "Second duty"):
        await town.admin.says(town.bot, f"/order {title}\narea: Hehua\nwhen: tomorrow 8-12")
        shown = await ben.sees(chat, title)
        assert not shown["thread"]
        await ben.taps(chat, "I'm in", on=title)
        await ben.sees(chat, lambda m, title=title: title in m["text"] and "1/1" in m["text"])
    assert await town.sql("SELECT thread_id FROM binding WHERE ended_at IS NULL ORDER BY id") == [(0,), (0,)]
    assert "can't show" not in str(await town.admin.looks(town.bot))


async def test_somebody_who_blocked_the_bot_is_answered_by_a_thumb(town: City) -> None:
    ben = await town.person("Ben")
    chat = await town.neighbourhood(ben)
    await town.order(chat)
    await ben.taps(chat, "I'm in")
    await town.remote.ask("block", person=ben.id)
    said = await ben.says(chat, "/withdraw@DutyGridBot 1")
    await ben.finds(chat, lambda m: m["message_id"] == said and m["reactions"] == ["👍"])
    await ben.sees(chat, "0/1")


async def test_a_bot_that_comes_back_takes_claims_on_the_cards_of_before(town: City) -> None:
    """Privacy mode is switched by taking the bot out and in again; people go on pressing what they see."""
    ben, carl = await town.person("Ben"), await town.person("Carl")
    chat = await town.neighbourhood(ben, carl)
    await town.order(chat, "need: 2")
    await ben.taps(chat, "I'm in")
    await ben.sees(chat, "1/2")
    await town.remote.ask("add_bot", chat=chat, person=town.leader.id, status="left")
    await town.settles()
    await town.leader.says(town.bot, "/amend 1\nneed: 3")
    await town.settles()
    await town.remote.ask("add_bot", chat=chat, person=town.leader.id)
    await ben.sees(chat, "1/3")
    await carl.taps(chat, "I'm in", on="Checkpoint duty")
    await carl.sees(chat, "2/3")


async def test_forgetting_takes_name_photo_and_words_from_every_card(town: City) -> None:
    ben, carl = await town.person("Ben"), await town.person("Carl")
    chat = await town.neighbourhood(ben, carl)
    await town.order(chat, "need: 2", "points: 3")
    await town.order(chat, title="Second duty")
    await ben.taps(chat, "I'm in", on="Second duty")
    await ben.taps(chat, "I'm in", on="Checkpoint duty")
    await ben.sends_photos(town.bot, 1, "/report 1 my own words")
    await town.leader.sees(town.bot, "my own words")
    await ben.says(town.bot, "/checkin 2")
    await ben.shares_place(town.bot, 39.03, 117.65)
    await ben.says(town.bot, "/forget")
    await ben.taps(town.bot, "Yes, erase it")
    await ben.sees(town.bot, "Erased.")
    await ben.sees(chat, lambda m: "Second duty" in m["text"] and "0/1" in m["text"])
    await town.leader.sees(town.bot, lambda m: "report 1" in m["text"] and not m["photo"])
    await carl.sees(chat, lambda m: "Checkpoint duty" in m["text"] and "1/2: —" in m["text"])
    seen = str(await town.leader.looks(town.bot)) + str([m["text"] for m in await carl.looks(chat)])
    assert "my own words" not in seen and "Ben" not in seen
    await town.leader.taps(town.bot, "5 Great")
    await town.leader.sees(town.bot, "Rated 5")
    await town.passes(seconds=61)
    assert await town.sql("SELECT points FROM transfer") == [(3,)], "the sum stays"


async def test_roles_are_granted_by_buttons(town: City) -> None:
    ben = await town.person("Ben")
    await town.neighbourhood(ben)
    await town.admin.says(town.bot, "/grant")
    await town.admin.taps(town.bot, "leader", on="Which role?")
    await town.admin.taps(town.bot, "Tanggu", on="Of which area?")
    await town.admin.taps(town.bot, "Hehua", on="Of which area?")
    await town.admin.taps(town.bot, "Of Hehua")
    await town.admin.says(town.bot, "Ben")
    await town.admin.sees(town.bot, "I don't know that person")
    await town.admin.says(town.bot, str(ben.id))
    await town.admin.sees(town.bot, "Ben is leader of Hehua.")
    last = await town.admin.last_id(town.bot)
    await town.admin.says(town.bot, f"/grant administrator Hehua {ben.id}")
    await town.admin.sees(town.bot, "Please write it like this", after=last)
    assert await town.sql("SELECT count(*) FROM role WHERE kind = 'administrator'") == [(1,)]
    await ben.says(town.bot, "/grant")
    await ben.sees(town.bot, "Roles are given and taken by administrators")


async def test_an_area_has_emergency_numbers_of_its_own(village: City) -> None:
    """Set on the street, they hold in its grids; taken back, the city's do."""
    rosa, _ben, _chat = await people(village)
    for numbers, first in (("ambulance:995,police:999", "995"), ("", "120")):
        await village.database.write(None, area_changes.set_emergency, code="1", said=numbers)
        last = await rosa.last_id(village.bot)
        await rosa.says(village.bot, "I can't breathe, help")
        said = await rosa.sees(village.bot, "call now:", after=last)
        assert said["text"].index(first) < said["text"].index("police")


def test_emergency_numbers_that_make_no_sense_are_refused() -> None:
    assert emergency_numbers("ambulance: 995, police:999") == (("ambulance", "995"), ("police", "999"))
    for words in ("", "995", "ambulance:", "witch:995", "police:1,police:2", f"police:{'1' * 21}"):
        with pytest.raises(ValueError, match="once each as kind:number"):
            emergency_numbers(words)


async def test_when_the_tree_grows_what_names_no_place_comes_to_those_at_its_top(village: City) -> None:
    await village.areas(("1", "", "grid", "Hehua"))
    hal, rosa = await village.person("Hal"), await village.person("Rosa")
    await village.lead(hal, "Hehua")
    await rosa.says(village.bot, "救命, 他晕倒了")
    await hal.sees(village.bot, "URGENT")
    last = await village.admin.last_id(village.bot)
    await village.areas(("0", "", "district", "Binhai"))
    await village.database.write(None, area_changes.show_unplaced)
    await village.admin.sees(village.bot, "URGENT", after=last)


async def test_what_was_begun_with_a_group_becomes_part_of_the_tree_that_came_later(village: City) -> None:
    """Until then its leader has only what is theirs: what names no place is the district's."""
    await village.areas(
        ("1", "", "grid", "Hehua"), ("0", "", "district", "Binhai"), ("2", "0", "street", "Tanggu"), ("21", "2", "grid", "Ziyun")
    )  # fmt: skip
    hal, dora, rosa = [await village.person(name) for name in ("Hal", "Dora", "Rosa")]
    await village.lead(hal, "Hehua")
    await village.lead(dora, "Binhai")
    await rosa.says(village.bot, "the lift is broken")
    await rosa.sees(village.bot, "Binhai has it")
    await village.passes(minutes=6)
    await dora.sees(village.bot, "the lift is broken")
    assert not any("lift" in m["text"] for m in await hal.looks(village.bot))
    await village.database.write(None, area_changes.move, code="1", parent_code="2")
    await village.database.write(None, area_changes.rename, code="1", name="Hehua garden")
    assert await village.sql("SELECT name, path FROM area WHERE code = '1'") == [("Hehua garden", "/2/3/1/")]
    assert await village.database.read(lambda session: list(invariants.broken(session))) == []
    refused = await village.database.write(None, area_changes.move, code="2", parent_code="1")
    assert isinstance(refused, refusals.NoSuchArea)


async def test_who_leads_the_area_a_group_was_of_hears_that_it_is_anothers(village: City) -> None:
    chat = await village.neighbourhood()
    hal = await village.person("Hal")
    await village.lead(hal, "Hehua")
    await hal.joins(chat)
    await hal.says(chat, "/bind@DutyGridBot Hehua")
    await hal.sees(chat, "belongs to Hehua")
    await village.leader.sees(village.bot, "Ziyun neighbours belongs to Hehua now")


async def test_a_role_for_a_number_nobody_has_met_is_said_to_be_for_one(town: City) -> None:
    """A digit too many makes a leader of a stranger."""
    dan = await town.person("Dan", started=False)
    chat = await town.neighbourhood()
    await town.admin.says(town.bot, "/grant leader Ziyun 123456789")
    told = await town.admin.sees(town.bot, "I have never met number 123456789")
    assert "take it back with /revoke" in told["text"]
    await town.admin.says(town.bot, "/revoke leader Ziyun 123456789")
    await town.admin.sees(town.bot, "6789 is no longer leader")
    await dan.joins(chat)
    await dan.says(chat, "/points@DutyGridBot")
    await town.settles()
    await town.admin.says(town.bot, f"/grant leader Ziyun {dan.id}")
    told = await town.admin.sees(town.bot, "I can't write to them yet", after=told["message_id"])
    assert "Dan" in told["text"] and "never met" not in told["text"]
