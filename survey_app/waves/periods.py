"""When a wave is: its year, or its quarter where a series asks four times a year."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from babel.dates import format_skeleton
from flask_babel import get_locale

from questionnaires.schema import CITY, Instrument


@dataclass(frozen=True)
class Period:
    """A year, or one of its quarters (1 to 4)."""

    year: int
    quarter: int | None = None

    def slug(self, series: str) -> str:
        """The wave's address: `city-2026`, `pulse-2026-q3`."""
        whole = f"{series}-{self.year}"
        return whole if self.quarter is None else f"{whole}-q{self.quarter}"

    def __str__(self) -> str:
        """In the language of the page: 2026, Q3 2026, 3. Quartal 2026."""
        locale = get_locale()
        if self.quarter is None or locale is None:
            return str(self.year)
        first_day = date(self.year, 3 * self.quarter - 2, 1)
        return format_skeleton("yQQQ", first_day, locale=locale)


def period_of(instrument: Instrument, day: date) -> Period:
    """The period of a wave planned on this day.

    A file of the yearly survey is that year's; the others keep their wording until it changes, and
    the day says which year or quarter is asked about.
    """
    if instrument.series == CITY:
        return Period(instrument.year)
    return Period(day.year, (day.month + 2) // 3 if instrument.every == "quarter" else None)
