"""Drafts: begun, saved at every page, erased, purged."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from sqlalchemy import CursorResult, delete
from sqlalchemy.orm import Session

from ..contents import Contents
from ..fields import Value
from ..models import Draft, SubmissionReceipt
from ..queries import find_draft_row, read_draft, today, was_erased, was_sent
from ..sealing import erasure_of, lock, lookup_of
from ..words import DISTRICT
from .receipts import write_receipt

#: Days after the last saved page until a draft is erased.
KEPT_DAYS = 7
#: Days in which a request that was under way when the survey was erased cannot bring it back.
ERASED_DAYS = 2


def begin_draft(
    session: Session, key: bytes, *, wave_id: str, code: str = "", trapped: bool = False
) -> Contents:
    """Store an empty draft under a fresh key; `code` is the one from a letter."""
    contents = Contents.begin(wave_id, code=code, trapped=trapped)
    _store(session, key, contents)
    return contents


def keep_draft(session: Session, key: bytes, contents: Contents) -> bool:
    """Store what a phone holds, in place of what was stored before.

    False when this survey is over (sent or erased): a request that comes late brings nothing back.
    """
    row = find_draft_row(session, key, for_update=True)
    if was_sent(session, key) or was_erased(session, key):
        return False
    if row is None:
        _store(session, key, contents)
    else:
        row.ciphertext = lock(key, contents.to_json())
        row.expires_on = today() + timedelta(days=KEPT_DAYS)
    return True


def _store(session: Session, key: bytes, contents: Contents) -> None:
    session.add(
        Draft(
            lookup=lookup_of(key),
            wave_id=contents.wave_id,
            ciphertext=lock(key, contents.to_json()),
            expires_on=today() + timedelta(days=KEPT_DAYS),
        )
    )


def save_answers(session: Session, key: bytes, given: dict[str, Value | None]) -> Contents | None:
    """Add a page's answers to the draft; None when there is no draft (any more).

    The row is locked while it is read and written, so that two tabs do not undo each other.
    """
    row = find_draft_row(session, key, for_update=True)
    before = read_draft(row, key) if row is not None else None
    if row is None or before is None:
        return None
    after = before.with_answers(given)
    moved = [name for name, value in given.items() if _is_area(value, before.answers.get(name))]
    if moved:
        # Another neighborhood: its districts are others, so the question is open again.
        after = after.without(DISTRICT)
    row.ciphertext = lock(key, after.to_json())
    row.expires_on = today() + timedelta(days=KEPT_DAYS)
    return after


def keep_code(session: Session, key: bytes, code: str) -> None:
    """Add the code from a letter to a draft that was begun before it was typed."""
    row = find_draft_row(session, key, for_update=True)
    before = read_draft(row, key) if row is not None else None
    if row is not None and before is not None:
        row.ciphertext = lock(key, replace(before, code=code).to_json())


def _is_area(after: Value | None, before: Value | None) -> bool:
    """Whether this is an area, and another one than before."""
    return after != before and (isinstance(after, dict) or isinstance(before, dict))


def erase_draft(session: Session, key: bytes) -> None:
    """Erase the draft of this key, for good: what is still on its way does not bring it back."""
    write_receipt(session, erasure_of(key), timedelta(days=ERASED_DAYS))
    session.execute(delete(Draft).where(Draft.lookup == lookup_of(key)))


def purge_expired(session: Session, *, day: date | None = None) -> tuple[int, int]:
    """Erase what expired before `day` (default today); the numbers of drafts and receipts."""
    limit = day or today()
    return (
        _rows(session, delete(Draft).where(Draft.expires_on < limit)),
        _rows(session, delete(SubmissionReceipt).where(SubmissionReceipt.expires_on < limit)),
    )


def _rows(session: Session, statement: object) -> int:
    result: CursorResult[object] = session.execute(statement)  # type: ignore[call-overload]
    return int(result.rowcount)
