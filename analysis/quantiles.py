"""Quantiles of a weighted sample with Woodruff's intervals (Woodruff 1952, JASA 47: 635-646)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import stats

from analysis.estimates import Mask, mean, used_rows
from analysis.factors import Floats
from analysis.weighting.steps import Sample


@dataclass(frozen=True)
class Quantiles:
    """estimate, low, high, se: one for each p.

    A limit is None where the data do not reach it: the share below may be under 0 or over 100%, as
    happens near the ends or with few rows. The error is then None too.
    """

    n: int
    df: int
    sum_w: float
    p: tuple[float, ...]
    estimate: tuple[float, ...]
    low: tuple[float | None, ...]
    high: tuple[float | None, ...]
    se: tuple[float | None, ...]


def quantiles(
    sample: Sample,
    y: Floats,
    p: Sequence[float],
    domain: Mask | None = None,
    level: float = 0.95,
) -> Quantiles | None:
    """Smallest value whose weighted distribution reaches p, for each p; None without rows.

    The interval of the distribution function at the estimate, by t with the df of the rows used, is
    read back on the scale of y; the standard error is its width over 2 t.
    """
    used = used_rows(sample, [y], domain)
    if not used.any():
        return None
    values, w = y[used], sample.weights[used]
    order = np.argsort(values, kind="stable")
    values, cumulative = values[order], np.cumsum(w[order])
    cumulative = cumulative / cumulative[-1]
    df = sample.design.degrees_of_freedom(used)
    t = float(stats.t.ppf((1 + level) / 2, df)) if df > 0 else np.nan
    found: list[float] = []
    low: list[float | None] = []
    high: list[float | None] = []
    se: list[float | None] = []
    for share in p:
        value = _inverse(values, cumulative, share)
        below = np.where(np.isnan(y), np.nan, (y <= value).astype(np.float64))
        at = mean(sample, below, used, level)
        found.append(value)
        first, last = (
            _inverse(values, cumulative, limit) if 0 <= limit <= 1 else None
            for limit in at.interval or (np.nan, np.nan)
        )
        low.append(first)
        high.append(last)
        se.append(None if first is None or last is None else (last - first) / (2 * t))
    return Quantiles(
        int(np.count_nonzero(used)),
        df,
        float(w.sum()),
        tuple(p),
        tuple(found),
        tuple(low),
        tuple(high),
        tuple(se),
    )


def _inverse(values: Floats, cumulative: Floats, share: float) -> float:
    """Smallest value whose cumulative share reaches `share`, rounding error forgiven."""
    at = int(np.searchsorted(cumulative, share - 1e-12))
    return float(values[min(at, len(values) - 1)])
