"""Scenes of lists: what waits for officers, their morning, the figures, the disposal list."""

from models import Area, Unit, WhistleKind
from services import case_lists, disposal_lists
from services import rates as rate_service
from views import case_lists as case_lists_view
from views.case_words import kind_name, whistle_kind
from views.message import Message, lines
from views.scene import Scene
from views.scenes_case import View


def waiting(scene: Scene) -> Message:
    only, page = scene.args.get("only", "all"), scene.args.get("page", 0)
    rows, found = case_lists.waiting(scene.session, scene.now, scene.recipient, only, page)
    counts = case_lists.counts(scene.session, scene.now, scene.recipient)
    return case_lists_view.waiting(rows, found, counts, scene.now, scene.words, only=only, page=page)


def morning(scene: Scene) -> Message | None:
    counts = case_lists.counts(scene.session, scene.now, scene.recipient)
    greets = not scene.args.get("seated")
    return case_lists_view.morning(counts, scene.words, greets=greets) if counts.waiting else None


def rates(scene: Scene) -> Message:
    """Of the reader's areas and units, or of the one area, unit or category asked for; its whistles beside them."""
    session, category = scene.session, scene.args.get("category")
    area, unit = (
        session.get(table, scene.args.get(name) or 0) for table, name in ((Area, "area"), (Unit, "unit"))
    )
    if isinstance(area, Area):
        scope = rate_service.of_area(session, scene.recipient, area)
    elif isinstance(unit, Unit):
        scope = rate_service.of_unit(unit)
    elif category:
        scope = rate_service.of_category(session, scene.recipient, category)
    else:
        scope = rate_service.of_person(session, scene.recipient)
    known = (
        disposal_lists.find(disposal_lists.of(session, scene.args["list"]), category) if category else None
    )
    named = kind_name(known, scene.words) if known else scene.words.names(list(scope.names))
    kinds = rate_service.whistles_by_kind(session, scope)
    by_kind = [(whistle_kind(kind, scene.words), kinds.get(kind.value, 0)) for kind in WhistleKind]
    units = rate_service.whistle_counts(session, scope)
    return case_lists_view.rates(named, rate_service.rates(session, scope), units, by_kind, scene.words)


def list_in_force(scene: Scene) -> Message:
    _ = scene.words.say
    said = _(
        "Disposal list {version} is in force: {count} kinds.",
        version=scene.args["version"],
        count=scene.args["count"],
    )
    how = _(
        "To change it, send the CSV file here with /disposal below it. Cases that are there keep the list they began with."
    )
    return Message(lines(said, how))


def list_problems(scene: Scene) -> Message:
    _ = scene.words.say
    said = scene.words.count(
        "{n} mistake; nothing was changed.", "{n} mistakes; nothing was changed.", scene.args["count"]
    )
    named = [_("Line {line}: {problem}", line=line, problem=problem) for line, problem in scene.args["named"]]
    return Message(lines(said, *named))


VIEWS: dict[str, View] = {
    "list.requests": waiting,
    "cases.morning": morning,
    "rates": rates,
    "disposal.in_force": list_in_force,
    "disposal.problems": list_problems,
}
