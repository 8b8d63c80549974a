"""Is there an association between two questions? Tests that know the design."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import linalg, stats

from analysis.errors import NotEstimable
from analysis.estimates import Mask
from analysis.factors import MISSING, Factor, Floats
from analysis.variance.linearize import covariance
from analysis.weighting.steps import Sample


@dataclass(frozen=True)
class Test:
    """A statistic with its parameters (degrees of freedom) and p-value."""

    statistic: float
    parameters: tuple[float, ...]
    p_value: float


@dataclass(frozen=True)
class Association:
    """table: (rows, columns) weighted shares; nu: sampled units minus strata among the n rows
    used; n_scale: the size Pearson's statistic is scaled to; tests by name."""

    row_levels: tuple[str, ...]
    column_levels: tuple[str, ...]
    table: Floats
    n: int
    n_scale: int
    nu: int
    rao_scott: Test
    pearson: Test
    wald: Test | None
    adjusted_wald: Test | None


def association(sample: Sample, row: str, column: str, domain: Mask | None = None) -> Association:
    """Rao-Scott and Wald tests of independence of two columns.

    Second-order Rao-Scott F is the one to report (Rao and Scott 1984, AnnStat 12: 46-60, in the F
    form of Thomas and Rao 1987, JASA 82: 630-636). Pearson's statistic is scaled to the rows used,
    or to all rows after calibration, as R `survey` does; its p-value is the first-order one. Raises
    NotEstimable when either question has fewer than two levels in use.
    """
    factors = [sample.table.factor(name) for name in (row, column)]
    used = ~factors[0].missing & ~factors[1].missing & (sample.weights != 0)
    if domain is not None:
        used &= domain
    (row_levels, rows), (column_levels, columns) = (_in_use(f, used) for f in factors)
    r, c = len(row_levels), len(column_levels)
    if r < 2 or c < 2:
        short = row if r < 2 else column
        raise NotEstimable(f"'{short}' has fewer than two levels among the rows used.", column=short)
    weight = float(sample.weights[used].sum())
    cells = np.zeros((sample.n, r * c))
    at = np.flatnonzero(used)
    cells[at, columns[at] * r + rows[at]] = 1.0
    shares = (sample.weights @ cells) / weight
    vcov = covariance(sample, np.where(used[:, None], (cells - shares) / weight, 0.0))
    n = int(np.count_nonzero(used))
    n_scale = sample.n if sample.calibrated else n
    nu = sample.design.degrees_of_freedom(used)
    table = shares.reshape(c, r).T
    statistic = _pearson(table, n_scale)
    delta = _design_effects(shares, vcov, r, c, n_scale)
    mean_effect, squared = float(np.trace(delta)), float(np.trace(delta @ delta))
    d0 = mean_effect**2 / squared if squared > 0 else float("nan")
    k = delta.shape[0]
    rao_scott = Test(
        statistic / mean_effect,
        (d0, d0 * nu),
        float(stats.f.sf(statistic / mean_effect, d0, d0 * nu)) if nu > 0 else float("nan"),
    )
    pearson = Test(statistic, (float(k),), float(stats.chi2.sf(statistic / (mean_effect / k), k)))
    wald, adjusted = _wald(sample, cells, used, r, c, nu)
    return Association(
        row_levels, column_levels, table, n, n_scale, nu, rao_scott, pearson, wald, adjusted
    )


def _in_use(factor: Factor, used: Mask) -> tuple[tuple[str, ...], npt.NDArray[np.intp]]:
    present = np.bincount(factor.codes[used], minlength=len(factor.levels)) > 0
    keep = [at for at, label in enumerate(factor.levels) if label != MISSING and present[at]]
    renumber = np.zeros(len(factor.levels), dtype=np.intp)
    renumber[keep] = np.arange(len(keep))
    return tuple(factor.levels[at] for at in keep), renumber[factor.codes]


def _pearson(table: Floats, size: int) -> float:
    expected = np.outer(table.sum(axis=1), table.sum(axis=0))
    return float(size * ((table - expected) ** 2 / expected).sum())


def _design_effects(shares: Floats, vcov: Floats, r: int, c: int, size: int) -> Floats:
    """Matrix whose eigenvalues are the generalised design effects of the interaction contrasts."""
    rows = np.tile(np.eye(r), (c, 1))
    columns = np.repeat(np.eye(c), r, axis=0)
    main = np.hstack([np.ones((r * c, 1)), rows[:, 1:], columns[:, 1:]])
    cross = (rows[:, 1:, None] * columns[:, None, 1:]).reshape(r * c, -1)
    contrasts = cross - main @ np.linalg.lstsq(main, cross, rcond=None)[0]
    inverse = np.divide(1.0, shares, out=np.zeros_like(shares), where=shares > 0)
    weighted = contrasts * inverse[:, None]
    simple = contrasts.T @ weighted / size
    design = weighted.T @ vcov @ weighted
    return np.asarray(np.linalg.lstsq(simple, design, rcond=None)[0])


def _wald(
    sample: Sample, cells: Floats, used: Mask, r: int, c: int, nu: int
) -> tuple[Test | None, Test | None]:
    """Wald tests on observed minus expected totals (Koch, Freeman and Freeman 1975)."""
    counts = sample.weights @ cells
    table = counts.reshape(c, r).T
    total = float(table.sum())
    row_totals, column_totals = table.sum(axis=1), table.sum(axis=0)
    in_row = cells.reshape(-1, c, r).sum(axis=1)
    in_column = cells.reshape(-1, c, r).sum(axis=2)
    keep = [(i, j) for j in range(1, c) for i in range(1, r)]
    gaps = np.array([table[i, j] - row_totals[i] * column_totals[j] / total for i, j in keep])
    scores = np.stack(
        [
            cells[:, j * r + i]
            - in_row[:, i] * column_totals[j] / total
            - in_column[:, j] * row_totals[i] / total
            + used * row_totals[i] * column_totals[j] / total**2
            for i, j in keep
        ],
        axis=1,
    )
    k = len(keep)
    if nu - k + 1 <= 0:
        return None, None
    try:
        quadratic = float(gaps @ linalg.solve(covariance(sample, scores), gaps, assume_a="sym"))
    except (linalg.LinAlgError, linalg.LinAlgWarning):
        return None, None
    plain = quadratic / k
    adjusted = quadratic * (nu - k + 1) / (k * nu)
    return (
        Test(plain, (float(k), float(nu)), float(stats.f.sf(plain, k, nu))),
        Test(adjusted, (float(k), float(nu - k + 1)), float(stats.f.sf(adjusted, k, nu - k + 1))),
    )
