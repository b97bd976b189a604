"""Every no there is. Each says what is true; views/refusals.py holds its sentence and what to do next."""

from models.actor import Refusal


class Suspended(Refusal): ...


class NotAllowed(Refusal): ...


class AdministratorsOnly(Refusal): ...


class LastAdministrator(Refusal): ...


class NotALeader(Refusal): ...


class NoSuchOrder(Refusal): ...


class OrderForeign(Refusal):
    """The order belongs to a place where this person has never been seen."""


class OrderFull(Refusal): ...


class WhichDuty(Refusal): ...


class OrderClosed(Refusal): ...


class OrderCancelled(Refusal): ...


class OrderSent(Refusal): ...


class ReasonMissing(Refusal): ...


class AlreadyYours(Refusal): ...


class NotYourClaim(Refusal): ...


class CannotWithdraw(Refusal):
    """The claim has gone too far to be given back; `state` says how far."""


class TooLate(Refusal):
    """The report deadline has passed by more than the days a leader may still accept."""


class AlreadyDecided(Refusal):
    """The report was decided; `name` says by whom, where there is one."""


class AlreadyCheckedIn(Refusal): ...


class NothingToCheckIn(Refusal): ...


class NothingToReport(Refusal): ...


class EmptyReport(Refusal): ...


class ReportChanged(Refusal):
    """The press quotes an older version of the report than the one there is now."""


class NoSuchReport(Refusal): ...


class ReportIncomplete(Refusal):
    """The report still lacks the evidence asked for, and is not up for review."""


class OwnClaim(Refusal): ...


class NothingToUndo(Refusal): ...


class UndoTooLate(Refusal): ...


class BadRating(Refusal): ...


class NoSuchArea(Refusal): ...


class ManyAreas(Refusal):
    """The name fits several areas; `count` says how many."""


class SayWhere(Refusal):
    """No area follows from where this was said."""


class ChatNotBound(Refusal): ...


class NoSuchMember(Refusal): ...


class BadCommand(Refusal):
    """The command lacks a part; `command` names it, and its usage is shown."""


class UnknownKey(Refusal):
    """A line of the form has no known key; `line` counts from the title."""


class DoubleKey(Refusal): ...


class TitleMissing(Refusal): ...


class TitleTooLong(Refusal): ...


class PlaceTooLong(Refusal): ...


class WordsTooLong(Refusal): ...


class WhenMissing(Refusal): ...


class BadTime(Refusal): ...


class PastTime(Refusal): ...


class DeadlineBeforeEnd(Refusal): ...


class BadHabit(Refusal): ...


class BadPlaces(Refusal): ...


class PlacesTaken(Refusal):
    """Fewer places than people who already hold one."""


class BadPoints(Refusal): ...


class BadEvidence(Refusal): ...


class NothingToAmend(Refusal): ...


class QuestionGone(Refusal):
    """The dialogue this button belonged to has ended."""


class LinkUsed(Refusal): ...


class NotUnderstood(Refusal): ...


class NoSuchCase(Refusal): ...


class NotYourCase(Refusal):
    """The case belongs to an area or unit that the actor does not act for."""


class OnlyGiven(Refusal):
    """The case was given to the actor to solve, and what becomes of it otherwise is for who gave it."""


class CaseClosed(Refusal): ...


class CaseStands(Refusal): ...


class CaseTaken(Refusal): ...


class CaseHelped(Refusal): ...


class CaseLongClosed(Refusal): ...


class WhyMissing(Refusal): ...


class NoSuchCategory(Refusal): ...


class NoExtension(Refusal):
    """The list allows no (further) extension."""


class ExtendedAbove(Refusal): ...


class DeclinedAbove(Refusal): ...


class PlaceFirst(Refusal):
    """Nobody has said yet to which area the case belongs."""


class NoSuchUnit(Refusal): ...


class ForOwners(Refusal):
    """The case's asker used a command of those who have it."""


class NoSuchAreaOrUnit(Refusal): ...


class NoUnits(Refusal):
    """No unit works here that could be called."""


class NoUnitChosen(Refusal): ...


class ManyUnits(Refusal): ...


class WordsOnly(Refusal): ...


class SaidToAWhistle(Refusal):
    """A reply to a whistle's card that does not say that they are here."""


class CalledAlready(Refusal): ...


class NoSuchWhistle(Refusal): ...


class NotCalled(Refusal): ...


class WhistleOver(Refusal): ...


class WhistleAbove(Refusal): ...


class SolvedByCase(Refusal): ...


class NothingAbove(Refusal): ...


class NotReachable(Refusal): ...


class EditedSince(Refusal):
    """A command or a report holds what was sent for it, and takes no changes to that."""


class OwnCase(Refusal): ...


class AskersOwn(Refusal): ...


class NotPassedOn(Refusal):
    """Words in reply to a case's card have no way to the person who asked."""


class NoChats(Refusal): ...


class NotAnOfficer(Refusal): ...


class NotAnEditor(Refusal): ...


class ListUnread(Refusal): ...
