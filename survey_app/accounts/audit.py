"""The audit log: who did what to which thing. It never holds a resident's words."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from ..jobs import now
from .models import AuditEntry, StaffAccount


def record(
    session: Session,
    *,
    actor: StaffAccount | None,
    action: str,
    subject: str,
    detail: dict[str, Any] | None = None,
) -> None:
    """Add an entry in the caller's transaction. `actor` None is the command line."""
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


def list_entries(session: Session, *, limit: int = 200) -> list[AuditEntry]:
    return list(session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc()).limit(limit)))
