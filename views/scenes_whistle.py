"""Scenes about whistles: what each delivery shows, from the newest facts."""

from models import Unit, Whistle
from services import whistle_cards, whistle_facts
from services.whistle_cards import HEAR_OF_LATE
from services.whistle_words import Told
from views import whistle_card
from views.message import Message
from views.scene import Scene
from views.scenes_case import View, handed_on


def whistle(scene: Scene) -> Message | None:
    number = int(scene.row.subject_id or scene.args.get("whistle") or 0)
    facts = whistle_facts.facts(scene.session, scene.now, number, scene.recipient)
    if facts is None:  # whoever spoke for a unit and does no more
        return handed_on(scene) if scene.row.message_id else None
    return whistle_card.card(facts, scene.words, menu=scene.args.get("menu", ""))


def whistle_late(scene: Scene) -> Message | None:
    row = scene.session.get(Whistle, scene.args["whistle"])
    missing = whistle_facts.missing(scene.session, scene.args["whistle"])
    if row is None or not missing:
        return None
    told = whistle_cards.above(scene.session, row.area_id, scene.args["level"])
    last = HEAR_OF_LATE[-1] in (scene.args["level"], told.level)
    return whistle_card.late(row.id, missing, told.level, told.name, scene.words, last=last)


def whistle_nobody(scene: Scene) -> Message | None:
    unit = scene.session.get(Unit, scene.args["unit"])
    return whistle_card.nobody(scene.args["whistle"], unit.name, scene.words) if unit else None


def whistle_told(scene: Scene) -> Message | None:
    """What a unit says before it is there, to whoever has charge of the whistle."""
    row, unit = scene.session.get(Whistle, scene.args["whistle"]), scene.session.get(Unit, scene.args["unit"])
    if row is None or unit is None or row.ended_at is not None:
        return None
    return whistle_card.told(row.id, unit.id, unit.name, Told(scene.args["what"]), scene.words)


def whistle_heard(scene: Scene) -> Message:
    return whistle_card.heard(scene.args["whistle"], Told(scene.args["what"]), scene.words)


def words_only(scene: Scene) -> Message:
    said = scene.words.say("The whistle is blown with your words. The photo or recording did not go along.")
    return Message(said)


VIEWS: dict[str, View] = {
    "whistle": whistle,
    "whistle.late": whistle_late,
    "whistle.nobody": whistle_nobody,
    "whistle.told": whistle_told,
    "whistle.heard": whistle_heard,
    "whistle.words_only": words_only,
}
