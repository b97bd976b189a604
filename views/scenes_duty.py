"""Scenes about duties: cards, reports, reviews, reminders, questions."""

from dataclasses import replace
from typing import Any

from markupsafe import Markup

from models import Claim, Member, Order, Question, Report, ReportPhoto, Review
from models.lifecycle import UNREPORTED
from services import (
    areas,
    evidence,
    habits,
    my_place,
    order_cards,
    order_dialogue,
    order_facts,
    orders,
    questions,
    reminders,
    review_facts,
)  # fmt: skip
from views import notes, order_card, review_card, scenes_case
from views.asked import Asked
from views.dialogues import question
from views.message import Button, Message, column, lines
from views.scene import Scene


def order_scene(scene: Scene) -> Message:
    return order_card.card(
        order_facts.facts(scene.session, scene.now, scene.order, chat_id=scene.row.chat_id),
        scene.words,
        scene.policy.bot_username,
    )


def place(scene: Scene) -> Message:
    mine = my_place.my_place(scene.session, scene.now, scene.recipient, scene.order)
    message = order_card.my_place(mine, scene.words)
    leave = f"order:withdraw:{mine.facts.brief.id}"
    if not scene.args.get("leaves") or all(button.data != leave for row in message.rows for button in row):
        return message
    ask = scene.words.say("To give your place back, press Can't make it; until then it is yours.")
    return replace(message, text=lines(ask, message.text))


def issued(scene: Scene) -> Message:
    return order_card.issued(
        order_facts.facts(scene.session, scene.now, scene.order), scene.args["chats"], scene.words
    )


def answers(scene: Scene) -> Message:
    return order_card.answers(order_facts.facts(scene.session, scene.now, scene.order), scene.words)


def review(scene: Scene) -> Message | None:
    if scene.row.subject_id is None:
        return None
    facts = review_facts.facts(scene.session, scene.row.subject_id, scene.recipient, scene.now)
    return review_card.review_card(
        facts, scene.words, photo=scene.args.get("photo", 0), menu=scene.args.get("menu", "")
    )


def told(scene: Scene) -> Message:
    facts = review_facts.facts(
        scene.session, scene.args["report"], 0, scene.now, review_id=scene.args["review"]
    )
    return review_card.told(facts, scene.words)


def decided(scene: Scene) -> Message | None:
    review = scene.session.get(Review, scene.args["review"])
    if review is None:
        return None
    facts = review_facts.facts(scene.session, review.report_id, scene.recipient, scene.now)
    said = scene.words.say(
        "Report {report}: {decision}.",
        report=review.report_id,
        decision=review_card.decision_words(facts, scene.words),
    )
    undo = Button(scene.words.say("Undo"), f"review:undo:{review.id}") if facts.can_undo else None
    return Message(said, rows=column(undo))


def received(scene: Scene) -> Message | None:
    report = scene.session.get(Report, scene.args["report"])
    if report is None:
        return None
    kinds = evidence.kinds(scene.session, report.id)
    photos = kinds.count("photo")
    asked = report.asked_at is not None and scene.row.created_at <= report.asked_at
    received = notes.Received(
        id=report.id, photos=photos, files=len(kinds) - photos, words=report.words is not None, located=report.position is not None,
        up=report.up_at is not None, late=report.late, asked=asked,
    )  # fmt: skip
    return notes.received(scene.brief, received, scene.words)


def file(scene: Scene) -> Message | None:
    """A recording or file of a report, for its reviewer; nothing once it was forgotten."""
    sent = scene.session.get(ReportPhoto, scene.args["file"])
    if sent is None:
        return None
    caption = scene.words.say("Report {report}", report=sent.report_id)
    return Message(caption, file=(sent.kind, sent.file_id), protect=True)


def reminder(scene: Scene) -> Message | None:
    claim = scene.session.get(Claim, scene.args["claim"])
    order = scene.session.get(Order, scene.order)
    since = scene.args.get("since", claim.claimed_at.isoformat() if claim else "")
    if claim is None or order is None or claim.state != "claimed" or claim.claimed_at.isoformat() != since:
        return None  # given back since it was written down; for a place taken again there is another
    if reminders.is_outdated(order, str(scene.args["revision"])) or (
        order.ends_at and order.ends_at < scene.now
    ):
        return None
    area = areas.get(scene.session, order.area_id)
    minutes = habits.of_member(scene.session, claim.member_id, area).before
    if reminders.is_overtaken(order, scene.row.kind, minutes, scene.now):
        return None
    mates = reminders.mates(scene.session, scene.order, claim.id)
    return notes.reminder(
        scene.brief, mates, scene.words, hour=scene.row.kind == "reminder.hour",
        late=reminders.is_late(scene.args, scene.now), minutes=minutes,
    )  # fmt: skip


