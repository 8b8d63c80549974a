"""The smaller surveys as indicators for the City's dashboards: `<plan>/<result>/<measure>`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy.orm import Session

from questionnaires.load import load_instrument
from questionnaires.plan_results import plan as find_plan

from ..waves.models import Wave
from ..waves.periods import Period
from .models import SeriesResult
from .queries import COUNTED, list_published

_UNITS = {
    "pulse": "share of those who answered after an engagement; no margin of error, nobody was drawn",
    "partners": "share of the partners who answered; low and high: 95%, exact, finite population",
}


def series_indicators(session: Session, *, demo: bool) -> Iterator[dict[str, Any]]:
    """The newest published wave of each series, every figure with its n and the baseline.

    Real figures and those of a demonstration never stand in one document.
    """
    for series in COUNTED:
        published = [one for one in list_published(session, series) if one[0].demo == demo]
        if published:
            yield from _of_wave(published[-1], published[0])


def _of_wave(
    newest: tuple[Wave, SeriesResult], baseline: tuple[Wave, SeriesResult]
) -> Iterator[dict[str, Any]]:
    wave, result = newest
    instrument = load_instrument(wave.questionnaire)
    plan = find_plan(instrument.plan)
    figures = {figure["id"]: figure for figure in result.document["measures"]}
    first = {figure["id"]: figure for figure in baseline[1].document["measures"]}
    for kind, results in (("plan_result", plan.results), ("city_measure", plan.city_measures)):
        for promised in results:
            for name in promised.measures:
                if name not in figures:
                    continue
                figure = figures[name]
                yield {
                    "id": f"{plan.id}/{promised.id}/{name}",
                    "kind": kind,
                    "result": promised.id,
                    "result_title": promised.title,
                    "measure": name,
                    "title": instrument.measure(name).title,
                    "series": wave.series,
                    "period": Period(wave.year, wave.quarter).slug(wave.series),
                    "primary": figure["primary"],
                    "better": figure["better"],
                    "unit": _UNITS[wave.series],
                    "answered": result.document["answered"],
                    "asked": result.document["asked"],
                    "value": figure.get("value"),
                    # One side of the share has so few people that only a bound is told.
                    "withheld": None if figure["told"] == "exact" else "privacy",
                    **{name: figure[name] for name in ("n", "low", "high") if name in figure},
                    "baseline": {
                        "period": baseline[1].document["wave"],
                        "value": first.get(name, {}).get("value"),
                    },
                }
