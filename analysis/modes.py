"""The same change at a fixed mix of modes, and a warning when the mix moved.

People answer a screen otherwise than a voice. If more answered by voice this year, a change may be one
of asking. Holding the mix at that of the earlier wave tells how much of the change is left.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analysis.change import Change, independent_change
from analysis.errors import NotEstimable
from analysis.estimates import Estimate, mean
from analysis.factors import MISSING, Floats
from analysis.variance.linearize import covariance
from analysis.weighting.steps import Sample

#: Weighted share of people who would have to change mode to make two mixes alike.
MOVED = 0.05


@dataclass(frozen=True)
class FixedMix:
    """plain: the change as it is; fixed: the later wave at the mix of the earlier one; mix: mode ->
    (earlier, later) weighted share; distance: half the sum of absolute differences."""

    plain: Change
    fixed: Change
    mix: dict[str, tuple[float, float]]
    distance: float

    @property
    def warning(self) -> bool:
        return self.distance > MOVED


def change_at_fixed_mix(
    earlier: Sample, later: Sample, question: str, mode: str, level: float = 0.95
) -> FixedMix:
    """Direct standardization: sum over modes of the earlier share times the later mean in the mode.

    The mix is taken as known; its own sampling error is small beside that of the means. Raises
    NotEstimable when a mode of the earlier wave has nobody later, or the question nobody at all.
    """
    before, after = (sample.table.numbers(question) for sample in (earlier, later))
    shares = [_mix(sample, y, mode) for sample, y in ((earlier, before), (later, after))]
    gone = sorted(set(shares[0]) - set(shares[1]))
    if gone:
        raise NotEstimable(f"nobody answered by '{gone[0]}' in the later wave: merge modes first.")
    first, second = mean(earlier, before, level=level), mean(later, after, level=level)
    plain = independent_change(first, second, level)
    fixed = independent_change(first, _standardized(later, after, mode, shares[0], level), level)
    if plain is None or fixed is None:
        raise NotEstimable(f"nobody answered '{question}' in one of the waves.")
    names = sorted(set(shares[0]) | set(shares[1]))
    mix = {name: (shares[0].get(name, 0.0), shares[1].get(name, 0.0)) for name in names}
    return FixedMix(plain, fixed, mix, sum(abs(a - b) for a, b in mix.values()) / 2)


def _mix(sample: Sample, y: Floats, mode: str) -> dict[str, float]:
    """Weighted share of each mode among those who answered."""
    used = ~np.isnan(y) & (sample.weights > 0)
    total = sample.weights[used].sum()
    return {
        name: float(sample.weights[used & sample.table.is_in(mode, [name])].sum() / total)
        for name in sample.table.factor(mode).levels
        if name != MISSING and (used & sample.table.is_in(mode, [name])).any()
    }


def _standardized(
    sample: Sample, y: Floats, mode: str, shares: dict[str, float], level: float
) -> Estimate:
    """Mean of y at the given shares, linearized mode by mode."""
    scores = np.zeros((sample.n, 1))
    value = 0.0
    used = ~np.isnan(y) & (sample.weights > 0)
    for name, share in shares.items():
        inside = used & sample.table.is_in(mode, [name])
        weight = sample.weights[inside]
        centre = float(weight @ y[inside] / weight.sum())
        value += share * centre
        scores[inside, 0] = share * (y[inside] - centre) / weight.sum()
    se = float(np.sqrt(max(covariance(sample, scores)[0, 0], 0.0)))
    plain = mean(sample, y, level=level)
    return Estimate(plain.n, plain.df, plain.sum_w, value, se)
