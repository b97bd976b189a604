"""The review card: a report with its evidence, and the decision on it."""

from markupsafe import Markup

from models import ClaimState
from services.facts import ReviewFacts
from services.reviews import RETURN_CODES
from views.message import Button, Message, column, lines
from views.order_card import evidence_words
from views.words import Words

CAPTION_ROOM, TEXT_ROOM = (
    480,
    2000,
)  # characters of a report and a reason; a caption holds 1,024, a text 4,096
REASON_ROOM = 200


def code_words(code: str, words: Words) -> Markup:
    """A reason for returning, as its button says it."""
    _ = words.say
    sentences = {"unclear": _("Unclear"), "no_photo": _("No photo"), "wrong_place": _("Wrong place")}
    return sentences.get(code, Markup())


def review_card(facts: ReviewFacts, words: Words, *, photo: int = 0, menu: str = "") -> Message:
    """The card as this reviewer sees it: open, decided by them, or decided by another."""
    at = photo % len(facts.photos) if facts.photos else 0
    return Message(
        lines(*_report_lines(facts, words, at), *_state_lines(facts, words)),
        rows=_buttons(facts, words, at, menu),
        photo=facts.photos[at] if facts.photos else None,
        final=facts.paid,
        protect=True,
    )


def _report_lines(facts: ReviewFacts, words: Words, at: int) -> list[Markup | None]:
    _, zone, brief = words.say, facts.brief.zone, facts.brief
    title = _(
        "{name} · {title} #{order} · report {report}",
        name=facts.claimant,
        title=brief.title,
        order=brief.id,
        report=facts.report_id,
    )
    room = CAPTION_ROOM if facts.photos else TEXT_ROOM
    shown = _cut(facts.words or "", room - min(len(facts.reason or ""), REASON_ROOM))
    clock = words.clock(facts.said_at, zone)
    return [
        Markup("<b>{}</b>").format(title),
        _arrival(facts, words),
        _("Reported {clock}:", clock=clock) if shown else _("Reported {clock}", clock=clock),
        Markup("<blockquote>{}</blockquote>").format(shown) if shown else None,
        _located(facts, words),
        _photos_and_waiting(facts, words, at),
        _("Late: it came after the deadline.") if facts.late else None,
        _("Sent without {evidence}.", evidence=evidence_words(brief.evidence, brief.evidence_count, words))
        if facts.lacking
        else None,
    ]


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"


def _photos_and_waiting(facts: ReviewFacts, words: Words, at: int) -> Markup | None:
    """Which photo this is, what else was sent, and how many reports wait behind this one."""
    parts = [words.say("Photo {n}/{all}", n=at + 1, all=len(facts.photos))] if facts.photos else []
    if facts.files:
        parts.append(words.count("{n} recording or file", "{n} recordings or files", facts.files))
    if facts.waiting and facts.decision is None:
        parts.append(words.count("{n} more waiting", "{n} more waiting", facts.waiting))
    return Markup(" · ").join(parts) if parts else None


def _arrival(facts: ReviewFacts, words: Words) -> Markup | None:
    _ = words.say
    if facts.checked_in_at is None:
        return None
    clock = words.clock(facts.checked_in_at, facts.brief.zone)
    if facts.distance is None:
        return _("Checked in {clock}", clock=clock)
    place = facts.brief.place or _("the place")
    return _(
        "Checked in {clock}, {distance} from {place}",
        clock=clock,
        distance=words.metres(facts.distance),
        place=place,
    )


def _located(facts: ReviewFacts, words: Words) -> Markup | None:
    _ = words.say
    if not facts.located:
        return None
    if facts.report_distance is None:
        return _("Location sent")
    return _("Location sent, {distance} away", distance=words.metres(facts.report_distance))


def _state_lines(facts: ReviewFacts, words: Words) -> list[Markup | None]:
    _, n_ = words.say, words.count
    if facts.decision is None:
        points = n_("{n} point", "{n} points", facts.brief.points)
        return [Markup("<i>{}</i>").format(_("A rating approves it: {points}", points=points))]
    said = [decision_words(facts, words)]
    why = lines(code_words(facts.code, words), Markup.escape(_cut(facts.reason or "", REASON_ROOM)))
    if why:
        said.append(why)
    if facts.can_undo and facts.settles_at is not None:
        said.append(
            _(
                "You can undo this until {clock}.",
                clock=f"{facts.settles_at.astimezone(facts.brief.zone):%H:%M:%S}",
            )
        )
    return list(said)


def decision_words(facts: ReviewFacts, words: Words) -> Markup:
    _ = words.say
    who = facts.reviewer
    if facts.decision == ClaimState.APPROVED:
        return (
            _("Rated {rating}", rating=facts.rating)
            if facts.mine
            else _("{name} rated it {rating}", name=who, rating=facts.rating)
        )
    if facts.decision == ClaimState.RETURNED:
        return _("You returned it") if facts.mine else _("{name} returned it", name=who)
    return _("You did not accept it") if facts.mine else _("{name} did not accept it", name=who)


def _buttons(facts: ReviewFacts, words: Words, at: int, menu: str) -> tuple[tuple[Button, ...], ...]:
    _, report, version = words.say, facts.report_id, facts.content_version
    if facts.decision is not None:
        return column(Button(_("Undo"), f"review:undo:{facts.review_id}")) if facts.can_undo else ()
    if menu == "return":
        return column(
            *(
                Button(code_words(code, words), f"report:return:{report}:{code}:{version}")
                for code in RETURN_CODES
            ),
            Button(_("Write"), f"report:write:{report}:{version}"),
            Button(_("Reject"), f"report:reject:{report}:{version}"),
            Button(_("Back"), f"report:back:{report}"),
        )
    labels = (_("5 Great"), _("4 Good"), _("3 Fine"), _("2"), _("1"))
    rate = [
        Button(label, f"report:approve:{report}:{5 - index}:{version}") for index, label in enumerate(labels)
    ]
    following = Button(_("Next photo"), f"report:photo:{report}:{at + 1}") if len(facts.photos) > 1 else None
    last = [
        rate[3],
        rate[4],
        *([following] if following else []),
        Button(_("Return…"), f"report:menu:{report}"),
    ]
    files = Button(_("Recordings and files"), f"report:files:{report}") if facts.files else None
    return (*column(files), tuple(rate[:3]), tuple(last))


def told(facts: ReviewFacts, words: Words) -> Message:
    """To the claimant, once the decision stands."""
    _, n_, brief = words.say, words.count, facts.brief
    why = lines(code_words(facts.code, words), Markup.escape(facts.reason or ""))
    head = Markup("<b>{}</b> <i>#{}</i>").format(brief.title, brief.id)
    if facts.decision == ClaimState.APPROVED:
        earned = n_("+{n} point", "+{n} points", brief.points) if brief.points else None
        return Message(
            lines(head, _("Approved, rated {rating}. Thank you.", rating=facts.rating), earned, why)
        )
    if facts.decision == ClaimState.RETURNED and facts.added:
        again = _("Your report came back. What you have sent since is with your leader.")
        return Message(lines(head, again, why))
    if facts.decision == ClaimState.RETURNED:
        asked = _("Your report came back. Please add what is missing and send it again.")
        return Message(
            lines(head, asked, why), rows=column(Button(_("Report again"), f"order:report:{brief.id}"))
        )
    no = lines(head, _("Your report was not accepted."), why or _("Your leader can tell you why."))
    return Message(no, rows=column(Button(_("I disagree"), f"order:dispute:{brief.id}")))
