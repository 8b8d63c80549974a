"""Commitments made because of what residents said, and the smaller surveys of the year.

Both are read as they were published or stood on a day, and frozen with the edition.
"""

from __future__ import annotations

from datetime import date

from sqlalchemy.orm import Session

from ..community.followup.queries import commitments_for_report
from ..series.queries import COUNTED, list_published
from ..waves.queries import list_wordings
from .snapshot import CommitmentFigure, CommitmentFigures, CountedFigure, SmallerFigures
from .wording import Wording


def day_of_count(year: int, today: date) -> date:
    """The day on which commitments and duties are looked at: the last of the year, or today while the
    year runs. A report built after its year is the same on whatever day it is built."""
    return min(today, date(year, 12, 31))


def gather_commitments(
    session: Session, year: int, *, as_of: date
) -> tuple[CommitmentFigures, Wording]:
    """Commitments of a year as they stood on `as_of`, and their words by language."""
    kept = commitments_for_report(session, year, as_of=as_of)
    wording: Wording = {}
    for row in kept.rows:
        for language, text in row.words.items():
            wording.setdefault(language, {})[commitment_context(row.id)] = text
    rows = tuple(
        CommitmentFigure(
            id=row.id,
            owner=row.owner,
            theme=row.theme,
            made_on=row.made_on.isoformat(),
            due_on=row.due_on.isoformat(),
            closed_on=row.closed_on.isoformat() if row.closed_on else None,
            standing=row.standing,
        )
        for row in kept.rows
    )
    return CommitmentFigures(as_of.isoformat(), rows), wording


def commitment_context(commitment: str) -> str:
    return f"commitment.{commitment}"


def gather_smaller(
    session: Session, year: int, *, demo: bool
) -> tuple[tuple[SmallerFigures, ...], Wording]:
    """The newest published result of the year for each smaller survey, and the titles it was published
    with. Real figures and those of a demonstration never stand in one report."""
    found = []
    wording: Wording = {}
    for series in COUNTED:
        published = [
            (wave, result)
            for wave, result in list_published(session, series)
            if wave.year == year and wave.demo == demo
        ]
        if not published:
            continue
        wave, result = published[-1]
        document = result.document
        figures = SmallerFigures(
            series=series,
            wave=wave.slug,
            year=wave.year,
            quarter=wave.quarter,
            answered=document["answered"],
            asked=document["asked"],
            sha256=result.sha256,
            measures=tuple(
                CountedFigure(**{key: value for key, value in one.items() if key != "better"})
                for one in document["measures"]
            ),
        )
        found.append(figures)
        for row in list_wordings(session, wave):
            for one in figures.measures:
                context = f"measure.{one.id}.title"
                wording.setdefault(row.language, {})[smaller_context(series, one.id)] = row.wording[
                    "messages"
                ][context]
    return tuple(found), wording


def smaller_context(series: str, measure: str) -> str:
    return f"{series}.{measure}.title"
