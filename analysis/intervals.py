"""Confidence intervals of proportions under a complex design.

Korn and Graubard (1998, Survey Methodology 24: 193-201) is the default for publication, with the
effective size capped at n as the National Center for Health Statistics does (Series 2 no. 175).
The others are those of R `survey` (`svyciprop`) and Wilson's on the effective size, for comparison.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import special, stats

from analysis.factors import Floats
from analysis.likelihood import FitStart, likelihood_interval

Interval = tuple[float, float]

METHODS = (
    "logit",
    "likelihood",
    "asin",
    "mean",
    "xlogit",
    "beta",
    "beta_nchs",
    "wilson_neff_t",
)


@dataclass(frozen=True)
class Basis:
    """What an interval of a proportion rests on.

    p and se: estimate and standard error (shares); n: rows used; df: units minus strata among
    them; level: confidence; rows: of the whole calibrated sample (None: as n) and start: of R's fit,
    which only the likelihood interval knows.
    """

    p: float
    se: float
    n: int
    df: int
    level: float = 0.95
    rows: int | None = None
    start: FitStart | None = None

    @property
    def regular(self) -> bool:
        """The usual formulas apply: neither 0 nor 100%, an error, degrees of freedom."""
        return 0 < self.p < 1 and self.se > 0 and self.df > 0

    @property
    def n_eff(self) -> float:
        """p(1-p)/se^2; n where the error is 0 or unknown."""
        return self.p * (1 - self.p) / self.se**2 if self.regular else float(self.n)

    @property
    def n_eff_adjusted(self) -> float:
        """Effective size times (t_{n-1} / t_df)^2: few sampling units count for less."""
        if not self.regular:
            return float(self.n)
        tail = (1 - self.level) / 2
        ratio = stats.t.ppf(tail, self.n - 1) / stats.t.ppf(tail, self.df)
        return float(self.n_eff * ratio**2)

    @property
    def n_eff_capped(self) -> float:
        """The adjusted effective size, never more than the people asked."""
        return min(float(self.n), self.n_eff_adjusted)

    @property
    def t(self) -> float:
        return float(stats.t.ppf((1 + self.level) / 2, self.df))


def intervals(basis: Basis) -> dict[str, Interval]:
    """Every interval that exists: all methods, or `beta_nchs` alone at 0%, 100% or without df."""
    if basis.n < 1 or not np.isfinite(basis.p):
        return {}
    if not basis.regular:
        return {"beta_nchs": korn_graubard(basis)}
    return {method: _FORMS[method](basis) for method in METHODS}


def korn_graubard(basis: Basis, capped: bool = True) -> Interval:
    """Clopper-Pearson with the effective size in place of n."""
    size = basis.n_eff_capped if capped else basis.n_eff_adjusted
    tail = (1 - basis.level) / 2
    yes, no = size * basis.p, size * (1 - basis.p)
    low = 0.0 if basis.p <= 0 else float(stats.beta.ppf(tail, yes, no + 1))
    high = 1.0 if basis.p >= 1 else float(stats.beta.ppf(1 - tail, yes + 1, no))
    return low, high


def korn_graubard_limits(
    p: Floats, se: Floats, n: npt.NDArray[Any], df: npt.NDArray[Any], level: float = 0.95
) -> tuple[Floats, Floats]:
    """Lower and upper limits of `korn_graubard` for arrays of one shape; NaN where n is 0."""
    tail = (1 - level) / 2
    p, n = np.where(n > 0, p, np.nan), np.asarray(n, dtype=np.float64)
    regular = (p > 0) & (p < 1) & (se > 0) & (df > 0)
    with np.errstate(invalid="ignore", divide="ignore"):
        ratio = special.stdtrit(np.maximum(n - 1, 1), tail) / special.stdtrit(np.maximum(df, 1), tail)
        size = np.where(regular, np.minimum(n, p * (1 - p) / se**2 * ratio**2), n)
    yes, no = size * p, size * (1 - p)
    low = special.betaincinv(np.where(p > 0, yes, 1.0), no + 1, tail)
    high = special.betaincinv(yes + 1, np.where(p < 1, no, 1.0), 1 - tail)
    return np.where(p <= 0, 0.0, low), np.where(p >= 1, 1.0, high)


def logit(basis: Basis) -> Interval:
    """Symmetric on the log odds."""
    centre = float(np.log(basis.p / (1 - basis.p)))
    half = basis.t * basis.se / (basis.p * (1 - basis.p))
    return _expit(centre - half), _expit(centre + half)


def likelihood(basis: Basis) -> Interval:
    """Scaled likelihood ratio, in the digits of R `survey` (see analysis/likelihood.py)."""
    rows = basis.n if basis.rows is None else basis.rows
    return likelihood_interval(basis.p, basis.se, basis.n, basis.df, basis.level, rows, basis.start)


def arcsine(basis: Basis) -> Interval:
    """Variance-stabilised, as `svyciprop` computes it: an arc below zero folds back, so this is for
    comparison, not for publication."""
    centre = float(np.arcsin(np.sqrt(basis.p)))
    half = basis.t * basis.se / (2 * np.sqrt(basis.p * (1 - basis.p)))
    return float(np.sin(centre - half) ** 2), float(np.sin(centre + half) ** 2)


def wald(basis: Basis) -> Interval:
    """p plus or minus t standard errors; leaves 0-100% near the ends."""
    return basis.p - basis.t * basis.se, basis.p + basis.t * basis.se


def wilson(basis: Basis) -> Interval:
    """Wilson's score interval with effective size and t (Franco et al. 2019, JSSAM 7: 334-364)."""
    size, t = basis.n_eff, basis.t
    shrink = 1 + t**2 / size
    centre = (basis.p + t**2 / (2 * size)) / shrink
    half = t / shrink * float(np.sqrt(basis.p * (1 - basis.p) / size + t**2 / (4 * size**2)))
    return centre - half, centre + half


def _expit(x: float) -> float:
    return float(1 / (1 + np.exp(-x)))


_FORMS: dict[str, Callable[[Basis], Interval]] = {
    "logit": logit,
    "likelihood": likelihood,
    "asin": arcsine,
    "mean": wald,
    "xlogit": logit,
    "beta": lambda basis: korn_graubard(basis, capped=False),
    "beta_nchs": korn_graubard,
    "wilson_neff_t": wilson,
}
