"""Multilevel regression with post-stratification (Gelman and Little 1997, Surv. Meth. 23: 127-135;
Park, Gelman and Bafumi 2004, Political Analysis 12: 375-385).

The model is fitted to the answers, predicted for every cell of the population and added up by area.
Survey weights do not enter: what they correct for must be among the variables.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import stats

from analysis.errors import DataError, NotEstimable, PlanError
from analysis.factors import MISSING, Codes, Factor, Floats, group
from analysis.intervals import Interval
from analysis.margins import COUNT
from analysis.small_areas.mixed_logit import MixedLogit, fit_mixed_logit
from analysis.table import Table


@dataclass(frozen=True)
class ModelledArea:
    """A modelled share with its standard error and interval; n: answers from the area itself."""

    area: str
    n: int
    estimate: float
    se: float
    interval: Interval


@dataclass(frozen=True)
class Poststratified:
    """city: the whole population; areas in the order of the population table; sigma: standard
    deviation of each random intercept."""

    city: ModelledArea
    areas: tuple[ModelledArea, ...]
    sigma: dict[str, float]


def mrp(
    sample: Table,
    response: str,
    population: Table,
    fixed: Sequence[str],
    random: Sequence[str],
    area: str | None = None,
    level: float = 0.95,
    away_from_zero: bool = True,
) -> Poststratified:
    """Modelled shares by area.

    sample: answers with `response` coded 0/1; population: counts of every cell over the same
    columns; fixed: columns with few levels; random: columns with random intercepts; area: the one
    to report by (None: the last random one). away_from_zero: keep standard deviations away from 0 (see
    `fit_mixed_logit`): with nine districts the plain maximum is often 0, and intervals then hold the
    truth 85 times in 100 (docs/methods/small_areas.md). A sample level of a random column that the
    population does not have is refused; a population level nobody answered from is predicted at the
    mean. Raises DataError, NotEstimable, PlanError.
    """
    if not random:
        raise PlanError("multilevel regression needs at least one random intercept.")
    by = area or random[-1]
    y = sample.numbers(response)
    usable = ~np.isnan(y)
    for name in (*fixed, *random):
        usable &= ~sample.factor(name).missing
    if not np.isin(y[usable], (0.0, 1.0)).all():
        raise DataError(f"{sample.source}: '{response}' must be coded 0 or 1.")
    if not usable.any():
        raise NotEstimable(f"nobody answered '{response}'.")
    joint = [_aligned(sample, population, name) for name in (*fixed, *random)]
    answers = [codes[usable] for codes, _, _ in joint]
    sizes = [len(levels) for _, _, levels in joint]
    cells = group(answers, sizes)
    trials = np.bincount(cells.cell, minlength=len(cells)).astype(np.float64)
    successes = np.bincount(cells.cell, y[usable], minlength=len(cells)).astype(np.float64)
    f = len(fixed)
    model = fit_mixed_logit(
        successes,
        trials,
        _fixed_part([cells.parts[:, at] for at in range(f)], sizes[:f]),
        [cells.parts[:, f + at] for at in range(len(random))],
        sizes[f:],
        away_from_zero=away_from_zero,
    )
    places = [codes for _, codes, _ in joint]
    design = np.hstack(
        [
            _fixed_part(places[:f], sizes[:f]),
            *[np.eye(size)[codes] for codes, size in zip(places[f:], sizes[f:], strict=True)],
        ]
    )
    counts = population.numbers(COUNT)
    where = population.factor(by)
    asked = sample.is_in  # one look-up an area
    areas = tuple(
        _predicted(
            model,
            design,
            counts,
            where.codes == code,
            name,
            level,
            int(np.count_nonzero(asked(by, [name]) & usable)),
        )
        for code, name in _in_order(where)
    )
    everyone = np.ones(len(counts), dtype=bool)
    city = _predicted(model, design, counts, everyone, "city", level, int(np.count_nonzero(usable)))
    return Poststratified(city, areas, dict(zip(random, model.sigma.tolist(), strict=True)))


def _aligned(sample: Table, population: Table, name: str) -> tuple[Codes, Codes, list[str]]:
    """Codes of a column in both tables over the population's levels."""
    ours, theirs = sample.factor(name), population.factor(name)
    levels = [label for label in theirs.levels if label != MISSING]
    place = {label: at for at, label in enumerate(levels)}
    for label in ours.levels:
        if label not in place and label != MISSING:
            row = int(np.flatnonzero(ours.codes == ours.levels.index(label))[0])
            raise sample.bad_value(name, row, f"is a level that {population.source} does not have")
    if theirs.missing.any():
        row = int(np.flatnonzero(theirs.missing)[0])
        raise population.bad_value(name, row, "leaves a population cell without a level")
    to_ours = np.array([place.get(label, 0) for label in ours.levels], dtype=np.int32)
    to_theirs = np.array([place.get(label, 0) for label in theirs.levels], dtype=np.int32)
    return to_ours[ours.codes], to_theirs[theirs.codes], levels


def _fixed_part(codes: Sequence[Codes], sizes: Sequence[int]) -> Floats:
    n = len(codes[0]) if codes else 0
    if not codes:
        raise PlanError("name at least one fixed column.")
    parts = [np.ones((n, 1))]
    parts += [np.eye(size)[code][:, 1:] for code, size in zip(codes, sizes, strict=True)]
    return np.hstack(parts)


def _in_order(factor: Factor) -> list[tuple[int, str]]:
    _, first = np.unique(factor.codes, return_index=True)
    codes = factor.codes[np.sort(first)].tolist()
    return [(code, factor.levels[code]) for code in codes]


def _predicted(
    model: MixedLogit,
    design: Floats,
    counts: Floats,
    inside: Floats,
    name: str,
    level: float,
    n: int,
) -> ModelledArea:
    """Share of an area, with the error of the coefficients carried through by the delta method on
    the log odds, so that the interval stays inside 0-100%."""
    people, x = counts[inside], design[inside]
    rate = 1 / (1 + np.exp(-(x @ model.coefficients)))
    value = float(people @ rate / people.sum())
    gradient = (people * rate * (1 - rate)) @ x / people.sum()
    se = float(np.sqrt(max(gradient @ model.covariance @ gradient, 0.0)))
    half = float(stats.norm.ppf((1 + level) / 2)) * se / (value * (1 - value))
    centre = float(np.log(value / (1 - value)))
    low, high = (float(1 / (1 + np.exp(-(centre + s * half)))) for s in (-1, 1))
    return ModelledArea(name, n, value, se, (low, high))
