"""Scenes of whistles share these: a street with two officers, and a whistle that is blown."""

from services import units
from simulator.client import Phone
from tests.asking import people
from tests.city import City

UNITS = [("city", "City management", ""), ("market", "Market supervision", ""), ("fire", "Fire brigade", "")]


async def street(town: City) -> tuple[Phone, Phone, Phone, Phone]:
    """A street's leader, and one officer each of two of three units."""
    rows = [dict(zip(units.COLUMNS, row, strict=True)) for row in UNITS]
    await town.database.write(None, units.import_rows, rows=rows)
    stan, cim, mar = await town.person("Stan"), await town.person("Cim"), await town.person("Mar")
    rosa, _ben, _chat = await people(town)
    await town.lead(stan, "Tanggu")
    for phone, unit in ((cim, "City management"), (mar, "market")):
        await town.admin.says(town.bot, f"/grant officer {unit} {phone.id}")
        await town.admin.sees(town.bot, f"{phone.name} is officer of")
    return rosa, stan, cim, mar


async def blows(village: City, stan: Phone, case: int, *units: str, kind: str = "Emergency") -> str:
    await stan.says(village.bot, f"/whistle {case} Heaps of rubbish burn by the fire lane")
    await stan.taps(village.bot, kind)
    for name in units or ("City management",):
        await stan.taps(village.bot, name, on="Who is called?")
    said = await stan.taps(village.bot, "Blow the whistle")
    await village.settles()
    return said
