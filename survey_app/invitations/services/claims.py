"""The thank-you: asked for with a used code, sent to the address that got the letter.

A claim says that an address took part, which the used code says already. It names no answer, no
person and no time, and nothing of it is stored where answers are.
"""

from __future__ import annotations

from enum import Enum

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from ...accounts.audit import record
from ...accounts.models import StaffAccount
from ...waves.models import Wave
from ..codes import digest_of
from ..models import InvitationCase


class Claiming(Enum):
    """What became of a claim."""

    TAKEN = "taken"
    #: asked for before: nothing to do, all is well
    REPEATED = "repeated"
    #: the survey was not sent with this code yet
    NOT_USED = "not used"
    UNKNOWN = "unknown"


def claim_incentive(session: Session, *, wave_id: str, code: str, finding_key: bytes) -> Claiming:
    case = session.scalars(
        select(InvitationCase)
        .where(
            InvitationCase.wave_id == wave_id,
            InvitationCase.digest == digest_of(finding_key, wave_id, code),
        )
        .with_for_update()
    ).first()
    if case is None:
        return Claiming.UNKNOWN
    if not case.used:
        return Claiming.NOT_USED
    if case.claim != "none":
        return Claiming.REPEATED
    case.claim = "asked"
    return Claiming.TAKEN


def mark_sent(session: Session, wave: Wave, *, actor: StaffAccount | None = None) -> int:
    """All that were asked for have been sent; returns how many."""
    asked = session.execute(
        update(InvitationCase)
        .where(InvitationCase.wave_id == wave.id, InvitationCase.claim == "asked")
        .values(claim="sent")
        .returning(InvitationCase.number)
    ).all()
    record(
        session,
        actor=actor,
        action="invitations.thanks_sent",
        subject=wave.slug,
        detail={"count": len(asked)},
    )
    return len(asked)
