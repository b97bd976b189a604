"""A sentence for every refusal: what is true, and what to do next."""

from typing import Any

from markupsafe import Markup

from views.words import Words, marked

USAGE = {
    "claim": "/claim 17",
    "withdraw": "/withdraw 17",
    "report": "/report 17 …",
    "checkin": "/checkin 17",
    "approve": "/approve 5 4",
    "return": "/return 5 …",
    "reject": "/reject 5 …",
    "cancel": "/cancel 17 …",
    "amend": "/amend 17",
    "grant": "/grant leader … 123456789",
    "revoke": "/revoke leader … 123456789",
    "bind": "/bind …",
    "case": "/case 1032",
    "accept": "/accept 1032",
    "resolve": "/resolve 1032",
    "decline": "/decline 1032 …",
    "extend": "/extend 1032 …",
    "reopen": "/reopen 1032",
    "rate": "/rate 1032 5",
    "here": "/here 58",
}

_ = marked
SENTENCES = {
    "NotAnEditor": _("The disposal list is put in force by administrators and those who lead a district."),
    "ListUnread": _(
        "I can't read that file as a disposal list: a CSV file in UTF-8, at most 1 MB, with the columns of the one on the server (dutygrid disposal export)."
    ),
    "NothingAbove": _("Case {case} is as high up as it can go."),
    "NotReachable": _("I can't write to that person yet: they must press Start once. Then give it to them."),
    "EditedSince": _(
        "A change to a message does not change the duty or the report. Please send what is new as a message of its own; /amend changes a duty."
    ),
    "OwnCase": _("You asked for this yourself, in case {case}. Somebody else comes to help."),
    "AskersOwn": _(
        "That is the person who asked in case {case}. Please give it to somebody else: send me their number."
    ),
    "NotPassedOn": _(
        "I don't pass these words on. Whoever asked in case {case} reads what you write behind /extend {case} or /decline {case}."
    ),
    "NoChats": _(
        "No chat is linked to the area of case {case}, so nobody would see a duty. In the group, a leader writes /bind."
    ),
    "NotAnOfficer": _("Rates are for those who lead an area or speak for a unit."),
    "NoSuchCase": _(
        "There is no case {case} of yours. /mine shows what you asked for, /requests what waits for you."
    ),
    "ForOwners": _(
        "Case {case} is yours, and others see to it: that is theirs to do. /case {case} shows how it stands."
    ),
    "NotYourCase": _(
        "Case {case} is neither asked for by you nor yours to solve. /mine and /requests show those that are."
    ),
    "OnlyGiven": _(
        "Case {case} was given to you to solve; all else is for those who gave it to you. /case {case} shows it."
    ),
    "CaseClosed": _("Case {case} is closed. /case {case} shows how; who asked can open it again."),
    "CaseStands": _("That doesn't fit case {case} as it stands now. /case {case} shows it."),
    "CaseHelped": _("Somebody comes to help with case {case} already, so it goes on by itself."),
    "CaseTaken": _("Case {case} has been taken already. /case {case} shows by whom."),
    "CaseLongClosed": _(
        "Case {case} was closed long ago, and nothing is kept of it. Please write what you need; it is a new case."
    ),
    "WhyMissing": _("Please say why; the person who asked reads it: /decline {case} and the reason."),
    "NoSuchCategory": _("That kind is not on the list any more. Please choose another one on the card."),
    "NoExtension": _(
        "Case {case} can't be extended (again). If it can't be done in time, the next level hears of it."
    ),
    "ExtendedAbove": _("More time for case {case} is granted by a level above yours. Please ask them."),
    "DeclinedAbove": _(
        "Case {case} is a matter of the level above yours, and theirs to decline. If it is yours after all, press More, then Another kind."
    ),
    "PlaceFirst": _("Case {case} has no area yet. On its card, press More, then Another area."),
    "NoSuchUnit": _("I know no unit of that name. A part of its name is enough, if only one fits."),
    "NoSuchAreaOrUnit": _(
        "I know no area and no unit of that name. A part of its name is enough, if only one fits."
    ),
    "NoUnits": _("No unit is on the list here yet. On the server: dutygrid units import FILE.csv"),
    "NoUnitChosen": _("Please choose at least one unit to call."),
    "ManyUnits": _("A whistle calls {most} units at most. Press one of them again to take it off."),
    "CalledAlready": _("Whistle #{whistle} calls them for this already; its card shows who is in."),
    "WordsOnly": _("Please write it in words: photos and recordings do not go along with a whistle."),
    "SaidToAWhistle": _(
        "I don't pass these words on. Who was called presses We're here on the card when they have come. "
        'What I do pass on: "on our way", or "not ours" where it is no matter of theirs.'
    ),
    "NoSuchWhistle": _("There is no whistle #{whistle}."),
    "NotCalled": _("Whistle #{whistle} did not call a unit you speak for."),
    "WhistleOver": _("Whistle #{whistle} is over. Thank you."),
    "WhistleAbove": _(
        "Streets and units blow whistles. Pass the case up to your street: on its card, press More, then Pass it up."
    ),
    "SolvedByCase": _("This whistle ends with case {case}. Mark the case as solved."),
    "Suspended": _("You are suspended for now. Please talk to your leader."),
    "NotAllowed": _("Only a leader of this area can do that."),
    "AdministratorsOnly": _("Roles are given and taken by administrators. Please ask one of them."),
    "LastAdministrator": _(
        "That is the only administrator. Please appoint another one first: /grant administrator and their id."
    ),
    "NotALeader": _(
        "Only leaders send out duties. If you lead an area, send an administrator the id that /start shows."
    ),
    "NoSuchOrder": _("There is no duty #{order}. /orders shows what is open."),
    "OrderForeign": _("Duty #{order} belongs to another neighbourhood. /orders shows yours."),
    "OrderFull": _("Duty #{order} has just filled up. /orders shows what else is open."),
    "OrderClosed": _("Duty #{order} is over. /orders shows what is open."),
    "OrderCancelled": _("Duty #{order} was cancelled. /orders shows what is open."),
    "OrderSent": _("Duty #{order} has gone out already. To cancel it, write: /cancel {order} and why."),
    "ReasonMissing": _("Please say why, everybody concerned will read it: /cancel {order} and the reason."),
    "AlreadyYours": _("You already have this one."),
    "NotYourClaim": _("You have no place on duty #{order}. /mine shows yours."),
    "CannotWithdraw": _("Your place on #{order} can't be changed any more. Please talk to your leader."),
    "TooLate": _("The deadline of #{order} passed more than seven days ago. Please talk to your leader."),
    "AlreadyCheckedIn": _("You have checked in for #{order} already."),
    "NothingToCheckIn": _("There is nothing to check in for on #{order} any more."),
    "NothingToReport": _("There is nothing to report on #{order} any more."),
    "EmptyReport": _("The report is empty. Write it behind the number, or send a photo: /report {order} …"),
    "ReportChanged": _("This report has changed since. Please look once more."),
    "NoSuchReport": _("There is no report {report}."),
    "ReportIncomplete": _(
        "Report {report} still lacks what was asked for. It comes to you when it is complete."
    ),
    "OwnClaim": _("This is your own report. Another leader decides it."),
    "NothingToUndo": _("There is nothing left to undo."),
    "UndoTooLate": _("It has taken effect and can't be undone any more."),
    "BadRating": _("A rating is a number from 1 to 5."),
    "NoSuchArea": _("I know no area of that name. A part of its name is enough, if only one fits."),
    "ManyAreas": _("{count} areas fit that name: {names}. Please type the whole name of one, or its code."),
    "SayWhere": _("Which area is it for? Add a line: in: and the area's name."),
    "ChatNotBound": _("This chat belongs to no area yet. A leader links it with /bind."),
    "NoSuchMember": _(
        "I don't know that person here. Please send their id: a number that /start shows them."
    ),
    "WhichDuty": _(
        "Is it about #{order}, or about #{card} on this card? Please put # in front of the number."
    ),
    "UnknownKey": _(
        "I don't know what line {line} is. Begin it with one of these and a colon: where, when, need, points, evidence, in, report by."
    ),
    "DoubleKey": _("Line {line} says something a second time. Please keep one."),
    "TitleMissing": _("The duty needs a name behind /order."),
    "TitleTooLong": _("The name is too long. {most} characters are enough."),
    "PlaceTooLong": _("The place is too long. {most} characters are enough."),
    "WordsTooLong": _("That is too long. At most {most} characters, please."),
    "WhenMissing": _("When is it? Add a line: when: tomorrow 8-12"),
    "BadTime": _("I can't read that time. Try: tomorrow 8-12, or 2026-11-24 08:00-12:00."),
    "PastTime": _("That time is over already. Please give one that is still to come."),
    "DeadlineBeforeEnd": _("Reports can't be due before the duty ends. Please give a later time."),
    "BadHabit": _(
        "Try: /reminders 18:30, /reminders 90 min, /reminders quiet 22:00-07:00, or /reminders usual."
    ),
    "BadPlaces": _("The number of people must be from 1 to {most}."),
    "PlacesTaken": _("{taken} people have a place already, so it can't be fewer."),
    "BadPoints": _("Points must be from 0 to {most}."),
    "BadEvidence": _("Evidence can be: none, words, photo, 2 photos, location."),
    "NothingToAmend": _("These can change: when, where, need, report by."),
    "QuestionGone": _("This question is over. /help shows what I can do."),
    "LinkUsed": _("This link has been used or is not valid."),
    "NotUnderstood": _("I didn't understand that. Please use the buttons above; /help shows what I can do."),
    "AlreadyDecided": _("This report has been decided already."),
    "BadCommand": _("Please write it like this: {usage}"),
}


def sentence(name: str, args: dict[str, Any], words: Words) -> Markup:
    """The refusal in the reader's language."""
    if name == "AlreadyDecided" and args.get("by"):
        return words.say("{name} has decided this report already.", name=args["by"])
    if name == "CaseTaken" and args.get("by"):
        return words.say("{name} has taken case {case} already.", name=args["by"], case=args["case"])
    if name == "CaseStands" and args.get("asked"):
        return words.say(
            "Case {case} is reported as solved already, and whoever needed it has been asked. /case {case} shows what they say.",
            case=args["case"],
        )
    if name == "BadCommand" and not args.get("usage"):
        return words.say("/bind works in a group: write it there.")
    return words.say(SENTENCES[name], **{**args, "usage": USAGE.get(str(args.get("command")), "")})
