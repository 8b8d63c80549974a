"""Reads about drafts, receipts and sealed answers."""

from __future__ import annotations

from datetime import UTC, date, datetime

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from .contents import Contents
from .models import Draft, ReturnCode, SealedAnswer, SubmissionReceipt
from .sealing import CannotOpen, erasure_of, lookup_of, receipt_of, unlock

#: Built once: it runs with every page, and building a statement costs more than running it.
_DRAFT = select(Draft).where(
    Draft.lookup == bindparam("lookup"), Draft.expires_on >= bindparam("today")
)
_DRAFT_TO_WRITE = _DRAFT.with_for_update()


def today() -> date:
    """The day in UTC: the finest time that any table of the survey knows."""
    return datetime.now(UTC).date()


def find_draft_row(session: Session, key: bytes, *, for_update: bool = False) -> Draft | None:
    """The row of this key while it has not expired."""
    query = _DRAFT_TO_WRITE if for_update else _DRAFT
    return session.scalars(query, {"lookup": lookup_of(key), "today": today()}).first()


def read_draft(row: Draft, key: bytes) -> Contents | None:
    """What the draft holds; None when it cannot be opened (it was tampered with)."""
    try:
        return Contents.from_json(unlock(key, row.ciphertext))
    except CannotOpen:
        return None


def find_draft(session: Session, key: bytes | None) -> Contents | None:
    """The unfinished survey of this key; None when there is none (any more)."""
    row = find_draft_row(session, key) if key is not None else None
    return read_draft(row, key) if row is not None and key is not None else None


def was_sent(session: Session, key: bytes | None) -> bool:
    """Whether the survey of this key was sent already."""
    return key is not None and session.get(SubmissionReceipt, receipt_of(key)) is not None


def count_waiting(session: Session, wave_id: str) -> dict[str | None, int]:
    """Sealed answers of a wave by the cell of the sample that they wait in; None is the open link."""
    query = (
        select(SealedAnswer.cell, func.count())
        .where(SealedAnswer.wave_id == wave_id)
        .group_by(SealedAnswer.cell)
    )
    return {cell: count for cell, count in session.execute(query)}  # noqa: C416 - rows, not pairs


def was_erased(session: Session, key: bytes) -> bool:
    """Whether the resident erased the survey of this key."""
    return session.get(SubmissionReceipt, erasure_of(key)) is not None


def find_return_code(session: Session, lookup: str) -> ReturnCode | None:
    """The row of a return code while its draft has not expired."""
    query = (
        select(ReturnCode)
        .join(Draft, Draft.lookup == ReturnCode.draft)
        .where(ReturnCode.lookup == lookup, Draft.expires_on >= today())
    )
    return session.scalars(query).first()
