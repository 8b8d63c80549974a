"""Receipts: that a survey was sent, or erased. Written once, whoever comes first."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from ..days import latest_today
from ..models import SubmissionReceipt

_INSERT = {
    "sqlite": sqlite.insert(SubmissionReceipt)
    .on_conflict_do_nothing()
    .returning(SubmissionReceipt.receipt),
    "postgresql": postgresql.insert(SubmissionReceipt)
    .on_conflict_do_nothing()
    .returning(SubmissionReceipt.receipt),
}


def write_receipt(session: Session, receipt: str, kept: timedelta) -> bool:
    """Write it; False when it is there already. Of two at the same moment, one writes it."""
    statement = _INSERT[session.get_bind().dialect.name]
    values = {"receipt": receipt, "expires_on": latest_today() + kept}
    return session.scalar(statement.values(**values)) is not None
