"""Commitments and smaller surveys of an edition in the language of the page."""

from __future__ import annotations

import dataclasses
from collections import Counter
from datetime import date

from flask_babel import format_date

from ..community.followup.standing import LATE, STANDINGS
from ..community.followup.views import MARKS, STANDING_LABELS
from ..community.kinds import direction_of
from ..community.theme_labels import theme_label
from ..series.views import tell_figure
from ..waves.periods import Period
from . import words
from .promised import commitment_context, smaller_context
from .snapshot import CommitmentFigure, CommitmentFigures, Snapshot
from .speech import gettext as _
from .views import PromisesView, PromiseView, SmallerFigure, SmallerView
from .wording import Words


def commitments_view(snapshot: Snapshot, wording: Words) -> PromisesView | None:
    """The late ones first; None for an edition that was built before commitments were in it."""
    found = snapshot.commitments
    if found is None:
        return None
    counts = Counter(row.standing for row in found.rows)
    rows = sorted(found.rows, key=lambda row: row.standing != LATE)
    return PromisesView(
        lead=_lead(found, snapshot.year),
        counts=tuple((str(STANDING_LABELS[one]), MARKS[one], counts[one]) for one in STANDINGS),
        rows=tuple(_promise(row, wording) for row in rows),
    )


def _lead(found: CommitmentFigures, year: int) -> str:
    day = format_date(date.fromisoformat(found.as_of), "long")
    if not found.rows:
        return _("No commitment was made or still running in %(year)s.", year=str(year))
    return _(
        "Commitments that were made because of what residents said, in %(year)s or before if they "
        "were still running, as they stood on %(day)s.",
        year=str(year),
        day=day,
    )


def _promise(row: CommitmentFigure, wording: Words) -> PromiseView:
    said = wording.said(commitment_context(row.id))
    assert said is not None  # noqa: S101 - a commitment is always written in English
    return PromiseView(
        id=row.id,
        text=said.text,
        language=said.language,
        direction=direction_of(said.language),
        owner=row.owner,
        theme=theme_label(row.theme) if row.theme else "",
        due_on=format_date(date.fromisoformat(row.due_on), "long"),
        standing=str(STANDING_LABELS[row.standing]),
        mark=MARKS[row.standing],
    )


def smaller_views(snapshot: Snapshot, wording: Words) -> tuple[SmallerView, ...]:
    """Trust among partner agencies and trust after events: every series, with its figures of the year
    or the sentence that there are none."""
    held = {one.series: one for one in snapshot.smaller}
    found = []
    for series, title, caution in (
        (
            "partners",
            _("Trust among partner agencies"),
            _("The range is exact: it is that of all partners who were asked."),
        ),
        (
            "pulse",
            _("Trust after an event with the City"),
            _("Nobody was drawn by chance, so these figures have no margin of error."),
        ),
    ):
        if series not in held:
            nothing = _("No result of %(year)s was published.", year=str(snapshot.year))
            found.append(SmallerView(series, title, "", nothing, ()))
            continue
        figures = held[series]
        rows = []
        for one in figures.measures:
            said = wording.said(smaller_context(series, one.id))
            assert said is not None  # noqa: S101 - frozen with the wave
            told = tell_figure(dataclasses.asdict(one), None, True)
            rows.append(
                SmallerFigure(
                    title=said.text,
                    language=said.language,
                    direction=direction_of(said.language),
                    primary=one.primary,
                    share=told.share,
                    people=told.people,
                    range=told.range,
                )
            )
        period = str(Period(figures.year, figures.quarter))
        answered = _("Answered: %(count)s.", count=words.whole(figures.answered))
        if figures.asked is not None:
            answered = _(
                "Answered: %(count)s of %(asked)s.",
                count=words.whole(figures.answered),
                asked=words.whole(figures.asked),
            )
        found.append(SmallerView(series, title, period, f"{answered} {caution}", tuple(rows)))
    return tuple(found)
