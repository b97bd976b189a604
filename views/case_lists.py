"""Lists of cases for officers: what waits, the morning's digest, one case's history, and how well all are solved."""

from datetime import datetime

from markupsafe import Markup

from services.case_lists import MOST, CaseLine, Counts
from services.rates import Rates, WhistleCounts
from services.request_facts import CaseFacts, Step
from views.case_words import case_line, due_words, kind_name, state_words
from views.message import Button, Message, column, lines
from views.words import Words, marked

MOST_UNITS = 30  # in a message, which holds 4,096 characters


def waiting(
    rows: list[CaseLine],
    found: int,
    counts: Counts,
    now: datetime,
    words: Words,
    *,
    only: str = "all",
    page: int = 0,
) -> Message:
    """/requests: the counts first, then a page of the cases, urgent and overdue ones before others."""
    _ = words.say
    if not counts.waiting:
        return Message(_("No case waits for you. Thank you."))
    texts = [_waiting_line(row, now, words) for row in rows] or [_("None of these.")]
    hidden = found - page * MOST - len(rows)
    more = words.count("{n} more.", "{n} more.", hidden) if hidden > 0 else None
    buttons = [(Button(f"{row.id} {kind_name(row.category, words)}", f"case:show:{row.id}"),) for row in rows]
    kinds = tuple(
        Button(f"· {label} ·" if name == only else label, f"case:list:{name}:0")
        for name, label in _filters(words).items()
    )
    onward = Button(_("More"), f"case:list:{only}:{page + 1}") if hidden > 0 else None
    back = Button(_("Back"), f"case:list:{only}:{page - 1}") if page else None
    turning = tuple(button for button in (back, onward) if button)
    return Message(
        lines(_counted(counts, words), *texts, more),
        rows=(*buttons, *((turning,) if turning else ()), kinds[:3], kinds[3:]),
    )


def _filters(words: Words) -> dict[str, Markup]:
    _ = words.say
    return {
        "all": _("All"), "overdue": _("Overdue"), "today": _("Today"), "untaken": _("Without owner"), "mine": _("Mine"),
    }  # fmt: skip


def _counted(counts: Counts, words: Words) -> Markup:
    said = words.say(
        "Open cases: {waiting}. Overdue {overdue}, due today {today}, without owner {untaken}.",
        waiting=counts.waiting, overdue=counts.overdue, today=counts.today, untaken=counts.untaken,
    )  # fmt: skip
    return Markup("<b>{}</b>").format(said)


def _waiting_line(row: CaseLine, now: datetime, words: Words) -> Markup:
    _ = words.say
    due = due_words(row.due_at, row.zone, now, words)
    parts = [
        _("urgent") if row.urgent else None,
        _("overdue since {due}", due=due) if row.overdue else _("due {due}", due=due),
        _("without owner") if row.untaken else None,
    ]
    area = row.area or _("no area yet")
    head = Markup("<b>{}</b> {} · {}").format(row.id, kind_name(row.category, words), area)
    return head + Markup("\n") + Markup(" · ").join(part for part in parts if part)


def morning(counts: Counts, words: Words, *, greets: bool = True) -> Message:
    """The digest at the start of the day, or for somebody who has just come to the cases."""
    look = Button(words.say("Look at them"), "list:requests:0")
    hello = words.say("Good morning.") if greets else None
    return Message(lines(hello, _counted(counts, words)), rows=column(look))


