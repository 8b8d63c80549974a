"""Linear and logistic models with design-based errors (Binder 1983, Int. Stat. Rev. 51: 279-292)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy import linalg, stats

from analysis.errors import DataError, NotEstimable
from analysis.estimates import Mask
from analysis.factors import Floats
from analysis.table import Table
from analysis.variance.linearize import covariance
from analysis.weighting.steps import Sample

Family = Literal["gaussian", "binomial"]
_STEPS = 100


@dataclass(frozen=True)
class NumericTerm:
    """A numeric column as it is."""

    column: str


@dataclass(frozen=True)
class CategoricalTerm:
    """A column as indicators; the first level is the reference."""

    column: str
    levels: tuple[str, ...]


Term = NumericTerm | CategoricalTerm


@dataclass(frozen=True)
class Coefficient:
    """One term with its error and t test."""

    term: str
    estimate: float
    se: float
    t: float
    p_value: float | None


@dataclass(frozen=True)
class Regression:
    """coefficients in order, intercept first; vcov: (k, k); df_residual: of the t tests."""

    coefficients: tuple[Coefficient, ...]
    vcov: Floats
    n: int
    df_residual: int


def model_matrix(table: Table, terms: Sequence[Term]) -> tuple[Floats, list[str]]:
    """(n, k) intercept and terms, NaN in rows with a missing value, and the names of the columns.

    Raises DataError for a value of a categorical term that is not among its levels.
    """
    columns: list[Floats] = [np.ones(table.n)]
    names = ["(Intercept)"]
    for term in terms:
        if isinstance(term, NumericTerm):
            columns.append(table.numbers(term.column))
            names.append(term.column)
            continue
        factor = table.factor(term.column)
        unlisted = set(factor.levels) - set(term.levels) - {""}
        if unlisted:
            level = sorted(unlisted)[0]
            row = int(np.flatnonzero(factor.codes == factor.levels.index(level))[0])
            raise table.bad_value(term.column, row, "is not among the levels of the model")
        for level in term.levels[1:]:
            at = factor.position(level)
            hit = np.zeros(table.n) if at is None else (factor.codes == at).astype(np.float64)
            columns.append(np.where(factor.missing, np.nan, hit))
            names.append(f"C_{term.column}{level}")
    return np.stack(columns, axis=1), names


def regression(
    sample: Sample,
    y: Floats,
    terms: Sequence[Term],
    family: Family = "gaussian",
    domain: Mask | None = None,
) -> Regression:
    """Weighted least squares or logistic regression; the variance is linearized.

    Rows with a missing value are outside the domain. df_residual is that of the rows used plus one
    minus the number of coefficients. Raises NotEstimable for a singular or separated model.
    """
    x, names = model_matrix(sample.table, terms)
    used = ~np.isnan(y) & ~np.isnan(x).any(axis=1) & (sample.weights > 0)
    if domain is not None:
        used &= domain
    if family == "binomial" and not np.isin(y[used], (0.0, 1.0)).all():
        raise DataError("a logistic model needs answers coded 0 or 1.")
    xs, ys, w = x[used], y[used], sample.weights[used]
    _check_rank(xs, names)
    w = w / w.mean()
    if family == "gaussian":
        beta, inverse = _least_squares(xs, ys, w)
        fitted = xs @ beta
    else:
        beta, inverse, fitted = fit_logistic(xs, ys, w)
    scores = np.zeros((sample.n, len(names)))
    scale = float(sample.weights[used].mean())
    scores[used] = ((ys - fitted)[:, None] * xs) @ inverse / scale
    vcov = covariance(sample, scores)
    df = sample.design.degrees_of_freedom(used) + 1 - len(names)
    coefficients = []
    for at, name in enumerate(names):
        se = float(np.sqrt(max(vcov[at, at], 0.0)))
        t = float(beta[at] / se) if se > 0 else float("nan")
        p = float(2 * stats.t.sf(abs(t), df)) if df > 0 and se > 0 else None
        coefficients.append(Coefficient(name, float(beta[at]), se, t, p))
    return Regression(tuple(coefficients), vcov, int(np.count_nonzero(used)), df)


def _check_rank(x: Floats, names: list[str]) -> None:
    if len(x) < len(names):
        raise NotEstimable(f"{len(x)} usable rows for {len(names)} coefficients.")
    size = np.linalg.norm(x, axis=0)
    empty = np.flatnonzero(size == 0)
    if len(empty):
        raise NotEstimable(f"no row is at '{names[empty[0]]}'; leave that level out of the model.")
    _, r, pivot = linalg.qr(x / size, mode="economic", pivoting=True)
    weak = np.flatnonzero(np.abs(np.diag(r)) < 1e-9)
    if len(weak):
        raise NotEstimable(f"'{names[pivot[weak[0]]]}' is a combination of the other terms.")


def _least_squares(x: Floats, y: Floats, w: Floats) -> tuple[Floats, Floats]:
    """Coefficients and inverse of X'WX by QR."""
    root = np.sqrt(w)
    q, r = linalg.qr(x * root[:, None], mode="economic")
    inner = linalg.solve_triangular(r, np.eye(len(r)))
    return np.asarray(inner @ (q.T @ (y * root))), np.asarray(inner @ inner.T)


def fit_logistic(x: Floats, y: Floats, w: Floats) -> tuple[Floats, Floats, Floats]:
    """Coefficients (k,), inverse of the information (k, k) and fitted shares (n,) of a logistic model.

    Iteratively reweighted least squares with step halving. Raises NotEstimable when separated.
    """
    beta = np.zeros(x.shape[1])
    deviance = np.inf
    for _ in range(_STEPS):
        eta = x @ beta
        fitted = 1 / (1 + np.exp(-eta))
        slope = np.maximum(fitted * (1 - fitted), 1e-300)
        aim, _ = _least_squares(x, eta + (y - fitted) / slope, w * slope)
        step = aim - beta
        for _ in range(30):
            trial = x @ (beta + step)
            now = float(2 * (w * (np.logaddexp(0, trial) - y * trial)).sum())
            if now <= deviance + 1e-12 * abs(deviance) or not np.isfinite(deviance):
                break
            step = step / 2
        beta = beta + step
        deviance = now
        if np.max(np.abs(beta)) > 50:
            raise NotEstimable(
                "some combination of terms predicts every answer (separation): no finite estimate."
            )
        if np.max(np.abs(step)) < 1e-12 * (1 + np.max(np.abs(beta))):
            fitted = 1 / (1 + np.exp(-(x @ beta)))
            slope = fitted * (1 - fitted)
            return beta, _least_squares(x, y, w * slope)[1], fitted
    raise NotEstimable("the logistic model did not converge.")
