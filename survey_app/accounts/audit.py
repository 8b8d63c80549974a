"""The audit log: who did what to which thing. It never holds a resident's words.

That is held by form: a subject is a name or an id on one line, and what is noted beside it are numbers,
yes or no, days and codes. A sentence does not fit, whoever writes the call.
"""

from __future__ import annotations

import re
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from ..jobs import now
from .models import AuditEntry, StaffAccount

#: A code, a day, a hash: no blank in it.
_CODE = re.compile(r"[\w.:@/+-]{0,80}", re.ASCII)
_LONGEST_SUBJECT = 120


def record(
    session: Session,
    *,
    actor: StaffAccount | None,
    action: str,
    subject: str,
    detail: dict[str, Any] | None = None,
) -> None:
    """Add an entry in the caller's transaction. `actor` None is the command line.

    Raises ValueError where words would be noted.
    """
    if len(subject) > _LONGEST_SUBJECT or "\n" in subject or not _is_code(action):
        raise ValueError("The audit log takes a short subject on one line and an action as a code.")
    for key, value in (detail or {}).items():
        if not (_is_code(key) and (value is None or isinstance(value, int | float) or _is_code(value))):
            raise ValueError(f"The audit log takes numbers and codes only; {key!r} is neither.")
    session.add(
        AuditEntry(
            at=now(),
            account_id=actor.id if actor else None,
            role=actor.role if actor else "command",
            action=action,
            subject=subject,
            detail=detail or {},
        )
    )


def _is_code(value: object) -> bool:
    return isinstance(value, str) and _CODE.fullmatch(value) is not None


def list_entries(session: Session, *, limit: int = 200) -> list[AuditEntry]:
    return list(session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc()).limit(limit)))
