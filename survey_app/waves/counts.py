"""How many answers a wave has, told coarsely: in steps of ten, never a single answer more or less.

Of a wave that takes answers this is told once a day (`outreach.py`), so that nobody can watch when
somebody answers; of one that is over, at any time.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ..survey.models import Response, SealedAnswer
from .models import OutreachCount, Wave

STEP = 10
#: The subject and the level under which the daily count keeps the number of everything sent.
SENT, TOTAL = "sent", "total"


@dataclass(frozen=True)
class Coarse:
    """`at_least` people, a multiple of ten; 0 means fewer than ten (or none)."""

    at_least: int


@dataclass(frozen=True)
class SourceCount:
    """Responses of one source and mode."""

    source: str
    mode: str
    count: Coarse


def coarse(count: int) -> Coarse:
    return Coarse(count // STEP * STEP)


def count_answers(session: Session, wave: Wave) -> Coarse:
    """Everything sent, whether released or still sealed; of a living wave as last counted."""
    if wave.is_live:
        told = session.get(OutreachCount, (wave.id, SENT, TOTAL))
        return Coarse(told.at_least if told is not None else 0)
    total = 0
    for table in (Response, SealedAnswer):
        query = select(func.count()).select_from(table).where(table.wave_id == wave.id)
        total += session.scalar(query) or 0
    return coarse(total)


def count_by_source(session: Session, wave: Wave) -> tuple[SourceCount, ...]:
    """Released responses by source and mode, in that order."""
    query = (
        select(Response.source, Response.mode, func.count())
        .where(Response.wave_id == wave.id)
        .group_by(Response.source, Response.mode)
        .order_by(Response.source, Response.mode)
    )
    return tuple(
        SourceCount(source, mode, coarse(count)) for source, mode, count in session.execute(query)
    )
