"""What was said before it was clear what it is about: pieces as JSON, with when and in which message they were said."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from models.actor import Actor
from services.arrivals import Position
from services.asking import Asking
from services.pieces import File, Photo, Piece
from services.solved_words import is_solved


def pack(piece: Piece, actor: Actor) -> dict[str, Any]:
    """A piece as JSON, to be kept until it is clear what it belongs to."""
    position = (piece.position.latitude, piece.position.longitude) if piece.position else None
    photo = (piece.photo.file_id, piece.photo.file_unique_id) if piece.photo else None
    file = (piece.file.kind, piece.file.file_id, piece.file.file_unique_id) if piece.file else None
    return {
        "words": piece.words,
        "photo": photo,
        "position": position,
        "file": file,
        "phone": piece.phone,
        "album": piece.album,
        "at": actor.said_at.isoformat(),
        "message": actor.cause.message_id,
    }


def unpack(stored: dict[str, Any]) -> Piece:
    return Piece(
        words=stored["words"],
        photo=Photo(*stored["photo"]) if stored["photo"] else None,
        position=Position(*stored["position"]) if stored["position"] else None,
        album=stored["album"],
        file=File(*stored["file"]) if stored.get("file") else None,
        phone=stored.get("phone"),
    )


def solved_by(pieces: list[dict[str, Any]]) -> bool | None:
    """What the kept words say to "Is it solved?": "not yet" once is not yet."""
    said = [is_solved(stored["words"]) for stored in pieces]
    return False if False in said else True if True in said else None


def said_last(pieces: list[dict[str, Any]]) -> datetime:
    return max(datetime.fromisoformat(stored["at"]) for stored in pieces)


def asking_of(pieces: list[dict[str, Any]]) -> Asking:
    return Asking(
        tuple(map(unpack, pieces)),
        said_at=tuple(datetime.fromisoformat(stored["at"]) for stored in pieces),
        message_ids=tuple(stored["message"] or 0 for stored in pieces),
    )


def as_said(actor: Actor, stored: dict[str, Any]) -> Actor:
    """The actor when they said what was kept."""
    said_at = datetime.fromisoformat(stored["at"])
    return replace(
        actor, cause=replace(actor.cause, said_at=said_at, message_id=stored["message"], press=False)
    )
