"""What the templates get: the schedule and the attendance, worded in the language of the page."""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import LazyString, format_date
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from ..kinds import kind_label
from .cards import ShownCount, card
from .duties import DUE, HELD, OVERDUE, PLANNED
from .models import SessionSeries
from .queries import Schedule, attendance_of

STATES: dict[str, LazyString] = {
    HELD: _l("Held"),
    PLANNED: _l("Planned"),
    DUE: _l("To be planned"),
    OVERDUE: _l("Overdue"),
}
#: Style of the mark that says so.
MARKS = {HELD: "good", PLANNED: "", DUE: "wait", OVERDUE: "bad"}
#: Periods of a series on one screen, the newest.
PERIODS = 6


@dataclass(frozen=True)
class PeriodView:
    """`sittings`: id and day of each session in the period."""

    name: str
    state: str
    mark: str
    sittings: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class SeriesView:
    """`rhythm` says how often one is owed; `overdue` counts all periods, shown or not."""

    id: str
    name: str
    kind: str
    rhythm: str
    source: str
    demo: bool
    overdue: int
    periods: tuple[PeriodView, ...]
    others: tuple[tuple[str, str], ...]


def rhythm_label(months: int | None) -> str:
    named: dict[int | None, str] = {
        None: _("No fixed rhythm"),
        1: _("Every month"),
        2: _("Every two months"),
        3: _("Every quarter"),
        4: _("Every four months"),
        6: _("Twice a year"),
        12: _("Once a year"),
    }
    return named[months]


def view_schedule(found: Schedule) -> SeriesView:
    series: SessionSeries = found.series
    return SeriesView(
        id=series.id,
        name=series.name,
        kind=kind_label(series.kind),
        rhythm=rhythm_label(series.months),
        source=series.source,
        demo=series.demo,
        overdue=sum(one.state == OVERDUE for one in found.periods),
        periods=tuple(
            PeriodView(
                _("%(first)s to %(last)s", first=_day(one.first), last=_day(one.last)),
                str(STATES[one.state]),
                MARKS[one.state],
                tuple((sitting.id, _day(sitting.day)) for sitting in one.sittings),
            )
            for one in found.periods[:PERIODS]
        ),
        others=tuple((sitting.id, _day(sitting.day)) for sitting in found.others),
    )


def view_attendance(
    session: Session, session_id: str
) -> tuple[tuple[str, tuple[ShownCount, ...]], ...]:
    """For staff: title of each trait and its counts as they were entered; without empty traits."""
    counts = attendance_of(session, session_id)
    return tuple(
        (
            trait.title,
            tuple(
                ShownCount(label, counts[trait.id][code])
                for code, label in trait.choices.items()
                if counts[trait.id].get(code)
            ),
        )
        for trait in card()
        if counts.get(trait.id)
    )


def _day(day: object) -> str:
    return str(format_date(day, "medium"))
