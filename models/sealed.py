"""Words that only their reader may see, sealed in their row.

AES-GCM, bound to table, column and the row's own `seal_id`: a ciphertext moved elsewhere does not open.
"""

import base64
import secrets
import uuid
from dataclasses import dataclass
from typing import Any, Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import LargeBinary
from sqlmodel import Field, Session

NONCE_BYTES = 12
KEY_BYTES = 32


class UnknownKey(KeyError):
    """Sealed with a key of a version that DATA_KEY does not name."""


CANNOT_OPEN = (InvalidTag, UnknownKey)  # moved or changed; or that


class SealedRow(Protocol):
    seal_id: str


@dataclass(frozen=True)
class Keys:
    """The data keys by version: the first named seals, all open. `repr` shows none of them."""

    by_version: dict[int, bytes]

    def __repr__(self) -> str:
        return f"Keys(versions={sorted(self.by_version)})"

    @property
    def sealing(self) -> int:
        """The version that seals: named first. So every process can learn a new key before any seals with it."""
        return next(iter(self.by_version))

    @classmethod
    def from_text(cls, text: str) -> "Keys":
        """Read keys of 32 bytes in base64, `2:NEW,1:OLD` with their versions, one alone being 1; ValueError else."""
        found: dict[int, bytes] = {}
        for part in text.split(","):
            version, _, key = part.strip().rpartition(":")
            number = int(version or 1)
            if not 0 < number < 2**16 or number in found:
                raise ValueError("DATA_KEY names each version once, from 1.")
            found[number] = base64.b64decode(key, validate=True)
            if len(found[number]) != KEY_BYTES:
                raise ValueError("DATA_KEY must be 32 bytes in base64; `dutygrid key` prints one.")
        return cls(found)


def new_key() -> str:
    """A fresh data key, in base64."""
    return base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode()


def new_seal_id() -> str:
    return uuid.uuid4().hex


def SealedColumn() -> Any:  # noqa: N802 - reads as the column type it stands for
    return Field(default=None, sa_type=LargeBinary, nullable=True)


def _binding(row: SealedRow, column: str) -> bytes:
    return f"{row.__tablename__}:{column}:{row.seal_id}".encode()  # type: ignore[attr-defined]


def seal(session: Session, row: SealedRow, column: str, words: str | None) -> None:
    """Put `words` into `row.column`, sealed with the first key; None empties it."""
    if words is None:
        setattr(row, column, None)
        return
    keys: Keys = session.info["keys"]
    version = keys.sealing
    nonce = secrets.token_bytes(NONCE_BYTES)
    ciphertext = AESGCM(keys.by_version[version]).encrypt(nonce, words.encode(), _binding(row, column))
    setattr(row, column, version.to_bytes(2, "big") + nonce + ciphertext)


def unseal(session: Session, row: SealedRow, column: str) -> str | None:
    """The words in `row.column`, or None; one of `CANNOT_OPEN` when no key of ours opens it."""
    stored: bytes | None = getattr(row, column)
    if stored is None:
        return None
    keys: Keys = session.info["keys"]
    version, nonce = int.from_bytes(stored[:2], "big"), stored[2 : 2 + NONCE_BYTES]
    if version not in keys.by_version:
        raise UnknownKey(version)
    plain = AESGCM(keys.by_version[version]).decrypt(nonce, stored[2 + NONCE_BYTES :], _binding(row, column))
    return plain.decode()
