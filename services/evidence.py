"""What a report holds beside its words: what was sent, and what the order still asks for."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, delete, select

from models import Claim, Delivery, Evidence, Order, Report, ReportPhoto
from models.actor import Actor
from services import removals
from services.pieces import Piece

MOST_FILES = 20
SHOWING = ("photo", "video", "video_note", "document")  # what a photo may come as
SPOKEN = ("voice", "audio")  # words, to whoever listens


def add(session: Session, actor: Actor, report: Report, piece: Piece) -> None:
    """Keep what a piece brings beside words and place; the same file twice is one."""
    kind, sent = (
        ("photo", piece.photo) if piece.photo else (piece.file.kind if piece.file else "", piece.file)
    )
    if sent is None:
        return
    known = session.exec(select(ReportPhoto.file_unique_id).where(ReportPhoto.report_id == report.id)).all()
    if sent.file_unique_id in known or len(known) >= MOST_FILES:
        return
    session.add(
        ReportPhoto(
            report_id=report.id,
            kind=kind,
            file_id=sent.file_id,
            file_unique_id=sent.file_unique_id,
            album=piece.album,
            chat_id=actor.cause.chat_id,
            message_id=actor.cause.message_id or 0,
        )  # fmt: skip
    )


def lacks(session: Session, order: Order, report: Report) -> bool:
    """Whether the evidence the order asks for is still missing. A video or a file may show what a photo shows, and a
    voice note says what words say: the leader looks, and decides."""
    if order.evidence == Evidence.PHOTO:
        return sum(kind in SHOWING for kind in kinds(session, report.id)) < order.evidence_count
    if order.evidence == Evidence.LOCATION:
        return report.position is None
    if order.evidence == Evidence.WORDS:
        return report.words is None and not any(kind in SPOKEN for kind in kinds(session, report.id))
    return False


def kinds(session: Session, report_id: int) -> list[str]:
    """The kind of each file of a report."""
    return list(session.exec(select(ReportPhoto.kind).where(ReportPhoto.report_id == report_id)).all())


def files(session: Session, report_id: int) -> list[ReportPhoto]:
    """What a report holds beside photos, in the order it was sent."""
    mine = select(ReportPhoto).where(ReportPhoto.report_id == report_id, ReportPhoto.kind != "photo")
    return list(session.exec(mine.order_by(col(ReportPhoto.message_id))).all())


def erase(session: Session, now: datetime, report_ids: Sequence[int]) -> None:
    """Files are forgotten, and go from the chats where somebody looked at them."""
    session.exec(delete(ReportPhoto).where(col(ReportPhoto.report_id).in_(report_ids)))
    opened = session.exec(_opened_lately(now)).all()
    removals.take_away(session, now, [row.id for row in opened if row.args["report"] in report_ids])


def take_back(session: Session, now: datetime, member_id: int, decides: Callable[[int], bool]) -> None:
    """What somebody opened of reports that they decide no more goes from their chat."""
    opened = session.exec(_opened_lately(now).where(Delivery.recipient_id == member_id)).all()
    removals.take_away(session, now, [row.id for row in opened if not decides(row.args["report"])])


def _opened_lately(now: datetime) -> Any:
    """Files in chats of reviewers, which Telegram still lets the bot delete."""
    return select(Delivery).where(
        Delivery.kind == "report.file", col(Delivery.created_at) > now - removals.DELETABLE
    )


def of_album(session: Session, actor: Actor, album: str) -> int | None:
    """The order whose report already holds a part of this album."""
    return session.exec(
        select(Claim.order_id)
        .join(Report, col(Report.claim_id) == col(Claim.id))
        .join(ReportPhoto, col(ReportPhoto.report_id) == col(Report.id))
        .where(
            ReportPhoto.album == album,
            ReportPhoto.chat_id == actor.cause.chat_id,
            Claim.member_id == actor.member_id,
        )
        .limit(1)
    ).first()
