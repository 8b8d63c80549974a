"""The plain prediction-powered mean, as published: a normal interval, for tags or probabilities.

`corrected.py` is what the product publishes. This is the textbook form (Angelopoulos, Duchi & Zrnic
2023, arXiv:2311.01453, "PPI++"), kept as the yardstick: its interval is right for many codes and too
short or too long for few, which the coverage table in docs/methods/themes.md shows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from analysis.themes.errors import DrawError


@dataclass(frozen=True)
class PoweredMean:
    """Mean with standard error and normal limits; `tuning` is the lambda that was used."""

    mean: float
    se: float
    low: float
    high: float
    tuning: float


def powered_mean(
    codes: Sequence[float] | NDArray[np.float64],
    scores: Sequence[float] | NDArray[np.float64],
    others: Sequence[float] | NDArray[np.float64],
    *,
    tuning: float | None = None,
    level: float = 0.95,
) -> PoweredMean:
    """Prediction-powered mean of `codes`.

    codes, scores (n): human code and machine score of the coded comments; others (N): scores of
    comments without a code. tuning: lambda; None chooses the power-tuned
    cov(codes, scores) / ((1 + n/N) var(scores)), kept within [0, 1]. DrawError: fewer than 2 of either.
    """
    y, f, rest = (np.asarray(one, dtype=float) for one in (codes, scores, others))
    if len(y) != len(f) or len(y) < 2 or len(rest) < 2:
        raise DrawError("At least two coded and two other comments are needed.")
    n, big = len(y), len(rest)
    if tuning is None:
        spread = float(np.var(np.concatenate([f, rest]), ddof=1))
        joint = float(np.mean((y - y.mean()) * (f - f.mean())))
        tuning = 0.0 if spread == 0 else joint / ((1 + n / big) * spread)
        tuning = min(1.0, max(0.0, tuning))
    mean = float(tuning * rest.mean() + (y - tuning * f).mean())
    se = float(np.sqrt(np.var(tuning * rest) / big + np.var(y - tuning * f) / n))
    reach = float(stats.norm.ppf((1 + level) / 2)) * se
    return PoweredMean(mean, se, mean - reach, mean + reach, tuning)
