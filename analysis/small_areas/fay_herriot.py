"""Fay-Herriot area-level model by REML (Fay and Herriot 1979, JASA 74: 269-277).

y_i = x_i'b + u_i + e_i with known error variance v_i. The mean squared error is g1 + g2 + 2 g3
(Prasad and Rao 1990, JASA 85: 163-171; Datta and Lahiri 2000, Statistica Sinica 10: 613-627).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import linalg, optimize

from analysis.errors import DataError, NotEstimable
from analysis.factors import Floats


@dataclass(frozen=True)
class FayHerriot:
    """sigma2_u: between-area variance left by the covariates; beta: (k,); per area (m,): direct
    estimate and its se, gamma (weight of the direct one), eblup, g1, g2, g3, rmse."""

    areas: tuple[str, ...]
    sigma2_u: float
    beta: Floats
    direct: Floats
    se_direct: Floats
    gamma: Floats
    eblup: Floats
    g1: Floats
    g2: Floats
    g3: Floats

    @property
    def rmse(self) -> Floats:
        return np.asarray(np.sqrt(self.g1 + self.g2 + 2 * self.g3))


def fay_herriot(
    areas: Sequence[str], direct: Floats, variance: Floats, covariates: Floats | None = None
) -> FayHerriot:
    """Fit the model and predict.

    direct, variance: (m,); covariates: (m, k) without an intercept, None for a mean only. Raises
    DataError for missing values or variances that are not positive, NotEstimable with too few areas
    for the covariates or covariates that depend on each other.
    """
    m = len(direct)
    x = np.ones((m, 1))
    if covariates is not None:
        x = np.hstack([x, np.asarray(covariates, dtype=np.float64).reshape(m, -1)])
    if not (np.isfinite(direct).all() and np.isfinite(x).all()):
        raise DataError("every area needs a direct estimate and all covariates.")
    if not (variance > 0).all():
        at = int(np.flatnonzero(~(variance > 0))[0])
        raise DataError(f"area '{areas[at]}': the sampling variance must be above 0.")
    if m <= x.shape[1] + 1:
        raise NotEstimable(f"{m} areas are too few for {x.shape[1]} coefficients and a variance.")
    if np.linalg.matrix_rank(x / np.abs(x).max(axis=0).clip(1e-300)) < x.shape[1]:
        raise NotEstimable("the covariates depend on each other.")
    sigma2 = _reml(direct, variance, x)
    total = sigma2 + variance
    inverse = linalg.inv(x.T @ (x / total[:, None]))
    beta = inverse @ (x.T @ (direct / total))
    gamma = sigma2 / total
    spread = 2 / float((1 / total**2).sum())
    return FayHerriot(
        tuple(areas),
        sigma2,
        np.asarray(beta),
        direct,
        np.sqrt(variance),
        gamma,
        gamma * direct + (1 - gamma) * (x @ beta),
        gamma * variance,
        (1 - gamma) ** 2 * ((x @ inverse) * x).sum(axis=1),
        variance**2 / total**3 * spread,
    )


def _reml(y: Floats, v: Floats, x: Floats) -> float:
    """Between-area variance that maximises the restricted likelihood; 0 at the boundary."""

    def minus_twice(sigma2: float) -> float:
        total = sigma2 + v
        gram = x.T @ (x / total[:, None])
        beta = linalg.solve(gram, x.T @ (y / total), assume_a="pos")
        rest = y - x @ beta
        return float(np.log(total).sum() + np.linalg.slogdet(gram)[1] + (rest**2 / total).sum())

    top = 10 * (float(np.var(y)) + float(v.max()))
    grid = np.concatenate([[0.0], np.geomspace(1e-6, 1, 200) * top])
    values = np.array([minus_twice(float(g)) for g in grid])
    best = int(values.argmin())
    low, high = grid[max(best - 1, 0)], grid[min(best + 1, len(grid) - 1)]
    found = optimize.minimize_scalar(
        minus_twice, bounds=(low, high), method="bounded", options={"xatol": 1e-12 * top}
    )
    return 0.0 if values[0] <= float(found.fun) else float(found.x)
