"""Which facts and which view make the message that a delivery stands for, at the moment it is sent."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlmodel import Session

from models import Delivery, Member
from models.actor import Policy, pick_language
from services import (
    habits,
    ledger,
    lists,
    members,
)  # fmt: skip
from views import notes, people, scenes_case, scenes_chat, scenes_duty, scenes_lists, scenes_whistle
from views.digest import several
from views.message import Deletion, Message, Reaction
from views.scene import Scene
from views.words import Words, marked


def render(
    session: Session, row: Delivery, policy: Policy, now: datetime
) -> Message | Reaction | Deletion | None:
    """The message, or None when there is nothing left to say."""
    words = Words(row.args.get("language") or language_of(session, row, policy), now)
    content = VIEWS[row.kind](Scene(session, row, words, policy, now))
    theirs = habits.of_member(session, row.recipient_id)
    if isinstance(content, Message) and not content.loud and theirs.is_quiet(now, ZoneInfo(policy.time_zone)):
        return replace(content, silent=True)  # what goes at once at night makes no sound
    return content


def language_of(session: Session, row: Delivery, policy: Policy) -> str:
    """A group's cards speak the chat's language, private words the reader's."""
    if row.chat_id < 0:
        return pick_language(lists.chat_language(session, row.chat_id), default=policy.default_language)
    member = session.get(Member, row.recipient_id or 0)
    codes = (member.language, member.telegram_language) if member else ()
    return pick_language(*codes, default=policy.default_language)


def digest(scene: Scene) -> Message | None:
    """Several notes to one person in one message, their buttons told apart by the duty's number."""
    rows = [scene.session.get(Delivery, note) for note in scene.args["notes"]]
    made = [(row, VIEWS[row.kind](replace(scene, row=row))) for row in rows if row is not None]
    notes = [(row.args.get("order"), note) for row, note in made if isinstance(note, Message)]
    return several(notes, scene.words, counted=scene.args.get("counted", 0)) if notes else None


def _plain(text: str) -> Callable[[Scene], Message]:
    return lambda scene: Message(scene.words.say(text))


_ = marked
VIEWS: dict[str, Callable[[Scene], Message | Reaction | Deletion | None]] = {
    **scenes_case.VIEWS,
    **scenes_lists.VIEWS,
    **scenes_whistle.VIEWS,
    "order": scenes_duty.order_scene,
    "place": scenes_duty.place,
    "order.issued": scenes_duty.issued,
    "order.answers": scenes_duty.answers,
    "order.cancelled": scenes_duty.cancelled,
    "order.cancel_done": scenes_duty.cancel_done,
    "order.amended": scenes_duty.amended,
    "claim.changed": lambda scene: notes.changed(scene.brief, scene.words),
    "claim.reconfirm": lambda scene: notes.reconfirm(scene.brief, scene.words),
    "claim.withdrawn": lambda scene: notes.withdrawn(scene.brief, scene.words, kindly=scene.args["kindly"]),
    "claim.checked_in": scenes_duty.checked_in,
    "claim.expired": lambda scene: notes.expired(scene.brief, scene.words),
    "place.filled": lambda scene: notes.filled(scene.brief, scene.words),
    "place.freed": scenes_duty.freed,
    "place.late": scenes_duty.late,
    "late.noted": scenes_duty.late_noted,
    "report.received": scenes_duty.received,
    "report.file": scenes_duty.file,
    "review": scenes_duty.review,
    "review.decided": scenes_duty.decided,
    "review.told": scenes_duty.told,
    "review.undone": _plain(_("Undone. The report is up for review again.")),
    "review.nag": lambda scene: notes.review_nag(scene.brief, scene.words, overdue=False),
    "review.overdue": lambda scene: notes.review_nag(scene.brief, scene.words, overdue=True),
    "reviewer.unreachable": _plain(
        _("No leader of this area has pressed Start, so reports go to the area above.")
    ),
    "reminder.eve": scenes_duty.reminder,
    "reminder.hour": scenes_duty.reminder,
    "reminder.group": scenes_duty.reminder_in_group,
    "reminder.unreachable": scenes_duty.unreachable,
    "reminder.report": scenes_duty.report_due,
    "question": scenes_duty.question_scene,
    "refusal": scenes_chat.refusal,
    "reaction": lambda scene: Reaction(scene.args["message"]),
    "deletion": lambda scene: Deletion(scene.args["message"]),
    "digest": digest,
    "order.unsent": _plain(
        _(
            "The duty before this one was not sent out, and is put aside. To send it too, send its form again afterwards."
        )
    ),
    "order.unshown": scenes_chat.unshown,
    "claims.line": scenes_chat.claims_line,
    "received.line": scenes_chat.received_line,
    "continue_in_private": scenes_chat.link,
    "area.walk": scenes_chat.walk,
    "chat.bound": scenes_chat.bound,
    "command.unknown": scenes_chat.unknown_command,
    "chat.welcome": scenes_chat.welcome,
    "start": scenes_chat.start,
    "greeting": _plain(_("Hello! /help shows what I can do.")),
    "stopped": _plain(_("Stopped. Nothing has changed.")),
    "key.over": lambda scene: Message(
        scene.words.say("That was answered already, nothing has changed."), drop_keyboard=True
    ),
    "thanks": _plain(_("You're welcome. Thank you for being there.")),
    "administrator.welcome": _plain(
        _(
            "You are the administrator now. Add me to a group and write /bind there, and appoint leaders with /grant."
        )
    ),
    "list.orders": scenes_chat.listed,
    "list.mine": scenes_chat.listed,
    "points": lambda scene: people.points(ledger.points(scene.session, scene.recipient), scene.words),
    "rank": lambda scene: people.rank(
        ledger.rank(scene.session, scene.recipient, scene.args["area"]), scene.words
    ),
    "help": scenes_chat.help,
    "language": scenes_chat.language_choice,
    "habits": scenes_chat.habits_scene,
    "mydata": lambda scene: people.my_data(members.my_data(scene.session, scene.recipient), scene.words),
    "forget.ask": scenes_chat.forget_ask,
    "area.leaderless": scenes_chat.area_news,
    "chat.taken": scenes_chat.area_news,
    "chat.gone": scenes_chat.area_news,
    "forgotten": lambda scene: Message(
        scene.words.say("Erased. If you write again, we begin anew."), drop_keyboard=True
    ),
    "renamed": scenes_chat.renamed,
    "diagnose": scenes_chat.diagnose,
    "diagnose.private": _plain(
        _("I can write to you, that works. In a group, /diagnose looks at the group.")
    ),
    "anonymous": scenes_chat.anonymous,
    "granted": scenes_chat.granted,
    "role.given": scenes_chat.role_given,
    "dead_letters": lambda scene: Message(
        scene.words.count(
            "One thing could not be worked on or sent. `dutygrid dead-letters` on the server lists it.",
            "{n} things could not be worked on or sent. `dutygrid dead-letters` on the server lists them.",
            scene.args["count"],
        )
    ),
    "redriven": _plain(
        _("What you pressed and broke on our side then has been worked on now. /mine shows how it stands.")
    ),
    "slow_down": _plain(
        _("That was more than I can take in at once. Wait a moment, then send the last one again.")
    ),
    "unreadable": _plain(
        _("I can't read that kind of message. Please tell me in words, by voice or with a photo.")
    ),
    "broken": _plain(
        _("This broke on our side; people have been told. Nothing was changed. Please try again later.")
    ),
    "broken.leader": _plain(
        _("A message in your area could not be worked on; the operators have been told.")
    ),
}
