"""Erase what the schedule says, unless a legal hold keeps it. Every purge goes through here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Date, delete, func, select
from sqlalchemy.orm import Session

from ..db import Base
from ..jobs import Job, now
from ..survey.days import earliest_today
from .models import LegalHold
from .schedule import RecordKind, schedule


@dataclass(frozen=True)
class Due:
    """What of a kind is past its day (None where it is files or has no end), and whether it is held."""

    kind: RecordKind
    rows: int | None
    held: bool


def held_kinds(session: Session) -> set[str]:
    """Ids of the kinds that a standing hold keeps."""
    standing = session.scalars(select(LegalHold.kinds).where(LegalHold.lifted_on.is_(None)))
    return {kind for kinds in standing for kind in kinds}


def is_held(session: Session, kind_id: str) -> bool:
    return kind_id in held_kinds(session)


def list_due(session: Session, *, day: date | None = None) -> list[Due]:
    """The dry run: how many rows of every kind a purge would erase on `day` (default today)."""
    held = held_kinds(session)
    found = []
    for kind in schedule().values():
        past = _past(kind, day)
        rows = None if past is None else _count(session, kind, past)
        found.append(Due(kind, rows, kind.id in held))
    return found


def purge_kind(session: Session, kind_id: str, *, day: date | None = None) -> int:
    """Erase what is due of one kind; 0 where a hold keeps it. The caller commits."""
    kind = schedule()[kind_id]
    past = _past(kind, day)
    if past is None or (kind.holdable and is_held(session, kind_id)):
        return 0
    result: Any = session.execute(delete(_table(kind)).where(past))
    return int(result.rowcount)


def purge_all(session: Session, *, day: date | None = None) -> dict[str, int]:
    """Erase what is due of every kind; the number of rows by kind."""
    return {
        kind.id: purge_kind(session, kind.id, day=day)
        for kind in schedule().values()
        if kind.table is not None
    }


def _table(kind: RecordKind) -> Any:
    return Base.metadata.tables[str(kind.table)]


def _past(kind: RecordKind, day: date | None) -> ColumnElement[bool] | None:
    if kind.table is None or kind.days is None:
        return None
    column = _table(kind).c[kind.column]
    kept, today = (
        timedelta(days=kind.days),
        day or earliest_today(),
    )  # a clock that jumps erases nothing
    if isinstance(column.type, Date):
        past: ColumnElement[bool] = column < today - kept
    else:
        past = column < min(now(), datetime.combine(today + timedelta(days=1), time.min)) - kept
    if kind.table == Job.__tablename__:  # what waits or runs has no end yet
        past &= column.is_not(None)
    return past


def _count(session: Session, kind: RecordKind, past: ColumnElement[bool]) -> int:
    return session.scalar(select(func.count()).select_from(_table(kind)).where(past)) or 0
