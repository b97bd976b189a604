"""Disposal lists by version: the newest is in force, and a request is judged by the one it began with."""

import csv
import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import bindparam
from sqlalchemy import select as core_select
from sqlmodel import Session, col, select

from models import DisposalList, Request
from models.prepared import Prepared
from models.together import rows_once
from services import disposal
from services.disposal import Category, Span

SORTED_WITHIN = Span(8, "H")  # what nobody has sorted yet is looked at within the day, on any day
_parsed: dict[str, tuple[Category, ...]] = {}  # by digest: a version never changes


def ensure(session: Session, now: datetime) -> int:
    """The version in force; the shipped list becomes one where there is none, or where we ship a newer one."""
    newest = _newest(session)
    shipped = _shipped_rows()
    if newest is not None and (not newest.shipped or newest.digest == _digest(shipped)):
        return newest.id
    return _add(session, now, shipped, None, shipped=True).id


def import_rows(session: Session, now: datetime, rows: Sequence[Mapping[str, str]], by: int | None) -> int:
    """A list in which `disposal.problems_of` found nothing wrong is in force from now on; its version."""
    newest = _newest(session)
    if newest is not None and newest.digest == _digest(rows) and not newest.shipped:
        return newest.id
    return _add(session, now, rows, by).id


def rows_in_force(session: Session, now: datetime) -> list[dict[str, str]]:
    """The list in force, as rows of its file."""
    version, _ = current(session, now)
    rows = session.exec(select(DisposalList.rows).where(DisposalList.id == version)).one()
    return [dict(row) for row in rows]


def _add(
    session: Session,
    now: datetime,
    rows: Sequence[Mapping[str, str]],
    by: int | None,
    *,
    shipped: bool = False,
) -> DisposalList:
    kept = [dict(row) for row in rows]
    made = DisposalList(rows=kept, digest=_digest(rows), shipped=shipped, imported_by=by, imported_at=now)
    session.add(made)
    session.flush()
    return made


def _shipped_rows() -> list[dict[str, str]]:
    with disposal.SHIPPED.open(encoding="utf-8", newline="") as source:
        return list(csv.DictReader(source))


def _digest(rows: Sequence[Mapping[str, str]]) -> str:
    text = json.dumps([dict(row) for row in rows], ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def _newest(session: Session) -> DisposalList | None:
    return session.exec(select(DisposalList).order_by(col(DisposalList.id).desc()).limit(1)).first()


def current(session: Session, now: datetime) -> tuple[int, tuple[Category, ...]]:
    """The version in force and its categories."""
    newest = session.exec(select(DisposalList.id).order_by(col(DisposalList.id).desc()).limit(1)).first()
    version = newest or ensure(session, now)
    return version, of(session, version)


def versions(session: Session, now: datetime) -> list[int]:
    """Every version there has been, the one in force first."""
    current(session, now)
    return list(session.exec(select(DisposalList.id).order_by(col(DisposalList.id).desc())).all())


_DIGEST = Prepared(core_select(col(DisposalList.digest)).where(col(DisposalList.id) == bindparam("version")))


def of(session: Session, version: int) -> tuple[Category, ...]:
    """The categories of a version."""
    digest = rows_once(session, _DIGEST, version=version)[0].digest
    if digest not in _parsed:
        rows = session.exec(select(DisposalList.rows).where(DisposalList.id == version)).one()
        _parsed[digest] = tuple(map(disposal.category, rows))
    return _parsed[digest]


def category_of(session: Session, request: Request) -> Category | None:
    """What a request is about, by its own list; None while it is unsorted, or its list has no such category."""
    return find(of(session, request.list_version), request.category)


def find(categories: tuple[Category, ...], code: str | None) -> Category | None:
    return next((category for category in categories if category.code == code), None)
