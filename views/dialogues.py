"""What the bot asks: every question and its buttons."""

from markupsafe import Markup

from models import Evidence
from services import grant_dialogue
from views import whistle_card
from views.asked import Asked, areas_to_pick, drop, pick
from views.message import Button, Key, Message, column, lines
from views.order_card import evidence_words, title_line
from views.order_questions import order_question
from views.people import role_words
from views.words import Words


def question(asked: Asked, words: Words) -> Message:
    """The question as a message."""
    views = {
        "order": order_question,
        "amend": amend_question,
        "report": report_question,
        "checkin": check_in_question,
        "sort": sort_question,
        "reason": reason_question,
        "name": name_question,
        "grant": grant_question,
        "case": case_question,
        "whistle": whistle_question,
    }
    return views[asked.kind](asked, words)


def amend_question(asked: Asked, words: Words) -> Message:
    _ = words.say
    head = title_line(asked.brief) if asked.brief else None
    labels = {"when": _("Hours"), "where": _("Place"), "need": _("People"), "report_by": _("Report deadline")}
    if asked.step == "what":
        buttons = [Button(label, f"question:amend:{asked.id}:{field}") for field, label in labels.items()]
        return Message(lines(head, _("What is to change?")), rows=column(*buttons, drop(asked, words)))
    asks = {
        "when": _("Type the new hours: tomorrow 8-12, Sat 14:00-16:00, 22:00-06:00."),
        "where": _("Type the new place."),
        "need": _("Type how many people are needed."),
        "report_by": _("Type the new deadline: tomorrow 18:00."),
    }
    return Message(lines(head, asks[asked.step]), rows=column(drop(asked, words)))


def report_question(asked: Asked, words: Words) -> Message:
    _ = words.say
    brief = asked.brief
    ask = _(
        "Send words, photos or your location, in any order. Everything you send now belongs to this report."
    )
    wants = None
    if brief is not None and brief.evidence != Evidence.NONE:
        wants = _(
            "Asked for: {evidence}.", evidence=evidence_words(brief.evidence, brief.evidence_count, words)
        )
    return Message(lines(title_line(brief) if brief else None, ask, wants), rows=column(drop(asked, words)))


def check_in_question(asked: Asked, words: Words) -> Message:
    _ = words.say
    head = title_line(asked.brief) if asked.brief else None
    ask = _(
        "Share your location to check in: press the button below, or 📎 and Location. Only the reviewers see it."
    )
    return Message(lines(head, ask), keys=(Key(_("Share my location"), "place"),))


def sort_question(asked: Asked, words: Words) -> Message:
    _ = words.say
    reports = [
        Button(
            _("A report for #{order} {title}", order=order, title=title),
            f"question:sort:{asked.id}:{order}",
        )
        for order, title in asked.content["orders"]
    ]
    cases = [
        Button(_("About case {case}", case=case), f"question:case:{asked.id}:{case}")
        for case, *_about in asked.content.get("cases", [])
    ]
    late = [Button(_("Yes, the answer"), f"question:late:{asked.id}")] if asked.before else []
    other = Button(_("Something new"), f"question:sort:{asked.id}:0")
    return Message(_which(asked, words), rows=column(*late, *reports, *cases, other))


def _which(asked: Asked, words: Words) -> Markup:
    _ = words.say
    if asked.before is not None:
        return lines(_("Is this the answer to what I asked?"), question(asked.before, words).text)
    is_report = _("Is this a report, or something new?")
    return is_report if asked.content["orders"] else _("Is this about your case, or something new?")


def reason_question(asked: Asked, words: Words) -> Message:
    _ = words.say
    asks = {
        "cancel": _("Why is it cancelled? Everybody concerned will read it."),
        "return": _("What is missing? The volunteer will read it."),
        "reject": _("Why is it not accepted? The volunteer will read it."),
    }
    return Message(asks[asked.step], rows=column(drop(asked, words)))


def name_question(asked: Asked, words: Words) -> Message:
    ask = words.say('What name should the cards show? At most 12 letters; "a volunteer" is fine too.')
    return Message(ask, rows=column(drop(asked, words)))


def grant_question(asked: Asked, words: Words) -> Message:
    """Role, area, person."""
    _ = words.say
    if asked.step == "role":
        offered = [pick(asked, role_words(kind, words), kind.value) for kind in grant_dialogue.ROLES_OFFERED]
        return Message(_("Which role?"), rows=column(*offered, drop(asked, words)))
    if asked.step == "person" or asked.tree is None:
        ask = _("Who is it? Type the person's id: /start shows it to them.")
        return Message(ask, rows=column(drop(asked, words)))
    ask, here = _("Of which area? Press, or type its name."), _("Of {area}", area=asked.tree.name)
    return Message(ask, rows=column(*areas_to_pick(asked, here, words), drop(asked, words)))


def case_question(asked: Asked, words: Words) -> Message:
    """What a case's owner is asked for in words."""
    _, case = words.say, asked.content["case"]
    asks = {
        "decline": _("Case {case}: why can't we do it? The person who asked will read it.", case=case),
        "extend": _("Case {case}: why does it take longer? The person who asked will read it.", case=case),
        "merge": _("Case {case}: which case is the same? Type its number.", case=case),
        "give": _("Case {case}: who? Type the person's id: /start shows it to them.", case=case),
        "area": _("Case {case}: which area is it in? Press, or type its name.", case=case),
    }
    here = _("Here: {area}", area=asked.tree.name if asked.tree else "")
    return Message(asks[asked.step], rows=column(*areas_to_pick(asked, here, words), drop(asked, words)))


def whistle_question(asked: Asked, words: Words) -> Message:
    """Where it is, for those who are at work everywhere; then kind, units, and what about."""
    if asked.step != "area":
        return whistle_card.question(asked.id, asked.step, asked.content, words)
    _ = words.say
    here = _("Here: {area}", area=asked.tree.name if asked.tree else "")
    ask = _("Where is it? Press, or type the area's name.")
    return Message(ask, rows=column(*areas_to_pick(asked, here, words), drop(asked, words)))
