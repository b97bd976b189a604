"""What one message brings: words, a photo, a place, a file, a phone number. Pure."""

from dataclasses import dataclass

from services.arrivals import Position


@dataclass(frozen=True)
class Photo:
    file_id: str
    file_unique_id: str


@dataclass(frozen=True)
class File:
    """A voice note, a video or a document: `kind` says which."""

    kind: str
    file_id: str
    file_unique_id: str


@dataclass(frozen=True)
class Piece:
    """A part of a report or a request, as one message brings it; phones belong to requests alone."""

    words: str = ""
    photo: Photo | None = None
    position: Position | None = None
    album: str | None = None
    file: File | None = None
    phone: str | None = None

    @property
    def holds_more(self) -> bool:
        """Whether there is anything beside words."""
        return any((self.photo, self.position, self.file, self.phone))

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to report in it."""
        return not self.words.strip() and not any((self.photo, self.position, self.file))
