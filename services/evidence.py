"""What a report holds beside its words: what was sent, and what the order still asks for."""

from sqlmodel import Session, col, func, select

from models import Claim, Evidence, Order, Report, ReportPhoto
from models.actor import Actor
from services.pieces import Photo

MOST_PHOTOS = 20


def add_photo(session: Session, actor: Actor, report: Report, photo: Photo, album: str | None) -> None:
    known = session.exec(select(ReportPhoto.file_unique_id).where(ReportPhoto.report_id == report.id)).all()
    if photo.file_unique_id in known or len(known) >= MOST_PHOTOS:
        return
    session.add(
        ReportPhoto(
            report_id=report.id,
            file_id=photo.file_id,
            file_unique_id=photo.file_unique_id,
            album=album,
            chat_id=actor.cause.chat_id,
            message_id=actor.cause.message_id or 0,
        )  # fmt: skip
    )


def lacks(session: Session, order: Order, report: Report) -> bool:
    """Whether the evidence the order asks for is still missing."""
    if order.evidence == Evidence.PHOTO:
        return photo_count(session, report.id) < order.evidence_count
    if order.evidence == Evidence.LOCATION:
        return report.position is None
    if order.evidence == Evidence.WORDS:
        return report.words is None
    return False


def photo_count(session: Session, report_id: int) -> int:
    return session.exec(select(func.count()).where(ReportPhoto.report_id == report_id)).one()


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
