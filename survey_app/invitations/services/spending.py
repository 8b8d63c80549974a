"""Spending a code: in the transaction that seals the answer, once."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from ..codes import digest_of
from ..models import InvitationCase, InvitationCell


@dataclass(frozen=True, slots=True)
class Invited:
    """What goes under the seal with an answer from a drawn address: its group, never its number."""

    cell: str
    stratum: str
    psu_group: str | None
    base_weight: float


def spend_code(session: Session, *, wave_id: str, code: str, finding_key: bytes) -> Invited | None:
    """Mark the code as used; None when there is no such code or it was used before.

    The row is locked, so that of two people who send with one code at the same moment one is first.
    """
    case = session.scalars(
        select(InvitationCase)
        .where(
            InvitationCase.wave_id == wave_id,
            InvitationCase.digest == digest_of(finding_key, wave_id, code),
        )
        .with_for_update()
    ).first()
    if case is None or case.used:
        return None
    case.used, case.disposition = True, None
    cell = session.get_one(InvitationCell, case.cell_id)
    return Invited(cell.id, cell.stratum, cell.psu_group, cell.base_weight)
