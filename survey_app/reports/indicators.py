"""The plan's results as indicators for the City's dashboards, from the newest published edition.

Stable ids: `<plan>/<result>/<measure>`. Which measure speaks to which result of the plan, and to which
of MONSE's own performance measures, is data: questionnaires/plan_results.toml.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from questionnaires.load import every_available, load_instrument
from questionnaires.plan_results import Plan, PlanResult
from questionnaires.plan_results import plan as find_plan
from questionnaires.schema import Instrument

from ..handed_out import csv_file, safe
from .codec import decode
from .counted_indicators import counts_of
from .models import Edition
from .snapshot import Change, Figure, MeasureFigures, Snapshot
from .wording import SOURCE_LANGUAGE, Words, words_of


def indicators_of(edition: Edition) -> dict[str, Any]:
    """The document of /api/v1/indicators.json: every number with its n and its interval, withheld
    ones with the reason and no number."""
    snapshot = decode(Snapshot, edition.snapshot)
    wording = words_of(snapshot, edition.wording, SOURCE_LANGUAGE)
    plan = find_plan(load_instrument(snapshot.questionnaire).plan)
    return {
        "demo": edition.demo,
        "note": "Demonstration: the figures are made up." if edition.demo else "",
        "year": edition.year,
        "edition": edition.number,
        "edition_sha256": edition.sha256,
        "published_on": edition.published_on.isoformat() if edition.published_on else None,
        "plan": plan.id,
        "interval": "95%, Korn and Graubard, effective size capped at n",
        "indicators": [
            *_survey_indicators(snapshot, plan, wording),
            *counts_of(snapshot, json.loads(edition.wording)),
        ],
    }


def absent_indicators(edition: Edition, present: set[str]) -> Iterator[dict[str, Any]]:
    """What the plan asks for and nobody has measured yet, each with the reason: nothing is left out in
    silence. `present`: ids that have an entry."""
    questionnaire = load_instrument(decode(Snapshot, edition.snapshot).questionnaire)
    plan = find_plan(questionnaire.plan)
    for kind, result, name in _promised(plan):
        at = f"{plan.id}/{result.id}/{name}"
        if at in present:
            continue
        source = _measured_by(name)
        reason = f"Not asked in the survey of {edition.year}."
        if source.series != questionnaire.series:
            reason = "No result of this survey has been published yet."
        yield {
            "id": at,
            "kind": kind,
            "result": result.id,
            "result_title": result.title,
            "measure": name,
            "title": source.measure(name).title,
            "unit": "share",
            "value": None,
            "withheld": None,
            "absent": reason,
        }


def _promised(plan: Plan) -> Iterator[tuple[str, PlanResult, str]]:
    for kind, results in (("plan_result", plan.results), ("city_measure", plan.city_measures)):
        for result in results:
            for name in result.measures:
                yield kind, result, name


@cache
def _measured_by(name: str) -> Instrument:
    """The newest questionnaire that has a measure."""
    for instrument in map(load_instrument, sorted(every_available(), reverse=True)):
        if any(measure.id == name for measure in instrument.measures):
            return instrument
    raise LookupError(f"No questionnaire has the measure {name} of plan_results.toml.")


_ABOUT = ("demo", "year", "edition", "edition_sha256", "published_on", "plan")
_TABLE = (
    "id", "kind", "result", "result_title", "measure", "title", "primary", "better", "unit", "value",
    "low", "high", "se", "n", "withheld", "absent", "comparison",
)  # fmt: skip
_CHANGE = ("since", "difference", "low", "high", "p", "p_adjusted", "direction")


def indicators_csv(document: Mapping[str, Any]) -> bytes:
    """The document as a table: a line an indicator, with the edition on every line."""
    rows = []
    for one in document["indicators"]:
        change = one.get("change") or {}
        cells = [document[name] for name in _ABOUT]
        cells += [one.get(name) for name in _TABLE] + [change.get(name) for name in _CHANGE]
        rows.append([safe(cell) for cell in cells])
    return csv_file([*_ABOUT, *_TABLE, *(f"change_{name}" for name in _CHANGE)], rows)


def _survey_indicators(snapshot: Snapshot, plan: Plan, wording: Words) -> Iterator[dict[str, Any]]:
    for kind, result, name in _promised(plan):
        measure = snapshot.measure(name)
        if measure is not None:
            yield _indicator(kind, plan, result, measure, wording)


def _indicator(
    kind: str, plan: Plan, result: PlanResult, measure: MeasureFigures, wording: Words
) -> dict[str, Any]:
    latest = measure.latest
    return {
        "id": f"{plan.id}/{result.id}/{measure.id}",
        "kind": kind,
        "result": result.id,
        "result_title": result.title,
        "measure": measure.id,
        "title": wording.title(measure.id),
        "primary": measure.primary,
        "better": measure.direction,
        "unit": "share of adults",
        **_figure(latest.figure),
        "comparison": latest.link,
        "change": _change(latest.change),
    }


def _figure(figure: Figure) -> dict[str, Any]:
    if figure.withheld is not None:
        return {"value": None, "withheld": figure.withheld}
    return {
        "value": figure.estimate,
        "low": figure.low,
        "high": figure.high,
        "se": figure.se,
        "n": figure.n,
        "withheld": None,
    }


def _change(change: Change | None) -> dict[str, Any] | None:
    if change is None:
        return None
    return {
        "since": change.since,
        "difference": change.difference,
        "low": change.low,
        "high": change.high,
        "p": change.p,
        "p_adjusted": change.p_adjusted,
        "direction": change.direction,
    }
