"""Means, totals, ratios and proportions with design-based errors.

Rows without an answer are outside the domain of a request, and a domain never drops rows from the
variance (see variance/linearize.py).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import stats

from analysis.errors import DataError
from analysis.factors import MISSING, Floats, label_of
from analysis.intervals import Basis, Interval, intervals, korn_graubard
from analysis.likelihood import FitStart
from analysis.variance.linearize import covariance
from analysis.weighting.steps import Sample

Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Estimate:
    """n: rows used; df: sampled units minus strata among them; sum_w: their weight; interval: by t
    with df (None without df); deff_*: variance over that of simple random sampling without and with
    replacement. estimate is None when there is no row to use."""

    n: int
    df: int
    sum_w: float
    estimate: float | None
    se: float | None
    interval: Interval | None = None
    deff_wor: float | None = None
    deff_wr: float | None = None


@dataclass(frozen=True)
class Share:
    """A proportion. n_eff: p(1-p)/se^2; deff: n over n_eff; basis: what intervals rest on."""

    n: int
    df: int
    sum_w: float
    estimate: float | None
    se: float | None
    level: float
    n_eff: float | None = None
    n_eff_adjusted: float | None = None
    n_eff_capped: float | None = None
    deff: float | None = None
    basis: Basis | None = None

    @classmethod
    def of(cls, basis: Basis, sum_w: float) -> Share:
        """A share from what it rests on: estimate, error, rows, degrees of freedom, level."""
        return cls(
            basis.n,
            basis.df,
            sum_w,
            basis.p,
            basis.se,
            basis.level,
            basis.n_eff,
            basis.n_eff_adjusted,
            basis.n_eff_capped,
            basis.n / basis.n_eff,
            basis,
        )

    @classmethod
    def from_result(cls, result: Mapping[str, Any], level: float = 0.95) -> Share:
        """The share that one `ciprop` result of a plan describes."""
        if result["estimate"] is None:
            return cls(0, 0, 0.0, None, None, level)
        basis = Basis(result["estimate"], result["se"], result["n"], result["df"], level)
        return cls.of(basis, result["sum_w"])

    @property
    def interval(self) -> Interval | None:
        """Korn-Graubard with the effective size capped at n: the one to publish."""
        return None if self.basis is None else korn_graubard(self.basis)

    def intervals(self) -> dict[str, Interval]:
        """All methods by name; at 0 and 100% only `beta_nchs`."""
        return {} if self.basis is None else intervals(self.basis)


@dataclass(frozen=True)
class Shares:
    """Shares of all levels of one question. levels: k labels; estimate, se: (k,); vcov: (k, k)."""

    n: int
    df: int
    sum_w: float
    levels: tuple[str, ...]
    estimate: Floats
    se: Floats
    vcov: Floats = field(repr=False)


def used_rows(sample: Sample, values: Sequence[Floats], domain: Mask | None) -> Mask:
    """(n,) rows in the domain, with an answer to everything asked and a positive weight."""
    used = np.ones(sample.n, dtype=bool) if domain is None else domain.copy()
    for value in values:
        used &= ~np.isnan(value)
    return np.asarray(used & (sample.weights != 0))


def mean(
    sample: Sample,
    y: Floats,
    domain: Mask | None = None,
    level: float = 0.95,
    deff: bool = False,
) -> Estimate:
    """Weighted mean of y (n,), NaN where unanswered. Linearised: (y - mean) / sum of weights."""
    used = used_rows(sample, [y], domain)
    if not used.any():
        return _nothing()
    w, v = sample.weights[used], y[used]
    weight = float(w.sum())
    value = float((w * v).sum() / weight)
    scores = np.zeros(sample.n)
    scores[used] = (v - value) / weight
    return _finish(sample, used, scores, value, weight, level, v if deff else None, 1.0)


def total(
    sample: Sample,
    y: Floats,
    domain: Mask | None = None,
    level: float = 0.95,
    deff: bool = False,
) -> Estimate:
    """Weighted total of y (n,) over the rows with an answer."""
    used = used_rows(sample, [y], domain)
    if not used.any():
        return _nothing()
    w, v = sample.weights[used], y[used]
    weight = float(w.sum())
    scores = np.where(used, np.where(used, y, 0.0), 0.0)
    value = float((w * v).sum())
    return _finish(sample, used, scores, value, weight, level, v if deff else None, weight)


def ratio(
    sample: Sample,
    numerator: Floats,
    denominator: Floats,
    domain: Mask | None = None,
    level: float = 0.95,
) -> Estimate:
    """Ratio of two weighted totals. Linearised: (num - ratio den) / total of den.

    The estimate is None when the denominator adds up to 0.
    """
    used = used_rows(sample, [numerator, denominator], domain)
    if not used.any():
        return _nothing()
    w = sample.weights[used]
    below = float((w * denominator[used]).sum())
    if below == 0:
        return _nothing()
    value = float((w * numerator[used]).sum() / below)
    scores = np.zeros(sample.n)
    scores[used] = (numerator[used] - value * denominator[used]) / below
    return _finish(sample, used, scores, value, float(w.sum()), level, None, 1.0)


def share(sample: Sample, y: Floats, domain: Mask | None = None, level: float = 0.95) -> Share:
    """Share of ones in y (n,) of 0, 1 and NaN. Raises DataError for any other value."""
    used = used_rows(sample, [y], domain)
    other = used & (y != 0) & (y != 1)
    if other.any():
        row = int(sample.rows[np.flatnonzero(other)[0]]) + 1
        bad = label_of(y[other][0])
        raise DataError(
            f"data row {row}: a proportion needs answers coded 0 or 1, found {bad}.", row=row
        )
    got = mean(sample, y, domain, level)
    if got.estimate is None or got.se is None:
        return Share(0, 0, 0.0, None, None, level)
    rows = sample.n if sample.calibrations else None
    start = FitStart.of(y[used], sample.weights[used], rows or got.n)
    return Share.of(Basis(got.estimate, got.se, got.n, got.df, level, rows, start), got.sum_w)


def shares(sample: Sample, column: str, domain: Mask | None = None) -> Shares:
    """Shares of every level of a column, unanswered rows outside, with their covariance."""
    factor = sample.table.factor(column)
    used = ~factor.missing & (sample.weights != 0)
    present = [label for label in factor.levels if label != MISSING]
    if domain is not None:
        used &= domain
    if not used.any():
        empty = np.zeros(0)
        return Shares(0, 0, 0.0, (), empty, empty, np.zeros((0, 0)))
    weight = float(sample.weights[used].sum())
    codes = np.array([factor.levels.index(label) for label in present])
    held = (factor.codes[:, None] == codes[None, :]) & used[:, None]
    values = (sample.weights @ held) / weight
    scores = np.where(used[:, None], (held - values) / weight, 0.0)
    vcov = covariance(sample, scores)
    return Shares(
        int(np.count_nonzero(used)),
        sample.design.degrees_of_freedom(used),
        weight,
        tuple(present),
        np.asarray(values),
        np.sqrt(np.maximum(np.diag(vcov), 0.0)),
        vcov,
    )


def t_interval(value: float, se: float, df: float, level: float = 0.95) -> Interval | None:
    """value plus or minus t standard errors; None without degrees of freedom."""
    if df <= 0 or not np.isfinite(se):
        return None
    half = float(stats.t.ppf((1 + level) / 2, df)) * se
    return value - half, value + half


def _nothing() -> Estimate:
    return Estimate(0, 0, 0.0, None, None)


def _finish(
    sample: Sample,
    used: Mask,
    scores: Floats,
    value: float,
    weight: float,
    level: float,
    answers: Floats | None,
    size: float,
) -> Estimate:
    """Error, interval and design effect; size: 1 for a mean, N for a total."""
    variance = float(covariance(sample, scores)[0, 0])
    se = float(np.sqrt(max(variance, 0.0)))
    n = int(np.count_nonzero(used))
    df = sample.design.degrees_of_freedom(used)
    wor = wr = None
    if answers is not None and n > 1:
        w = sample.weights[used]
        centre = float((w * answers).sum() / weight)
        spread = float((w * (answers - centre) ** 2).sum() / weight) * n / (n - 1)
        simple = spread / n * size**2
        if simple > 0:
            wr = variance / simple
            wor = wr / (1 - n / weight) if weight > n else None
    return Estimate(n, df, weight, value, se, t_interval(value, se, df, level), wor, wr)
