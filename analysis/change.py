"""Change between waves: always the interval of the change, never the overlap of two intervals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Literal

import numpy as np
from scipy import stats

from analysis.estimates import Estimate, Mask, Share, t_interval, used_rows
from analysis.factors import Floats
from analysis.intervals import Interval
from analysis.multiplicity import benjamini_hochberg
from analysis.variance.linearize import covariance
from analysis.weighting.steps import Sample

Direction = Literal["up", "down", "none"]


@dataclass(frozen=True)
class Change:
    """Later minus earlier. first, second: estimates; se, df, t, p_value, interval: of the
    difference; p_adjusted: within the family the test was declared in (None: a primary measure, or
    not corrected yet); covariance: between the two estimates (0 for independent samples)."""

    first: float
    second: float
    se_first: float
    se_second: float
    n_first: int
    n_second: int
    df_first: int
    df_second: int
    difference: float
    se: float
    df: int
    level: float
    covariance: float = 0.0
    p_adjusted: float | None = None

    @property
    def t(self) -> float | None:
        return self.difference / self.se if self.se > 0 else None

    @property
    def p_value(self) -> float | None:
        """Two-sided; None without degrees of freedom or error."""
        if self.t is None or self.df <= 0:
            return None
        return float(2 * stats.t.sf(abs(self.t), self.df))

    @property
    def interval(self) -> Interval | None:
        return t_interval(self.difference, self.se, self.df, self.level)

    @property
    def correlation(self) -> float | None:
        spread = self.se_first * self.se_second
        return self.covariance / spread if spread > 0 else None

    @property
    def se_if_independent(self) -> float:
        return float(np.hypot(self.se_first, self.se_second))

    def direction(self, alpha: float = 0.05) -> Direction:
        """What a text may say: up or down only when the (adjusted) test says so."""
        p = self.p_value if self.p_adjusted is None else self.p_adjusted
        if p is None or p >= alpha or self.difference == 0:
            return "none"
        return "up" if self.difference > 0 else "down"

    def smallest_detectable(self, power: float = 0.8, alpha: float = 0.05) -> float | None:
        """The change that would have been found with this power, given the errors there were."""
        if self.df <= 0:
            return None
        return smallest_detectable_change(self.se, self.df, power, alpha)

    def equivalent_within(self, margin: float, alpha: float = 0.05) -> bool | None:
        """True when a change of `margin` or more, either way, can be excluded."""
        p = equivalence_p(self.difference, self.se, self.df, margin)
        return None if p is None else p < alpha


def independent_change(
    first: Estimate | Share, second: Estimate | Share, level: float = 0.95
) -> Change | None:
    """Change between two samples drawn apart: variances and degrees of freedom add.

    None when either estimate is missing.
    """
    if first.estimate is None or second.estimate is None or first.se is None or second.se is None:
        return None
    return Change(
        first.estimate,
        second.estimate,
        first.se,
        second.se,
        first.n,
        second.n,
        first.df,
        second.df,
        second.estimate - first.estimate,
        float(np.hypot(first.se, second.se)),
        first.df + second.df,
        level,
    )


def published_change(
    first: Estimate | Share,
    second: Estimate | Share,
    small_sample: tuple[float, float],
    level: float = 0.95,
) -> Change | None:
    """The same, as the report tells it: careful where waves are small.

    small_sample: `Sample.small_sample` of either wave, which its variance is multiplied by. Degrees of
    freedom are those of the wave that has fewer. Linearized errors after raking are too small by some
    per cent at n = 300, and sums of degrees of freedom too many where two waves have few units alike:
    with both, a true null is rejected 4 to 6% of the time (docs/methods/coverage.md).
    """
    plain = independent_change(first, second, level)
    if plain is None:
        return None
    one = plain.se_first * small_sample[0] ** 0.5
    two = plain.se_second * small_sample[1] ** 0.5
    fewer = min(plain.df_first, plain.df_second)
    return replace(plain, se_first=one, se_second=two, se=float(np.hypot(one, two)), df=fewer)


def overlapping_change(
    stacked: Sample,
    y: Floats,
    earlier: Mask,
    later: Mask,
    domain: Mask | None = None,
    level: float = 0.95,
) -> Change | None:
    """Change in a mean where people or units are in both waves, from one stacked sample.

    stacked: both waves as one sample whose PSU is the person (or the unit kept); earlier, later:
    (n,) rows of each wave. The covariance is part of the answer. None when a wave has no row.
    """
    used = used_rows(stacked, [y], domain)
    masks = [used & earlier, used & later]
    if not all(mask.any() for mask in masks):
        return None
    scores = np.zeros((stacked.n, 2))
    values = []
    for column, mask in enumerate(masks):
        w = stacked.weights[mask]
        value = float((w * y[mask]).sum() / w.sum())
        scores[mask, column] = (y[mask] - value) / w.sum()
        values.append(value)
    vcov = covariance(stacked, scores)
    variance = vcov[0, 0] + vcov[1, 1] - 2 * vcov[0, 1]
    df = stacked.design.degrees_of_freedom
    return Change(
        values[0],
        values[1],
        float(np.sqrt(max(vcov[0, 0], 0.0))),
        float(np.sqrt(max(vcov[1, 1], 0.0))),
        int(np.count_nonzero(masks[0])),
        int(np.count_nonzero(masks[1])),
        df(masks[0]),
        df(masks[1]),
        values[1] - values[0],
        float(np.sqrt(max(variance, 0.0))),
        df(masks[0] | masks[1]),
        level,
        float(vcov[0, 1]),
    )


@dataclass(frozen=True)
class Series:
    """Several years at once. changes: each year against the one before; f, df_num, df_den, p_value:
    of the test that all years are equal; pooled: the inverse-variance mean they are tested against."""

    changes: tuple[Change, ...]
    pooled: float
    f: float
    df_num: int
    df_den: int
    p_value: float


def over_years(points: Sequence[Estimate | Share], level: float = 0.95) -> Series | None:
    """Is there any change at all over independent waves, and where?

    The test is Cochran's: sum of (estimate - pooled)^2 / se^2 over k - 1, against F with k - 1 and the
    sum of the waves' degrees of freedom. One question asked once: no correction for looking at many
    pairs. None with fewer than two estimates or an error of zero.
    """
    values = [(p.estimate, p.se, p.df) for p in points if p.estimate is not None and p.se]
    if len(values) < 2 or len(values) != len(points):
        return None
    estimates = np.array([value for value, _, _ in values])
    precision = np.array([1 / se**2 for _, se, _ in values])
    pooled = float(precision @ estimates / precision.sum())
    between = len(values) - 1
    within = sum(df for _, _, df in values)
    f = float(precision @ (estimates - pooled) ** 2 / between)
    pairs = [independent_change(first, second, level) for first, second in pairwise(points)]
    changes = tuple(change for change in pairs if change is not None)
    return Series(changes, pooled, f, between, within, float(stats.f.sf(f, between, within)))


def correct_family(changes: Sequence[Change | None]) -> list[Change | None]:
    """The changes of one declared family with Benjamini-Hochberg adjusted p-values.

    Primary measures are not handed in: they were named before fieldwork and stay uncorrected.
    """
    adjusted = benjamini_hochberg([None if c is None else c.p_value for c in changes])
    return [
        None if change is None else replace(change, p_adjusted=p)
        for change, p in zip(changes, adjusted, strict=True)
    ]


def smallest_detectable_change(se: float, df: float, power: float = 0.8, alpha: float = 0.05) -> float:
    """(t_{1-alpha/2} + t_{power}) x se of the difference, in the units of the estimate."""
    return float((stats.t.ppf(1 - alpha / 2, df) + stats.t.ppf(power, df)) * se)


def equivalence_p(difference: float, se: float, df: float, margin: float) -> float | None:
    """p-value of two one-sided tests (Schuirmann 1987) against a change of `margin` or more."""
    if se <= 0 or df <= 0 or margin <= 0:
        return None
    return float(stats.t.sf((margin - abs(difference)) / se, df))
