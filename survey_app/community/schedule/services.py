"""Writes about series and attendance."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import date

from flask_babel import gettext as _
from sqlalchemy import delete
from sqlalchemy.orm import Session

from ...accounts.audit import record
from ...accounts.models import StaffAccount
from ...problems import BadInputProblem
from ..kinds import SESSION_KINDS
from ..services.meetings import lock_session
from .cards import card
from .models import AttendanceCount, SessionSeries
from .queries import find_series

#: Months between two sessions that a series may owe.
RHYTHMS = (1, 2, 3, 4, 6, 12)
_MOST_PEOPLE = 100_000


def save_series(
    session: Session,
    *,
    name: str,
    kind: str,
    months: int | None,
    starts_on: date,
    ends_on: date | None = None,
    source: str = "",
    series_id: str | None = None,
    demo: bool = False,
    actor: StaffAccount | None = None,
) -> SessionSeries:
    """A new series, or a changed one. `months` None: it owes nothing. Raises BadInputProblem."""
    name, source = " ".join(name.split()), " ".join(source.split())
    if not name or len(name) > 120 or len(source) > 300:
        raise BadInputProblem(_("Give the series a name, in at most 120 characters."))
    if kind not in SESSION_KINDS:
        raise BadInputProblem(_("Choose what kind of session it is."))
    if months is not None and months not in RHYTHMS:
        raise BadInputProblem(_("Choose how often from the list."))
    if ends_on is not None and ends_on < starts_on:
        raise BadInputProblem(_("The last day comes after the first."))
    if series_id is None:
        found = SessionSeries(id=secrets.token_hex(8), demo=demo)
        session.add(found)
    else:
        found = find_series(session, series_id)
    found.name, found.kind, found.months = name, kind, months
    found.starts_on, found.ends_on, found.source = starts_on, ends_on, source
    session.flush()
    record(session, actor=actor, action="series.save", subject=found.id)
    return found


def save_attendance(
    session: Session,
    session_id: str,
    counts: Mapping[str, Mapping[str, int]],
    *,
    actor: StaffAccount | None = None,
) -> None:
    """The counts of the cards in place of earlier ones: trait to code to people; zeros are not kept.

    Possible after finalising: cards are counted the next day. Raises BadInputProblem.
    """
    lock_session(session, session_id)
    known = {trait.id: trait.choices for trait in card()}
    rows = []
    for trait, codes in counts.items():
        for code, people in codes.items():
            if code not in known.get(trait, {}):
                raise BadInputProblem(_("Choose from the lists of the card."))
            if not 0 <= people <= _MOST_PEOPLE:
                raise BadInputProblem(_("Enter a whole number, or leave it empty"))
            if people:
                rows.append(
                    AttendanceCount(session_id=session_id, trait=trait, code=code, people=people)
                )
    session.execute(delete(AttendanceCount).where(AttendanceCount.session_id == session_id))
    session.add_all(rows)
    record(session, actor=actor, action="session.attendance", subject=session_id)
