"""How many answers a wave needs: what a sample of some size and design will be able to tell.

Design effects multiply (Kish 1987, Survey Sampling, and Gabler, Haeder and Lahiri 1999, Survey
Methodology 25: 105-106): unequal weights give 1 + cv^2, clusters 1 + (m - 1) rho. All figures are for
a share of 50%, where errors are largest.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from scipy import stats

from analysis.change import smallest_detectable_change
from analysis.errors import DataError

_WORST = 0.5


@dataclass(frozen=True)
class Design:
    """cv: standard deviation of the final weights over their mean; per_psu: answers in a PSU (1: no
    clusters); icc: how alike answers in one PSU are. Raises DataError for impossible values."""

    cv: float
    per_psu: float = 1.0
    icc: float = 0.0

    def __post_init__(self) -> None:
        if not (self.cv >= 0 and self.per_psu >= 1 and 0 <= self.icc <= 1):
            raise DataError("a design needs cv of 0 or more, 1 or more answers a PSU, icc from 0 to 1.")

    @property
    def effect(self) -> float:
        return (1 + self.cv**2) * (1 + (self.per_psu - 1) * self.icc)


@dataclass(frozen=True)
class Precision:
    """responses: n; effective: n / design effect; margin: half a 95% interval of a share of 50%;
    detectable: the change between two waves alike that 80% of such pairs would find (alpha 0.05)."""

    responses: int
    effective: float
    margin: float
    detectable: float


def precision(responses: int, design: Design) -> Precision:
    """What a wave with this many answers can tell. Raises DataError below 2 PSUs."""
    units = responses / design.per_psu
    if units < 2:
        raise DataError("a sample needs answers in two PSUs at least.")
    effective = responses / design.effect
    se = math.sqrt(_WORST * (1 - _WORST) / effective)
    margin = float(stats.t.ppf(0.975, units - 1) * se)
    detectable = smallest_detectable_change(math.sqrt(2) * se, 2 * (units - 1))
    return Precision(responses, effective, margin, detectable)


def addresses_needed(responses: int, expected_percent: float) -> int:
    """Addresses to draw when this many of 100 answer."""
    if not 0 < expected_percent <= 100:
        raise DataError("the expected response lies between 0 and 100 percent.")
    return math.ceil(responses * 100 / expected_percent)
