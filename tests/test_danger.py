"""Danger, a place elsewhere, and several messages at once: who hears it, and that what is agreed to was read."""

from tests.asking import asks
from tests.city import City


async def test_danger_goes_where_its_teller_s_other_case_is(village: City) -> None:
    """Who came by a poster and is known nowhere else is helped by the leader who has their case already."""
    await village.neighbourhood()
    cy = await village.person("Cy", started=False)
    await cy.starts("help-11")
    await cy.says(village.bot, "the street lamp is broken")
    await cy.sees(village.bot, "The leader of Ziyun has it.")
    await cy.says(village.bot, "actually my husband is hitting me")
    await cy.sees(village.bot, "I am telling the people in charge of your neighbourhood")
    await village.leader.sees(village.bot, "somebody may be in danger")
    assert await village.sql("SELECT area_id FROM request ORDER BY id") == [(2,), (2,)]


async def test_a_poster_s_neighbourhood_gives_way_to_the_one_that_is_named(village: City) -> None:
    await village.neighbourhood()
    rosa, uma = [await village.person(name, started=False) for name in ("Rosa", "Uma")]
    await rosa.starts("help-11")
    await rosa.says(village.bot, "rubbish everywhere at Hehua, the bins are full, dirty street")
    await rosa.sees(village.bot, "Got it: case")
    await uma.starts("help-11")
    await asks(village, uma, "rubbish everywhere, the bins are full, dirty street")
    await uma.taps(village.bot, "Street cleaning")
    await uma.taps(village.bot, "No, mine is another")
    await uma.says(village.bot, "Hehua, house 3")
    await village.settles()
    named = await village.sql("SELECT area.name FROM request JOIN area ON area.id = request.area_id")
    assert named == [("Hehua",), ("Hehua",)]


async def test_what_telling_means_is_read_even_where_everything_comes_at_once(village: City) -> None:
    """Two messages in one breath: the first question is never shown, and the next one says what it would have said."""
    await village.neighbourhood()
    rosa = await village.person("Rosa")
    await village.remote.ask("fault", kind="429", method="sendMessage", chat_id=rosa.id)
    await rosa.says(village.bot, "qwerty asdf")
    await rosa.says(village.bot, "house 4, room 301")
    await village.settles()
    await rosa.sees(village.bot, "Telling me is your consent.")
    await rosa.sees(village.bot, "Got it: case 1001.")
