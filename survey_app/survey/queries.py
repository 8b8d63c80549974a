"""Reads about drafts, receipts and sealed answers."""

from __future__ import annotations

from typing import Literal

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from .contents import Contents
from .days import earliest_today
from .models import Draft, ReturnCode, SealedAnswer, SubmissionReceipt
from .sealing import CannotOpen, erasure_of, lookup_of, receipt_of, unlock

#: Built once, on tables and not on mapped classes: it runs with every page, and making objects of rows
#: costs more than reading them.
_DRAFT = select(Draft.__table__.c.ciphertext).where(
    Draft.__table__.c.lookup == bindparam("lookup"),
    Draft.__table__.c.expires_on >= bindparam("today"),
)
_DRAFT_TO_WRITE = _DRAFT.with_for_update()
_RECEIPTS = select(SubmissionReceipt.__table__.c.receipt).where(
    SubmissionReceipt.__table__.c.receipt.in_(bindparam("asked", expanding=True))
)


def find_draft(session: Session, key: bytes | None, *, for_update: bool = False) -> Contents | None:
    """The unfinished survey of this key; None when there is none (any more), or it was tampered with.

    `for_update` locks the row until the transaction ends, so that two tabs do not undo each other.
    """
    if key is None:
        return None
    query = _DRAFT_TO_WRITE if for_update else _DRAFT
    found = (
        session.connection()
        .execute(query, {"lookup": lookup_of(key), "today": earliest_today()})
        .scalar()
    )
    try:
        return Contents.from_json(unlock(key, found)) if found is not None else None
    except CannotOpen:
        return None


def is_over(session: Session, key: bytes) -> Literal["sent", "erased"] | None:
    """Whether the survey of this key was sent already, or the resident erased it."""
    sent, erased = receipt_of(key), erasure_of(key)
    found = set(session.connection().execute(_RECEIPTS, {"asked": [sent, erased]}).scalars())
    return "sent" if sent in found else "erased" if erased in found else None


def was_sent(session: Session, key: bytes | None) -> bool:
    """Whether the survey of this key was sent already."""
    return key is not None and is_over(session, key) == "sent"


def count_waiting(session: Session, wave_id: str) -> dict[str | None, int]:
    """Sealed answers of a wave by the cell of the sample that they wait in; None is the open link."""
    query = (
        select(SealedAnswer.cell, func.count())
        .where(SealedAnswer.wave_id == wave_id)
        .group_by(SealedAnswer.cell)
    )
    return {cell: count for cell, count in session.execute(query)}  # noqa: C416 - rows, not pairs


def find_return_code(session: Session, lookup: str) -> ReturnCode | None:
    """The row of a return code while its draft has not expired."""
    query = (
        select(ReturnCode)
        .join(Draft, Draft.lookup == ReturnCode.draft)
        .where(ReturnCode.lookup == lookup, Draft.expires_on >= earliest_today())
    )
    return session.scalars(query).first()
