"""Who did not answer, and what weighting had to move because of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analysis.errors import DataError, NotEstimable
from analysis.factors import Floats
from analysis.regression import CategoricalTerm, fit_logistic, model_matrix
from analysis.table import Table
from analysis.weighting.steps import Sample

#: Why a question has no answer: the codes of the instrument.
ITEM_CODES = {-1: "skipped", -2: "dont_know", -3: "rather_not_say", -4: "does_not_apply"}


@dataclass(frozen=True)
class Representativity:
    """R-indicator: 1 where everybody was equally likely to answer, 0 at the worst.

    rate: weighted response rate; spread: weighted standard deviation of the propensities;
    lowest, highest: propensities; most_bias: the largest bias that an unweighted mean can have in
    standard deviations of a variable, spread / rate.
    """

    r: float
    rate: float
    spread: float
    lowest: float
    highest: float
    most_bias: float


@dataclass(frozen=True)
class LevelShares:
    """A level of a target before and after weighting; shares in [0, 1]; move: final over base."""

    variable: str
    level: str
    n: int
    base: float
    final: float
    target: float

    @property
    def move(self) -> float | None:
        return self.final / self.base if self.base > 0 else None


def representativity(
    cases: Table, responded: npt.NDArray[np.bool_], covariates: Sequence[str], weights: Floats
) -> Representativity:
    """R = 1 - 2 S(propensity) (Schouten, Cobben and Bethlehem 2009, Survey Methodology 35: 101-113).

    cases: all eligible cases of the sample; responded: (n,); covariates: columns known of everybody;
    weights: (n,) base weights. The propensity is a main-effects logistic model, so R says nothing
    about what the frame does not know. Raises DataError, NotEstimable.
    """
    if len(responded) != cases.n or len(weights) != cases.n:
        raise DataError(f"{cases.source}: responses and weights need one value a case ({cases.n}).")
    if responded.all() or not responded.any():
        raise NotEstimable("everybody answered, or nobody: there is no propensity to compare.")
    terms = []
    for name in covariates:
        factor = cases.factor(name)
        if factor.missing.any():
            raise DataError(f"{cases.source}: '{name}' must be known of every case of the sample.")
        if len(factor.levels) > 1:
            terms.append(CategoricalTerm(name, factor.levels))
    x, _names = model_matrix(cases, terms)
    share = weights / weights.sum()
    _beta, _inverse, fitted = fit_logistic(x, responded.astype(np.float64), weights)
    rate = float(share @ fitted)
    n = cases.n
    spread = float(np.sqrt(share @ (fitted - rate) ** 2 * n / (n - 1)))
    return Representativity(
        1 - 2 * spread, rate, spread, float(fitted.min()), float(fitted.max()), spread / rate
    )


def margins_before_and_after(sample: Sample) -> tuple[LevelShares, ...]:
    """Every level of every count that weights had to meet: base share, final share, target."""
    found: dict[tuple[str, str], LevelShares] = {}
    base = sample.design.weights
    for step in sample.calibrations:
        for target in step.targets.categorical:
            total = float(target.totals.sum())
            for at, level in enumerate(target.labels):
                inside = target.codes == at
                found[target.name, level] = LevelShares(
                    target.name,
                    level,
                    int(np.count_nonzero(inside)),
                    float(base[inside].sum() / base.sum()),
                    float(sample.weights[inside].sum() / sample.weights.sum()),
                    float(target.totals[at] / total),
                )
    return tuple(found.values())


def largest_moves(levels: Sequence[LevelShares], most: int = 5) -> tuple[LevelShares, ...]:
    """The levels that weighting had to move furthest, up or down, furthest first."""

    def distance(level: LevelShares) -> float:
        return abs(float(np.log(level.move))) if level.move else np.inf

    return tuple(sorted(levels, key=distance, reverse=True)[:most])


def item_nonresponse(codes: Mapping[str, npt.NDArray[np.int8]]) -> dict[str, dict[str, int]]:
    """Per question how many answered and how many did not, by code.

    codes: question -> (n,) 0 where answered, else a missing code. Raises DataError for another code.
    """
    report = {}
    for question, values in codes.items():
        other = set(np.unique(values).tolist()) - {0, *ITEM_CODES}
        if other:
            raise DataError(f"question '{question}': {sorted(other)[0]} is no missing code.")
        report[question] = {"answered": int(np.count_nonzero(values == 0))} | {
            name: int(np.count_nonzero(values == code)) for code, name in ITEM_CODES.items()
        }
    return report