_ = marked
FACTS = {
    "request.filed": _("asked"), "request.added": _("more was said"), "request.edited": _("words were changed"),
    "request.named": _("named by the one who asks"), "request.for_other": _("for somebody else, or not"),
    "request.joined": _("joined to another case"), "request.accepted": _("taken"), "request.sorted": _("sorted"),
    "request.placed": _("put to an area"), "request.declined": _("declined"), "request.extended": _("extended"),
    "request.merged": _("joined to another case"), "request.given": _("given to a person"),
    "request.dispatched": _("sent out as a duty"), "request.resolved": _("said to be solved"),
    "request.confirmed": _("confirmed as solved"), "request.reopened": _("opened again"),
    "request.closed": _("closed after three quiet days"), "request.rated": _("rated"),
    "request.warned": _("warned before the deadline"), "request.escalated": _("told the next level"),
    "request.recalculated": _("moved with the calendar"), "request.revealed": _("details shown to a helper"),
    "request.given_back": _("given back"),
    "request.passed_up": _("passed to the next level"),
    "request.parted": _("goes on by itself"),
    "request.released": _("back from a duty without help"), "request.whistled": _("whistle blown"),
    "whistle.reported_in": _("a unit that was called has come"),
    "whistle.vouched": _("a unit that was called has come"),
    "whistle.late": _("told upwards who has not come"), "whistle.ended": _("whistle over"),
    "whistle.told": _("a unit answered the whistle"), "whistle.taken_off": _("a unit is called no more"),
    "whistle.called_off": _("whistle called off"), "whistle.resumed": _("whistle on again"),
    "claim.claimed": _("somebody takes the duty"), "claim.withdrawn": _("gives the place back"),
    "claim.released": _("a place is free again"), "claim.expired": _("no report came in time"),
    "report.submitted": _("reports"), "report.approved": _("approves the report"), "report.returned": _("returns the report"),
    "report.rejected": _("does not accept the report"), "report.undone": _("takes the decision back"),
    "request.widened": _("somebody else's was joined to it"),
    "request.anonymised": _("details deleted"), "request.alarmed": _("words of danger"),
}  # fmt: skip


def timeline(facts: CaseFacts, steps: list[Step], words: Words) -> Message:
    """/case: what was done, when, and by whom."""
    rows = [
        Markup("{} {}{}").format(
            words.moment(step.at, facts.zone),
            _done(step, words),
            f" · {step.by}" if step.by else "",
        )
        for step in steps
    ]
    return Message(lines(case_line(facts, words), state_words(facts, words), *rows), protect=True)


def _done(step: Step, words: Words) -> Markup | str:
    """What was done; of a joining, to which case."""
    said = words.say(FACTS[step.fact]) if step.fact in FACTS else step.fact
    return Markup("{} {}").format(said, step.details["into"]) if step.details.get("into") else said


def rates(
    area: str, found: Rates, units: list[WhistleCounts], kinds: list[tuple[Markup, int]], words: Words
) -> Message:
    """Response, resolution and satisfaction, and the whistles in both directions."""
    _, n_ = words.say, words.count
    head = Markup("<b>{}</b>").format(area or _("All areas"))
    if not found.asked:
        body: list[Markup | None] = [_("Nothing has been asked here yet.")]
    else:
        body = [
            n_("{n} case", "{n} cases", found.asked),
            _("Taken in time: {share}", share=_share(found.answered_in_time)),
            _(
                "Solved: {share}; solved in time: {timely}",
                share=_share(found.resolved),
                timely=_share(found.resolved_in_time),
            ),
            n_(
                "Satisfaction: {mean} of 5 ({n} rating)",
                "Satisfaction: {mean} of 5 ({n} ratings)",
                found.rated,
                mean=f"{found.satisfaction:.1f}",
            )  # fmt: skip
            if found.satisfaction
            else None,
        ]
    whistles = [Markup("{}: {}").format(kind, count) for kind, count in kinds if count]
    called = [
        _(
            "{unit}: called {called}, in time {timely}, called others {blown}",
            unit=each.unit,
            called=each.called,
            timely=each.in_time,
            blown=each.blown,
        )
        for each in units
        if each.called or each.blown
    ]
    more = n_("and {n} more", "and {n} more", len(called) - MOST_UNITS) if len(called) > MOST_UNITS else None
    return Message(lines(head, *body, *whistles, *called[:MOST_UNITS], more))


def _share(value: float | None) -> str:
    return "–" if value is None else f"{value:.0%}"
