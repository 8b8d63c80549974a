"""Estimates from an open link, each named as the model it is (Chen, Li and Wu 2020, JASA 115:
2011-2021). They are never pooled with the drawn sample and carry no margin of error; what is shown
is their distance from the drawn sample."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import linalg

from analysis.errors import NotEstimable
from analysis.factors import MISSING, Floats, alphabetical
from analysis.table import Table
from analysis.weighting.steps import Sample

_STEPS = 200


@dataclass(frozen=True)
class Participation:
    """Model of who came through the open link: coefficients (p,), and the modelled chance of
    every open answer (n_open,)."""

    coefficients: Floats
    chance: Floats
    open_matrix: Floats
    drawn_matrix: Floats


@dataclass(frozen=True)
class OpenEstimate:
    """Shares of one item from n_open open answers by each method, and the drawn sample's. gap:
    doubly robust minus drawn."""

    name: str
    n_open: int
    naive: float
    ipw: float
    mass_imputation: float
    doubly_robust: float
    probability_sample: float | None

    @property
    def gap(self) -> float | None:
        if self.probability_sample is None:
            return None
        return self.doubly_robust - self.probability_sample


def participation(open_answers: Table, drawn: Sample, covariates: Sequence[str]) -> Participation:
    """Pseudo maximum likelihood of a logistic chance of participation.

    Solves sum_open x = sum_drawn w pi(x) x over the levels of the covariates in both samples.
    Raises NotEstimable when no such model exists (a level only one of the samples has).
    """
    x_open, x_drawn = _matrices(open_answers, drawn.table, covariates)
    w = drawn.weights
    theta = np.zeros(x_open.shape[1])
    theta[0] = np.log(len(x_open) / w.sum())
    due = x_open.sum(axis=0)

    def gap(t: Floats) -> tuple[Floats, Floats]:
        chance = 1 / (1 + np.exp(-np.clip(x_drawn @ t, -500, 500)))
        return due - x_drawn.T @ (w * chance), chance

    score, chance = gap(theta)
    for _ in range(_STEPS):
        curvature = x_drawn.T @ (x_drawn * (w * chance * (1 - chance))[:, None])
        try:
            step = linalg.solve(curvature, score, assume_a="sym")
        except linalg.LinAlgError:
            break
        length = 1.0
        while length > 1e-6:
            trial, trial_chance = gap(theta + length * step)
            if np.linalg.norm(trial) <= np.linalg.norm(score) * (1 - 1e-6 * length):
                break
            length /= 2
        else:
            break
        theta, score, chance = theta + length * step, trial, trial_chance
        if np.max(np.abs(step)) < 1e-13:
            break
    if not np.max(np.abs(score)) <= 1e-8 * max(1.0, float(len(x_open))):
        raise NotEstimable(
            "no model of participation reproduces the open answers; merge small levels of the"
            " covariates.",
        )
    return Participation(theta, 1 / (1 + np.exp(-(x_open @ theta))), x_open, x_drawn)


def open_estimate(
    name: str, open_y: Floats, drawn_y: Floats | None, drawn: Sample, model: Participation
) -> OpenEstimate:
    """Four estimates of a 0/1 item from the open link beside the drawn sample's.

    open_y: (n_open,), drawn_y: (n,), NaN unanswered. Raises NotEstimable without open answers or
    when the outcome model is separated.
    """
    kept = ~np.isnan(open_y)
    if not kept.any():
        raise NotEstimable(f"nobody on the open link answered '{name}'.")
    y, x = open_y[kept], model.open_matrix[kept]
    inverse = 1 / model.chance[kept]
    beta = _logistic(x, y, name)
    fitted = 1 / (1 + np.exp(-(x @ beta)))
    predicted = 1 / (1 + np.exp(-(model.drawn_matrix @ beta)))
    w = drawn.weights
    imputed = float(w @ predicted / w.sum())
    direct = None
    if drawn_y is not None and not np.isnan(drawn_y).all():
        answered = ~np.isnan(drawn_y)
        direct = float(w[answered] @ drawn_y[answered] / w[answered].sum())
    return OpenEstimate(
        name,
        int(np.count_nonzero(kept)),
        float(y.mean()),
        float((inverse * y).sum() / inverse.sum()),
        imputed,
        float((inverse * (y - fitted)).sum() / inverse.sum()) + imputed,
        direct,
    )


def _matrices(first: Table, second: Table, covariates: Sequence[str]) -> tuple[Floats, Floats]:
    """Intercept and indicators over the levels of both tables, first level as reference."""
    parts: list[list[Floats]] = [[np.ones((first.n, 1))], [np.ones((second.n, 1))]]
    for name in covariates:
        factors = [table.factor(name) for table in (first, second)]
        for table, factor in zip((first, second), factors, strict=True):
            if factor.missing.any():
                row = int(np.flatnonzero(factor.missing)[0])
                raise table.bad_value(name, row, "is missing in a covariate of the model")
        both = {label for f in factors for label in f.levels if label != MISSING}
        levels = sorted(both, key=alphabetical)
        for table, factor in zip((first, second), factors, strict=True):
            lacking = next((level for level in levels if level not in factor.levels), None)
            if lacking is not None:
                raise NotEstimable(
                    f"nobody in {table.source} is at '{name}' = '{lacking}', but people of the other"
                    " sample are: no model can speak for them; merge small levels of the covariate.",
                    column=name,
                    level=lacking,
                )
        for part, factor in zip(parts, factors, strict=True):
            labels = np.array(factor.levels, dtype=np.str_)[factor.codes]
            part.append((labels[:, None] == np.array(levels[1:])[None, :]).astype(np.float64))
    return np.hstack(parts[0]), np.hstack(parts[1])


def _logistic(x: Floats, y: Floats, name: str) -> Floats:
    """Unweighted maximum likelihood."""
    beta = np.zeros(x.shape[1])

    def deviance(b: Floats) -> float:
        eta = x @ b
        return float((np.logaddexp(0, eta) - y * eta).sum())

    for _ in range(_STEPS):
        rate = 1 / (1 + np.exp(-(x @ beta)))
        curvature = x.T @ (x * (rate * (1 - rate))[:, None])
        step = np.linalg.lstsq(curvature, x.T @ (y - rate), rcond=1e-12)[0]
        length, now = 1.0, deviance(beta)
        while length > 1e-8 and deviance(beta + length * step) > now:
            length /= 2
        beta = beta + length * step
        if np.max(np.abs(beta)) > 40:
            raise NotEstimable(f"'{name}': some covariates predict every open answer (separation).")
        if np.max(np.abs(step)) < 1e-13 * (1 + np.max(np.abs(beta))):
            break
    return beta
