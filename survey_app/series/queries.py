"""Reads about the smaller surveys."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from ..invitations.models import InvitationSample
from ..survey.models import Response
from ..waves.models import Wave
from .models import SeriesReach, SeriesResult

#: Series whose results are counted, not weighted.
COUNTED = ("pulse", "partners")


def read_codes(session: Session, wave: Wave) -> list[dict[str, int]]:
    """The answers of those who are counted, a row each.

    A survey by invitation counts answers that came with a code; another one everybody's.
    """
    query = select(Response.answers).where(Response.wave_id == wave.id)
    if wave.series == "partners":
        query = query.where(Response.source == "drawn")
    return list(session.scalars(query))


def find_reach(session: Session, wave: Wave) -> SeriesReach:
    """As stored; an empty one when nobody wrote anything down."""
    return session.get(SeriesReach, wave.id) or SeriesReach(wave_id=wave.id)


def count_asked(session: Session, wave: Wave) -> int | None:
    """How many were asked: invitations sent, or people at the events of the quarter."""
    sample = session.get(InvitationSample, wave.id)
    return sample.addresses if sample is not None else find_reach(session, wave).people


def list_published(session: Session, series: str) -> list[tuple[Wave, SeriesResult]]:
    """The newest published result of every wave of a series, oldest wave first."""
    query = (
        select(Wave, SeriesResult)
        .join(SeriesResult, SeriesResult.wave_id == Wave.id)
        .where(Wave.series == series)
        .order_by(Wave.year, Wave.quarter, SeriesResult.number)
    )
    newest: dict[str, tuple[Wave, SeriesResult]] = {}
    for wave, result in session.execute(query):
        newest[wave.id] = (wave, result)
    return list(newest.values())


def find_newest(session: Session, wave: Wave) -> SeriesResult | None:
    query = select(SeriesResult).where(SeriesResult.wave_id == wave.id)
    return session.scalars(query.order_by(SeriesResult.number.desc())).first()
