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
#: Newton's decrement (twice the loss still to gain) at which the mode is found.
_ENOUGH = 1e-11


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
    away_from_zero: bool = False,
) -> MixedLogit:
    """Fit to binomial cells.

    successes, trials: (cells,); fixed: (cells, p) with the intercept; groups: k codes (cells,);
    sizes: levels of each, including levels no cell has (they are predicted at 0). away_from_zero: add
    the log of every sigma to the log likelihood (Chung and others 2013, Psychometrika 78: 685-709).
    With a handful of levels the plain maximum is often at 0, which claims to know that the levels do
    not differ at all. Raises NotEstimable when the curvature is singular.
    """
    blocks = [np.eye(size)[codes] for codes, size in zip(groups, sizes, strict=True)]
    design = np.hstack([fixed, *blocks])
    p = fixed.shape[1]
    owner = np.repeat(np.arange(len(sizes)), sizes)
    start = np.zeros(design.shape[1])

    def objective(log_sigma: Floats) -> float:
        sigma = np.exp(log_sigma)[owner]
        mode, curvature = _mode(successes, trials, design, p, sigma, start)
        start[:] = mode
        eta = design @ mode
        fit = 2 * float((trials * np.logaddexp(0, eta) - successes * eta).sum())
        penalty = float(((mode[p:] / sigma) ** 2).sum())
        random = curvature[p:, p:] * np.outer(sigma, sigma)
        away = 2 * float(log_sigma.sum()) if away_from_zero else 0.0
        return fit + penalty + float(np.linalg.slogdet(random)[1]) - away

    k = len(sizes)
    found = optimize.minimize(
        objective,
        np.full(k, np.log(0.3)),
        method="L-BFGS-B",
        bounds=[(np.log(1e-3), np.log(5.0))] * k,
        options={"ftol": 1e-9, "gtol": 1e-4, "eps": 1e-4},  # the mode is good to about 1e-11
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
    """Mode of the penalised likelihood and its curvature there, by Newton with halving."""
    penalty = np.concatenate([np.full(p, 1e-9), 1 / sigma**2])
    gamma = start.copy()

    def loss(g: Floats, eta: Floats) -> float:
        fit = float((trials * np.logaddexp(0, eta) - successes * eta).sum())
        return fit + float(0.5 * (penalty * g**2).sum())

    eta = design @ gamma
    now = loss(gamma, eta)
    for _ in range(_STEPS):
        rate = 1 / (1 + np.exp(-eta))
        slope = trials * rate * (1 - rate)
        curvature = design.T @ (design * slope[:, None])
        curvature[np.diag_indices_from(curvature)] += penalty
        gradient = design.T @ (successes - trials * rate) - penalty * gamma
        step = linalg.solve(curvature, gradient, assume_a="pos")
        gain = float(gradient @ step)
        if gain < _ENOUGH:
            break
        length, along = 1.0, design @ step
        while (trial := loss(gamma + length * step, eta + length * along)) > now and length > 1e-4:
            length /= 2
        gamma, eta, now = gamma + length * step, eta + length * along, trial
    return gamma, np.asarray(curvature)
