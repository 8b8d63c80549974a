"""Reads about series and attendance."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from ...problems import NotFoundProblem
from ..models import CommunitySession
from .duties import Period, Sitting, periods
from .models import AttendanceCount, SessionSeries


@dataclass(frozen=True)
class Schedule:
    """A series with its periods, newest first; no periods where it owes nothing. `others` are
    sessions outside every period."""

    series: SessionSeries
    periods: tuple[Period, ...]
    others: tuple[Sitting, ...]


def find_series(session: Session, series_id: str) -> SessionSeries:
    """The series with this id; raises NotFoundProblem."""
    found = session.get(SessionSeries, series_id)
    if found is None:
        raise NotFoundProblem(_("This series is not here."))
    return found


def list_series(session: Session) -> list[SessionSeries]:
    return list(session.scalars(select(SessionSeries).order_by(SessionSeries.name, SessionSeries.id)))


def list_schedule(session: Session, *, today: date) -> tuple[Schedule, ...]:
    """What every series owes and what became of it."""
    query = select(
        CommunitySession.series_id,
        CommunitySession.id,
        CommunitySession.held_on,
        CommunitySession.opening_read_on,
    ).where(CommunitySession.series_id.is_not(None))
    sittings: defaultdict[str, list[Sitting]] = defaultdict(list)
    for series_id, session_id, day, opened in session.execute(query):
        sittings[str(series_id)].append(Sitting(session_id, day, opened is not None and day <= today))
    return tuple(_scheduled(one, sittings[one.id], today) for one in list_series(session))


def _scheduled(series: SessionSeries, sittings: list[Sitting], today: date) -> Schedule:
    found: tuple[Period, ...] = ()
    if series.months is not None:
        found = periods(series.starts_on, series.months, sittings, today=today, ends_on=series.ends_on)
    inside = {one.id for period in found for one in period.sittings}
    others = sorted((one for one in sittings if one.id not in inside), key=lambda one: one.day)
    return Schedule(series, found[::-1], tuple(others))


def attendance_of(session: Session, session_id: str) -> dict[str, dict[str, int]]:
    """Trait to code to people, as counted from the cards."""
    query = select(AttendanceCount).where(AttendanceCount.session_id == session_id)
    found: defaultdict[str, dict[str, int]] = defaultdict(dict)
    for row in session.scalars(query):
        found[row.trait][row.code] = row.people
    return dict(found)
