"""Drafts: begun, saved at every page, erased, purged."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from sqlalchemy import bindparam, delete, insert, update
from sqlalchemy.orm import Session

from ...operations.retention import purge_kind
from ...operations.schedule import days_of
from ..contents import Contents
from ..days import earliest_today, latest_today
from ..fields import Value
from ..models import Draft
from ..queries import find_draft
from ..sealing import erasure_of, lock, lookup_of
from ..words import DISTRICT
from .receipts import write_receipt

#: Days after the last saved page until a draft is erased.
KEPT_DAYS = days_of("drafts")
#: Days in which a request that was under way when the survey was erased cannot bring it back.
ERASED_DAYS = 2

_INSERT = insert(Draft.__table__)  # type: ignore[arg-type]
_UPDATE = update(Draft.__table__).where(  # type: ignore[arg-type]
    Draft.__table__.c.lookup == bindparam("found")
)


def begin_draft(
    session: Session, key: bytes, *, wave_id: str, code: str = "", trapped: bool = False
) -> Contents:
    """Store an empty draft under a fresh key; `code` is the one from a letter."""
    contents = Contents.begin(wave_id, code=code, trapped=trapped)
    _store(session, key, contents)
    return contents


def keep_draft(session: Session, key: bytes, contents: Contents, *, before: Contents | None) -> None:
    """Store what a phone holds, in place of `before`: what was stored, read with its row locked in this
    transaction. The caller has asked whether the survey is over."""
    if before is None:
        session.execute(delete(Draft).where(Draft.lookup == lookup_of(key)))  # expired, not purged yet
        _store(session, key, contents)
    else:
        _replace(session, key, contents)


def _store(session: Session, key: bytes, contents: Contents) -> None:
    named = {"lookup": lookup_of(key), "wave_id": contents.wave_id}
    session.connection().execute(_INSERT, {**named, **_locked(key, contents)})


def _replace(session: Session, key: bytes, contents: Contents) -> None:
    session.connection().execute(_UPDATE, {"found": lookup_of(key), **_locked(key, contents)})


def _locked(key: bytes, contents: Contents) -> dict[str, object]:
    return {
        "ciphertext": lock(key, contents.to_json()),
        "expires_on": latest_today() + timedelta(days=KEPT_DAYS),
    }


def save_answers(
    session: Session,
    key: bytes,
    given: dict[str, Value | None],
    *,
    before: Contents | None = None,
) -> Contents | None:
    """Add a page's answers to the draft; None when there is no draft (any more).

    `before`: the draft as it was read, with its row locked, in this transaction.
    """
    before = before or find_draft(session, key, for_update=True)
    if before is None:
        return None
    after = before.with_answers(given)
    moved = [name for name, value in given.items() if _is_area(value, before.answers.get(name))]
    if moved:
        # Another neighborhood: its districts are others, so the question is open again.
        after = after.without(DISTRICT)
    _replace(session, key, after)
    return after


def keep_code(session: Session, key: bytes, code: str) -> None:
    """Put the code from a letter into a draft already begun."""
    contents = find_draft(session, key, for_update=True)
    if contents is not None:
        _replace(session, key, replace(contents, code=code))


def _is_area(after: Value | None, before: Value | None) -> bool:
    """Whether this is an area, and another one than before."""
    return after != before and (isinstance(after, dict) or isinstance(before, dict))


def erase_draft(session: Session, key: bytes) -> None:
    """Erase the draft of this key, for good: what is still on its way does not bring it back."""
    write_receipt(session, erasure_of(key), timedelta(days=ERASED_DAYS))
    session.execute(delete(Draft).where(Draft.lookup == lookup_of(key)))


def purge_expired(session: Session, *, day: date | None = None) -> tuple[int, int]:
    """Erase what expired before `day` (default today); the numbers of drafts and receipts."""
    limit = day or earliest_today()
    return purge_kind(session, "drafts", day=limit), purge_kind(session, "receipts", day=limit)
