"""Column kinds every table shares. Telegram ids need 64 bits; enums are text with a CHECK."""

from enum import Enum as PythonEnum
from typing import Any

from sqlalchemy import BigInteger, Enum, Integer
from sqlmodel import Field, SQLModel

SQLModel.metadata.naming_convention = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

# PostgreSQL's `int` is 32 bits wide and SQLite counts up only an INTEGER key, hence the variant.
Id = BigInteger().with_variant(Integer, "sqlite")
AUTOINCREMENT = {"sqlite_autoincrement": True}


def identity() -> Any:
    """A primary key whose numbers are never used twice."""
    return Field(default=None, primary_key=True, sa_type=Id)


def reference(target: str, *, nullable: bool = False, index: bool = True) -> Any:
    """A foreign key to `target` ("table.column"); never cascades."""
    if nullable:
        return Field(default=None, foreign_key=target, sa_type=Id, nullable=True, index=index)
    return Field(foreign_key=target, sa_type=Id, index=index)


def telegram_id(**options: Any) -> Any:
    """An id that Telegram gave; up to 52 significant bits."""
    return Field(sa_type=BigInteger, **options)


def choice(kind: type[PythonEnum], **options: Any) -> Any:
    """An enum stored by value, as text that the database checks."""
    column = Enum(
        kind,
        native_enum=False,
        create_constraint=True,
        values_callable=lambda members: [member.value for member in members],
        length=20,
        name=kind.__name__.lower(),
    )
    return Field(sa_type=column, **options)
