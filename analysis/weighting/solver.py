"""Solving the calibration equations sum d F(x'lambda) x = T, with convergence proven.

Proven means: every margin level and every numeric total is within TOLERANCE of its target,
measured on the weights themselves, whatever the last step did.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import linalg

from analysis.factors import Codes, Floats
from analysis.weighting.distances import Distance

#: Largest distance from a target, as a share of that target.
TOLERANCE = 1e-9
_NEWTON_STEPS = 200
_SWEEPS = 40
#: A respondent pushed below this share of the average ratio means the targets are only met at the
#: edge, by silencing people: that is no solution.
_SILENCED = 1e-9


@dataclass(frozen=True)
class Solution:
    """ratio: (cells,) new over old weight; error: (p,) distance over target; iterations done."""

    ratio: Floats
    error: Floats
    iterations: int

    @property
    def worst(self) -> float:
        return float(np.max(np.abs(self.error), initial=0.0))

    @property
    def met(self) -> bool:
        """Every target within the tolerance."""
        return bool(np.isfinite(self.error).all()) and self.worst <= TOLERANCE

    @property
    def nobody_silenced(self) -> bool:
        """No ratio so small that the targets are met only by not counting somebody."""
        kept = self.ratio[self.ratio != 0]
        return bool(len(kept)) and float(np.abs(kept).min()) > _SILENCED * float(np.abs(kept).mean())


def fit_proportionally(
    codes: Sequence[Codes], totals: Sequence[Floats], weights: Floats, sweeps: int = _SWEEPS
) -> Solution:
    """Iterative proportional fitting (Deming and Stephan 1940, AMS 11: 427-444).

    codes: per margin the level of each cell; totals: per margin the positive targets; weights:
    (cells,) sums of old weights. Stops when every margin is within the tolerance.
    """
    ratio = np.where(weights > 0, 1.0, 0.0)
    error = np.full(sum(len(t) for t in totals), np.inf)
    done = 0
    for sweep in range(1, sweeps + 1):
        done = sweep
        for code, total in zip(codes, totals, strict=True):
            have = np.bincount(code, ratio * weights, minlength=len(total))
            factor = np.divide(total, have, out=np.zeros_like(total), where=have > 0)
            ratio = ratio * factor[code]
        achieved = [
            np.bincount(code, ratio * weights, minlength=len(total))
            for code, total in zip(codes, totals, strict=True)
        ]
        error = np.concatenate([a / t - 1 for a, t in zip(achieved, totals, strict=True)])
        if np.max(np.abs(error)) < TOLERANCE / 1000:
            break
    return Solution(ratio, error, done)


def solve(
    matrix: Any,
    weights: Floats,
    totals: Floats,
    distance: Distance,
    start: Floats | None = None,
) -> Solution:
    """Damped Newton on the dual, regularised where the system is singular.

    matrix: (cells, p) dense or sparse; weights: (cells,) sums of old weights; totals: (p,); start:
    (p,) first lambda. Redundant columns do no harm. Returns the best point reached; the caller
    asks `converged`.
    """
    scale = _scale(matrix, weights, totals)
    lam = np.zeros(len(totals)) if start is None else start.copy()
    ratio, slope = distance.ratio(matrix @ lam)
    gap = (matrix.T @ (weights * ratio) - totals) / scale
    damping = 0.0
    steps = 0
    while steps < _NEWTON_STEPS:
        steps += 1
        if np.max(np.abs(gap)) < 1e-14:
            break
        hessian = _gram(matrix, weights * slope) / np.outer(scale, scale)
        direction = _step(hessian, gap, damping)
        moved = _line_search(matrix, weights, totals, distance, scale, lam, gap, direction / scale)
        if moved is None:
            if damping > 1e3 or np.max(np.abs(gap)) < TOLERANCE / 100:
                break
            damping = max(damping * 10, 1e-6)
            continue
        lam, ratio, slope, better = moved
        stalled = np.max(np.abs(better)) > 0.9 * np.max(np.abs(gap))
        close = np.max(np.abs(better)) < TOLERANCE / 100
        gap = better
        damping = damping / 10 if damping > 1e-9 else 0.0
        if stalled and close:
            break
    target = np.where(totals != 0, np.abs(totals), scale)
    error = (matrix.T @ (weights * ratio) - totals) / target
    return Solution(ratio, np.asarray(error), steps)


def _scale(matrix: Any, weights: Floats, totals: Floats) -> Floats:
    """(p,) size of each total, so that people and dollars count alike."""
    size = np.maximum(np.abs(totals), abs(matrix).T @ weights)
    return np.where(size > 0, size, 1.0)


def _gram(matrix: Any, weights: Floats) -> Floats:
    if isinstance(matrix, np.ndarray):
        return np.asarray(matrix.T @ (matrix * weights[:, None]))
    weighted = matrix.multiply(weights[:, None])
    return np.asarray((matrix.T @ weighted).toarray())


def _step(hessian: Floats, gap: Floats, damping: float) -> Floats:
    """Newton direction by the pseudo-inverse of the scaled Hessian (eigenvalues)."""
    diagonal = np.sqrt(np.maximum(np.diag(hessian), 1e-300))
    balanced = hessian / np.outer(diagonal, diagonal)
    values, vectors = linalg.eigh(balanced)
    floor = max(float(values[-1]), 0.0) * 1e-11
    size = values + damping * max(float(values[-1]), 1e-300)
    inverse = np.where(values > floor, 1.0 / np.where(size > 0, size, 1.0), 0.0)
    right = vectors.T @ (gap / diagonal)
    return np.asarray(-(vectors @ (inverse * right)) / diagonal)


def _line_search(
    matrix: Any,
    weights: Floats,
    totals: Floats,
    distance: Distance,
    scale: Floats,
    lam: Floats,
    gap: Floats,
    direction: Floats,
) -> tuple[Floats, Floats, Floats, Floats] | None:
    norm = float(gap @ gap)
    length = 1.0
    for _ in range(30):
        trial = lam + length * direction
        ratio, slope = distance.ratio(matrix @ trial)
        better = (matrix.T @ (weights * ratio) - totals) / scale
        now = float(better @ better)
        if np.isfinite(now) and now < norm * (1 - 1e-4 * length):
            return trial, ratio, slope, better
        length /= 2
    return None


def as_dense(matrix: Any, limit: int = 30_000_000) -> npt.NDArray[np.float64] | Any:
    """Dense when it is small enough to be faster so."""
    rows, columns = matrix.shape
    return matrix.toarray() if rows * columns <= limit else matrix
