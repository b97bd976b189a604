"""The whole loop, as people live it."""

from tests.city import City


async def test_an_order_is_claimed_reported_approved_and_paid(town: City) -> None:
    """Issued in a group; claimed by press, reply and command; withdrawn; checked in; reported; paid once."""
    ben, chloe, dan = (
        await town.person("Ben"),
        await town.person("Chloe", started=False),
        await town.person("Dan"),
    )
    chat = await town.neighbourhood(ben, chloe, dan)
    card = await town.order(chat, "where: East gate", "need: 3", "points: 4", "evidence: photo")
    assert card["text"].startswith("3 needed · Checkpoint duty")
    assert "0/3" in card["text"] and "1 photo · 4 points" in card["text"]

    assert "You have #1" in await ben.taps(chat, "I'm in")
    reply = await chloe.says(chat, "I'm in!", reply_to=card["message_id"])
    await chloe.finds(chat, lambda m: m["message_id"] == reply and m["reactions"] == ["👍"])
    await dan.says(chat, "/claim@DutyGridBot 1")
    full = await ben.sees(chat, "3/3: Ben, Chloe, Dan")
    assert full["message_id"] == card["message_id"], "the card is one message that is edited"
    assert full["text"].startswith("Full") and full["buttons"] == [["My place →"]]

    await dan.says(town.bot, "/withdraw 1")
    await dan.sees(town.bot, "your place is free again")
    await ben.sees(chat, "2/3: Ben, Chloe")

    await town.at(1, "08:02")
    await ben.says(town.bot, "/checkin 1")
    await ben.sees(town.bot, "Share your location")
    await ben.shares_place(town.bot, 39.03, 117.65)
    await ben.sees(town.bot, "Checked in")
    await ben.sees(chat, "2/3, 1 here")

    await ben.sends_photos(town.bot, 2, "/report 1 All calm")
    received = await ben.sees(town.bot, "Received: 2 photos, your words.")
    review = await town.leader.sees(town.bot, "All calm")
    assert review["photo"] and "Photo 1/2" in review["text"]
    await town.leader.taps(town.bot, "Return", on="All calm")
    await town.leader.taps(town.bot, "Unclear", on="All calm")
    await town.passes(seconds=61)
    await ben.sees(town.bot, "Your report came back")
    await ben.sends_photos(town.bot, 1, "/report 1 Sharper")
    await ben.sees(town.bot, "Received: 3 photos", after=received["message_id"])
    await town.leader.taps(town.bot, "5 Great", on="Sharper")
    await town.passes(seconds=61)
    await ben.sees(town.bot, "+4 points")
    last = await ben.last_id(town.bot)
    await ben.says(town.bot, "/points")
    points = await ben.sees(town.bot, "points", after=last)
    assert points["text"].startswith("4 points · 4 hours given")
    await town.passes(hours=2)
    assert await town.sql("SELECT points FROM transfer") == [(4,)]
