"""Reads about drawn addresses."""

from __future__ import annotations

from enum import Enum

from sqlalchemy import select
from sqlalchemy.orm import Session

from .codes import digest_of
from .models import InvitationCase


class CodeState(Enum):
    """What is known of a code that somebody typed."""

    READY = "ready"
    USED = "used"
    UNKNOWN = "unknown"


def find_code(session: Session, *, wave_id: str, code: str, finding_key: bytes) -> CodeState:
    used = session.scalar(
        select(InvitationCase.used).where(
            InvitationCase.wave_id == wave_id,
            InvitationCase.digest == digest_of(finding_key, wave_id, code),
        )
    )
    if used is None:
        return CodeState.UNKNOWN
    return CodeState.USED if used else CodeState.READY
