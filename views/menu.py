"""The command menu, which scopes show which commands, and what each says."""

from views.words import Words, marked

PRIVATE_COMMANDS = (
    "request", "orders", "mine", "points", "requests", "order", "claim", "withdraw", "checkin", "report", "approve", "return", "reject", "undo",
    "cancel", "amend", "rank", "grant", "revoke", "reminders", "language", "help", "mydata", "forget", "diagnose", "start",
    "case", "accept", "resolve", "decline", "extend", "whistle", "here", "reopen", "rate", "rates", "disposal",
)  # fmt: skip
GROUP_COMMANDS = (
    "request",
    "order",
    "orders",
    "claim",
    "withdraw",
    "mine",
    "points",
    "bind",
    "reminders",
    "language",
    "diagnose",
    "help",
)


_ = marked
LINES = {
    "request": _("Ask for help"),
    "requests": _("Cases that wait for you"),
    "case": _("One case: /case 1032"),
    "accept": _("Take a case: /accept 1032"),
    "resolve": _("A case is solved: /resolve 1032"),
    "decline": _("Decline a case: /decline 1032 why"),
    "extend": _("More time for a case: /extend 1032 why"),
    "whistle": _("Call departments: /whistle 1032"),
    "here": _("Report in to a whistle: /here 58"),
    "reopen": _("Your case is not solved: /reopen 1032"),
    "rate": _("Rate your case: /rate 1032 5"),
    "disposal": _("The disposal list: send a CSV file with this below it"),
    "rates": _("How well cases are solved"),
    "orders": _("What is open for you"),
    "mine": _("Your places"),
    "points": _("Your points"),
    "order": _("Send out a duty"),
    "claim": _("Take a place: /claim 17"),
    "withdraw": _("Give a place back: /withdraw 17"),
    "checkin": _("Check in: /checkin 17"),
    "report": _("Report: /report 17 and your words"),
    "approve": _("Approve a report: /approve 5 4"),
    "return": _("Send a report back: /return 5 why"),
    "reject": _("Do not accept a report: /reject 5 why"),
    "undo": _("Take your last decision back"),
    "cancel": _("Cancel a duty: /cancel 17 why"),
    "amend": _("Change a duty: /amend 17"),
    "rank": _("Your place in your area"),
    "grant": _("Appoint a leader"),
    "revoke": _("Take a role back"),
    "reminders": _("When to remind you, and when not"),
    "language": _("中文 or English"),
    "help": _("What I can do"),
    "mydata": _("What I keep about you"),
    "forget": _("Erase what I keep about you"),
    "diagnose": _("Check the set-up of this chat"),
    "bind": _("Link this chat to its area"),
    "start": _("Begin, and see your id"),
}


def descriptions(names: tuple[str, ...], language: str) -> list[tuple[str, str]]:
    """Each command with its line in the menu."""
    words = Words(language)
    return [(name, str(words.say(LINES[name]))) for name in names]
