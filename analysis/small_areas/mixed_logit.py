"""Logistic regression with crossed random intercepts, by Laplace's approximation.

P(y = 1) = expit(x'b + sum_k u_k[level]), u_k ~ N(0, sigma_k^2). Given the sigmas, b and u are the
mode of the penalised likelihood; the sigmas maximise Laplace's approximation of the likelihood
(Breslow and Clayton 1993, JASA 88: 9-25; Bates et al. 2015, JSS 67(1)).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import linalg, optimize

from analysis.errors import NotEstimable
from analysis.factors import Codes, Floats

_STEPS = 60


@dataclass(frozen=True)
class MixedLogit:
    """sigma: (k,) standard deviations of the random intercepts; coefficients: (p + levels,) fixed
    part, then the intercepts of every grouping in order; covariance: of the coefficients given
    sigma (inverse curvature)."""

    sigma: Floats
    coefficients: Floats
    covariance: Floats
    fixed: int


def fit_mixed_logit(
    successes: Floats,
    trials: Floats,
    fixed: Floats,
    groups: Sequence[Codes],
    sizes: Sequence[int],
) -> MixedLogit:
    """Fit to binomial cells.

    successes, trials: (cells,); fixed: (cells, p) with the intercept; groups: k codes (cells,);
    sizes: levels of each, including levels no cell has (they are predicted at 0). Raises
    NotEstimable when the curvature is singular.
    """
    blocks = [np.eye(size)[codes] for codes, size in zip(groups, sizes, strict=True)]
    design = np.hstack([fixed, *blocks])
    p = fixed.shape[1]
    owner = np.repeat(np.arange(len(sizes)), sizes)
    start = np.zeros(design.shape[1])

    def objective(log_sigma: Floats) -> float:
        mode, curvature = _mode(successes, trials, design, p, np.exp(log_sigma)[owner], start)
        start[:] = mode
        random = curvature[p:, p:] * np.outer(np.exp(log_sigma)[owner], np.exp(log_sigma)[owner])
        eta = design @ mode
        fit = 2 * float((trials * np.logaddexp(0, eta) - successes * eta).sum())
        penalty = float(((mode[p:] / np.exp(log_sigma)[owner]) ** 2).sum())
        return fit + penalty + float(np.linalg.slogdet(random)[1])

    k = len(sizes)
    found = optimize.minimize(
        objective,
        np.full(k, np.log(0.3)),
        method="L-BFGS-B",
        bounds=[(np.log(1e-3), np.log(5.0))] * k,
        options={"ftol": 1e-10, "gtol": 1e-6},
    )
    sigma = np.exp(found.x)
    mode, curvature = _mode(successes, trials, design, p, sigma[owner], start)
    try:
        covariance = linalg.inv(curvature)
    except linalg.LinAlgError:
        raise NotEstimable("the multilevel model is singular; leave out a term.") from None
    return MixedLogit(sigma, mode, np.asarray(covariance), p)


def _mode(
    successes: Floats, trials: Floats, design: Floats, p: int, sigma: Floats, start: Floats
) -> tuple[Floats, Floats]:
    """Mode of the penalised likelihood and its curvature."""
    penalty = np.concatenate([np.full(p, 1e-9), 1 / sigma**2])
    gamma = start.copy()

    def loss(g: Floats) -> float:
        eta = design @ g
        return float((trials * np.logaddexp(0, eta) - successes * eta).sum()) + float(
            0.5 * (penalty * g**2).sum()
        )

    now = loss(gamma)
    curvature = np.eye(len(gamma))
    for _ in range(_STEPS):
        rate = 1 / (1 + np.exp(-(design @ gamma)))
        slope = trials * rate * (1 - rate)
        curvature = design.T @ (design * slope[:, None]) + np.diag(penalty)
        gradient = design.T @ (successes - trials * rate) - penalty * gamma
        step = linalg.solve(curvature, gradient, assume_a="pos")
        length = 1.0
        while length > 1e-8:
            trial = loss(gamma + length * step)
            if trial <= now:
                break
            length /= 2
        gamma, now = gamma + length * step, min(trial, now)
        if np.max(np.abs(step)) < 1e-10:
            break
    return gamma, np.asarray(curvature)
