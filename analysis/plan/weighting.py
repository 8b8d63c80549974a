"""The `weighting` part of a case as steps, with its margin tables read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from analysis.errors import PlanError
from analysis.margins import Margin, read_margin
from analysis.plan.language import design_of, number, objects, text, texts
from analysis.plan.sources import Source
from analysis.weighting.distances import Distance
from analysis.weighting.steps import Calibrate, Poststratify, Rake, Sample, Step, Trim, weigh


def weighted_sample(case: Mapping[str, Any], source: Source, where: str) -> Sample:
    """Data, design and weighting of a case (or of one of its waves) as a weighted sample."""
    spec = design_of(case, where)
    steps = steps_of(case, source, where)
    return weigh(source.table(text(case, "data", where)), spec, steps)


def steps_of(case: Mapping[str, Any], source: Source, where: str) -> list[Step]:
    """The declared steps in order. Raises PlanError for a step the language does not have."""
    return [
        _step(step, source, f"{where}, weighting[{at}]")
        for at, step in enumerate(objects(case, "weighting", where))
    ]


def _step(step: Mapping[str, Any], source: Source, where: str) -> Step:
    kind = text(step, "step", where)
    if kind == "rake":
        items = objects(step, "margins", where)
        if not items:
            raise PlanError(f"{where}: 'margins' is empty.")
        margins = [_margin(m, source, f"{where}, margins[{at}]") for at, m in enumerate(items)]
        most = step.get("max_iter")
        return Rake(tuple(margins), None if most is None else int(number(step, "max_iter", where)))
    if kind == "poststratify":
        return Poststratify(_margin(step, source, where))
    if kind == "calibrate":
        return _calibrate(step, source, where)
    if kind == "trim":
        return Trim(
            None if step.get("lower") is None else number(step, "lower", where),
            None if step.get("upper") is None else number(step, "upper", where),
            bool(step.get("strict")),
        )
    raise PlanError(f"{where}: step '{kind}' is not one of rake, poststratify, calibrate, trim.")


def _margin(item: Mapping[str, Any], source: Source, where: str) -> Margin:
    return read_margin(source.table(text(item, "table", where)), texts(item, "vars", where))


def _calibrate(step: Mapping[str, Any], source: Source, where: str) -> Calibrate:
    margins: list[Margin] = []
    totals: list[tuple[str, float]] = []
    for at, term in enumerate(objects(step, "terms", where)):
        place = f"{where}, terms[{at}]"
        kind = text(term, "type", place)
        if kind == "categorical":
            margins.append(_margin(term, source, place))
        elif kind == "numeric":
            totals.append((text(term, "var", place), number(term, "total", place)))
        else:
            raise PlanError(f"{place}: type '{kind}' is neither categorical nor numeric.")
    if not margins and not totals:
        raise PlanError(f"{where}: 'terms' is empty.")
    bounds = step.get("bounds")
    if bounds is not None and not (
        isinstance(bounds, list)
        and len(bounds) == 2
        and all(isinstance(b, int | float) for b in bounds)
    ):
        raise PlanError(f"{where}: 'bounds' must be [lower, upper] or null, not {bounds!r}.")
    name: Any = text(step, "distance", where) if "distance" in step else "linear"
    try:
        distance = Distance(name, (float(bounds[0]), float(bounds[1])) if bounds else None)
    except PlanError as wrong:
        raise PlanError(f"{where}: {wrong.message}") from None
    return Calibrate(tuple(margins), tuple(totals), distance)
