"""The likelihood interval of a proportion, as R's `svyciprop(method = "likelihood")` arrives at it.

The scaled likelihood ratio of Rao and Scott (1984, AnnStat 12: 46-60): with W rows of mean weight 1 and
dispersion n/(n-1), the limits are where 2 W KL(p, q) / dispersion = t^2 lambda, lambda being the design
variance of the log odds over the one the model believes. R does not solve this: it evaluates the
profile at some steps, lays a cubic spline through them and reads the limits off a grid, which moves
them in the fourth digit. Whoever compares with R expects those digits, so they are computed as R does.
It is for comparison; the interval that is published is Korn and Graubard's.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import special, stats

from analysis.factors import Floats

_STEPS = 10
#: steps after which R's glm gives up
_MOST_STEPS = 25
_CONVERGED = 1e-8


@dataclass(frozen=True)
class FitStart:
    """Where R's fit of the log odds begins. odds: after its first step; deviance: before it."""

    odds: float
    deviance: float

    @classmethod
    def of(cls, y: Floats, weights: Floats, rows: int) -> FitStart:
        """From answers 0/1 and weights (n,), of a model of that many rows of mean weight 1."""
        w = weights * (rows / weights.sum())
        chance = (w * y + 0.5) / (w + 1)
        slope = chance * (1 - chance)
        odds = special.logit(chance) + (y - chance) / slope
        deviance = -2 * float(w @ np.log(np.where(y > 0, chance, 1 - chance)))
        return cls(float((w * slope) @ odds / (w @ slope)), deviance)

    @classmethod
    def equal_weights(cls, p: float, rows: int) -> FitStart:
        """The same when all weights are 1: starting means are 1/4 and 3/4."""
        return cls((2 * p - 1) * (np.log(3) + 4 / 3), 2 * rows * float(np.log(4 / 3)))


def likelihood_interval(
    p: float, se: float, n: int, df: int, level: float, rows: int, start: FitStart | None = None
) -> tuple[float, float]:
    """Limits of a proportion p (0 < p < 1) with error se from n rows, df degrees of freedom.

    rows: rows of the model that R fits: n, or after calibration all rows of the sample, because a
    domain of a calibrated design keeps the others with weight 0; start: of that fit (None: as with
    equal weights). NaN where R's grid ends too early.
    """
    t = float(stats.t.ppf((1 - level) / 2, df))
    spread = se / (p * (1 - p))
    begun = start or FitStart.equal_weights(p, rows)
    cutoff = t * float(np.sqrt(_last_variance(p, rows, begun) * rows)) * spread
    widest = float(stats.t.isf(stats.norm.cdf(cutoff) / 4, rows - 1))
    dispersion = n / (n - 1) if n > 1 else 1.0
    centre = float(special.logit(p))
    points = [(0.0, centre)]
    for sign in (-1, 1):
        step, z = 0, 0.0
        while (step := step + 1) < _STEPS and abs(z) < widest:
            place = centre + sign * step * widest / 5 * spread
            z = sign * float(np.sqrt(max(_deviance(p, place, rows) / dispersion, 0.0)))
            points.append((z, place))
    heights, places = (np.array(values) for values in zip(*sorted(points), strict=True))
    if not np.isfinite(heights).all() or not np.isfinite(places).all():
        return float("nan"), float("nan")
    grid = np.linspace(places[0], places[-1], 3 * len(places))
    curve = _spline(places, heights, grid)
    low, high = np.interp([cutoff, -cutoff], curve, grid, left=np.nan, right=np.nan)
    return float(special.expit(low)), float(special.expit(high))


def _deviance(p: float, place: float, rows: int) -> float:
    """2 W KL(p, q) with q at these log odds."""
    own = p * np.log(p) + (1 - p) * np.log1p(-p)
    return float(2 * rows * (own + p * np.logaddexp(0, -place) + (1 - p) * np.logaddexp(0, place)))


def _last_variance(p: float, rows: int, start: FitStart) -> float:
    """q(1-q) at the iteration before the last of the fit: what R takes the model's error from."""
    odds, before = start.odds, start.deviance
    variance = 3 / 16
    now = _entropy(p, odds, rows)
    for _step in range(_MOST_STEPS):
        if abs(now - before) / (abs(now) + 0.1) < _CONVERGED:
            break
        q = special.expit(odds)
        variance = float(q * (1 - q))
        if variance == 0:  # the fit runs off to 0 or 100%
            break
        odds += (p - q) / variance
        before, now = now, _entropy(p, odds, rows)
    return variance


def _entropy(p: float, odds: float, rows: int) -> float:
    return float(2 * rows * (p * np.logaddexp(0, -odds) + (1 - p) * np.logaddexp(0, odds)))


def _spline(x: Floats, y: Floats, at: Floats) -> Floats:
    """Cubic spline whose ends take the third derivative of the cubic through the four end points
    (Forsythe, Malcolm and Moler 1977, Computer Methods for Mathematical Computations, ch. 4); with
    three points a parabola.

    x (n,) ascending, n >= 3; y (n,); at (m,) within x. Returns (m,).
    """
    n = len(x)
    gap = np.diff(x)
    slope = np.diff(y) / gap
    matrix = np.zeros((n, n))
    right = np.zeros(n)
    inner = np.arange(1, n - 1)
    matrix[inner, inner - 1], matrix[inner, inner + 1] = gap[:-1], gap[1:]
    matrix[inner, inner] = 2 * (gap[:-1] + gap[1:])
    right[inner] = np.diff(slope)
    matrix[0, :2] = -gap[0], gap[0]
    matrix[-1, -2:] = gap[-1], -gap[-1]
    if n > 3:
        second = np.diff(slope) / (x[2:] - x[:-2])
        right[0] = gap[0] ** 2 * (second[1] - second[0]) / (x[3] - x[0])
        right[-1] = -(gap[-1] ** 2) * (second[-1] - second[-2]) / (x[-1] - x[-4])
    curve = np.linalg.solve(matrix, right)
    piece = np.clip(np.searchsorted(x, at, side="right") - 1, 0, n - 2)
    far = at - x[piece]
    first = slope[piece] - gap[piece] * (curve[piece + 1] + 2 * curve[piece])
    third = (curve[piece + 1] - curve[piece]) / gap[piece]
    found: Floats = y[piece] + far * (first + far * (3 * curve[piece] + far * third))
    return found
