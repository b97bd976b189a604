"""The command menu, which scopes show which commands, and what each says."""

from views.words import Words

PRIVATE_COMMANDS = (
    "orders", "mine", "points", "order", "claim", "withdraw", "checkin", "report", "approve", "return", "reject", "undo",
    "cancel", "amend", "rank", "grant", "revoke", "reminders", "language", "help", "mydata", "forget", "diagnose", "start",
)  # fmt: skip
GROUP_COMMANDS = (
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


def descriptions(names: tuple[str, ...], language: str) -> list[tuple[str, str]]:
    """Each command with its line in the menu."""
    _ = Words(language).say
    lines = {
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
    return [(name, str(lines[name])) for name in names]