def report_due(scene: Scene) -> Message | None:
    """Written when the duty ended; who was asleep then may have reported, or given it back, since."""
    claim = scene.session.get(Claim, scene.args["claim"])
    if claim is None or claim.state not in UNREPORTED:
        return None
    return notes.report_due(scene.brief, scene.words)


def reminder_in_group(scene: Scene) -> Message | None:
    names = reminders.unreachable_names(scene.session, scene.order)
    if not names:
        return None
    return notes.reminder_in_group(scene.brief, names, scene.words, scene.policy.bot_username)


def unreachable(scene: Scene) -> Message | None:
    names = reminders.unreachable_names(scene.session, scene.order)
    return notes.unreachable(scene.brief, names, scene.words) if names else None


def freed(scene: Scene) -> Message | None:
    claim = scene.session.get(Claim, scene.args["claim"])
    member = scene.session.get(Member, claim.member_id) if claim else None
    return notes.freed(scene.brief, member.name, scene.words) if member else None


def late(scene: Scene) -> Message | None:
    claim = scene.session.get(Claim, scene.args["claim"])
    member = scene.session.get(Member, claim.member_id) if claim else None
    return notes.late(scene.brief, member.name, scene.args.get("minutes"), scene.words) if member else None


def late_noted(scene: Scene) -> Message:
    _ = scene.words.say
    told = _("Your leader reads that you come later. Come safely.") if scene.args["told"] else None
    here = _("When you are there: /checkin {order}", order=scene.order)
    return Message(lines(order_card.title_line(scene.brief), told, here))


def checked_in(scene: Scene) -> Message:
    mine = my_place.my_place(scene.session, scene.now, scene.recipient, scene.order)
    return notes.checked_in(mine.facts.brief, mine.distance, scene.words)


def cancelled(scene: Scene) -> Message:
    facts = order_facts.facts(scene.session, scene.now, scene.order)
    return notes.cancelled(facts.brief, facts.cancel_reason, scene.words)


def cancel_done(scene: Scene) -> Message:
    _, n_, told = scene.words.say, scene.words.count, scene.args["told"]
    said = n_(
        "Cancelled. {n} person who had a place is told.",
        "Cancelled. {n} people who had a place are told.",
        told,
    )
    facts = order_facts.facts(scene.session, scene.now, scene.order)
    far = scene.words.few([place.name for place in facts.held])
    unreached = _("I can't write to {names}. Please tell them.", names=far) if far else None
    return Message(lines(order_card.title_line(scene.brief), said if told else _("Cancelled."), unreached))


def amended(scene: Scene) -> Message:
    _ = scene.words.say
    asked = (
        _("Everybody with a place is asked whether the new hours suit them.") if scene.args["asked"] else None
    )
    told = _("Everybody with a place is told.") if scene.args.get("told") else None
    brief = scene.brief
    hours = order_card.hours_line(brief, scene.words, full=True)
    said = Markup(" · ").join(part for part in (hours, Markup.escape(brief.place)) if part)
    due = _("Report by {due}.", due=scene.words.moment(brief.report_by, brief.zone))
    return Message(lines(order_card.title_line(brief), _("Changed: {hours}", hours=said), due, asked, told))


def question_scene(scene: Scene) -> Message | None:
    row = scene.session.get(Question, scene.args["question"])
    if scene.args.get("case") is not None or (row is not None and row.kind == "request"):
        return scenes_case.question(scene, row)
    if row is None:
        return None
    if row.closed_at is not None:
        said = scene.words.say("This question is over.")
        return Message(said, final=True) if scene.row.message_id else None
    return question(asked(scene, row), scene.words)


def asked(scene: Scene, row: Question) -> Asked:
    content = questions.content(scene.session, row)
    before = content.get("before")
    if before is None:
        return _asked(scene, row, row.kind, row.step, content)
    earlier = _asked(scene, row, before["kind"], before["step"], before["content"])
    return Asked(row.id, row.kind, row.step, content, before=earlier)


def _asked(scene: Scene, row: Question, kind: str, step: str, content: dict[str, Any]) -> Asked:
    if kind in ("case", "whistle") and step == "area":
        return Asked(row.id, kind, step, content, tree=areas.facts(scene.session, content["at"] or None))
    if kind == "grant":
        tree = areas.facts(scene.session, content["area"] or None)
        return Asked(row.id, kind, step, content, tree=tree)
    if kind != "order":
        about = content.get("order")
        brief = order_facts.brief(scene.session, orders.get(scene.session, about)) if about else None
        return Asked(row.id, kind, step, content, brief)
    draft = order_dialogue.unpack(content["draft"])
    if draft.area_id is None:
        return Asked(row.id, kind, step, content, draft=draft)
    area = areas.get(scene.session, draft.area_id)
    zone = areas.zone(scene.session, area)
    return Asked(
        row.id, kind, step, content, draft=draft, area=area.name, zone=zone,
        chats=len(order_cards.chats_of(scene.session, area)), spans=tuple(order_dialogue.spans(scene.now, row.asked_at, zone)),
    )  # fmt: skip
