"""What a series owes: one session in every period. Pure: days in, periods out."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

HELD, PLANNED, DUE, OVERDUE = "held", "planned", "due", "overdue"


@dataclass(frozen=True)
class Sitting:
    """A session of the series: its day, and whether it took place (its opening was read)."""

    id: str
    day: date
    held: bool


@dataclass(frozen=True)
class Period:
    """From `first` to `last`, both included. `state` is held, planned (a session is set for a day
    still to come), due (the period runs and nothing is planned) or overdue (it ended without)."""

    first: date
    last: date
    state: str
    sittings: tuple[Sitting, ...]


def add_months(day: date, months: int) -> date:
    """The same day so many months later; the last of a shorter month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def periods(
    starts_on: date,
    months: int,
    sittings: Iterable[Sitting],
    *,
    today: date,
    ends_on: date | None = None,
) -> tuple[Period, ...]:
    """Every period from `starts_on` to the one that runs on `today`, and the next; oldest first."""
    known = sorted(sittings, key=lambda one: (one.day, one.id))
    found: list[Period] = []
    number = 0
    while True:
        first = add_months(starts_on, number * months)
        last = add_months(starts_on, (number + 1) * months) - timedelta(days=1)
        if ends_on is not None and first > ends_on:
            return tuple(found)
        inside = tuple(one for one in known if first <= one.day <= last)
        found.append(Period(first, last, _state(last, inside, today), inside))
        if first > today:
            return tuple(found)
        number += 1


def _state(last: date, inside: tuple[Sitting, ...], today: date) -> str:
    if any(one.held for one in inside):
        return HELD
    if any(one.day >= today for one in inside):
        return PLANNED
    return OVERDUE if last < today else DUE
