"""Secrets the database keeps for itself, sealed: they outlive the data key they were first sealed with."""

from sqlmodel import Field, SQLModel

from models.sealed import SealedColumn, new_seal_id


class Secret(SQLModel, table=True):
    """One secret by its name."""

    name: str = Field(primary_key=True, max_length=20)
    seal_id: str = Field(default_factory=new_seal_id, max_length=32)
    value: bytes | None = SealedColumn()
