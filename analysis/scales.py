"""Several questions as one scale: reliability and 0-100 indices."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from analysis.errors import NotEstimable
from analysis.estimates import Mask
from analysis.factors import Floats
from analysis.weighting.steps import Sample


@dataclass(frozen=True)
class Reliability:
    """alpha: Cronbach's; n: rows that answered every item; covariance: (k, k) weighted."""

    alpha: float
    n: int
    covariance: Floats


def cronbach_alpha(sample: Sample, items: Sequence[Floats], domain: Mask | None = None) -> Reliability:
    """Weighted Cronbach's alpha over complete cases (Cronbach 1951, Psychometrika 16: 297-334).

    items: k arrays (n,). Raises NotEstimable with fewer than two items, rows, or no variance.
    """
    if len(items) < 2:
        raise NotEstimable("a scale needs at least two items.")
    answers = np.stack(items, axis=1)
    complete = ~np.isnan(answers).any(axis=1) & (sample.weights > 0)
    if domain is not None:
        complete &= domain
    n = int(np.count_nonzero(complete))
    if n < 2:
        raise NotEstimable(f"only {n} rows answered every item of the scale.")
    w, x = sample.weights[complete], answers[complete]
    centred = x - (w @ x) / w.sum()
    cov = (centred * w[:, None]).T @ centred / w.sum()
    whole = float(cov.sum())
    if whole <= 0:
        raise NotEstimable("the items do not vary, so the scale has no reliability.")
    k = len(items)
    alpha = k / (k - 1) * (1 - float(np.trace(cov)) / whole)
    return Reliability(alpha, n, cov * n / (n - 1))


@dataclass(frozen=True)
class Item:
    """answers: (n,) codes, NaN unanswered; low, high: the codes that mean 0 and 100 (a reversed
    item has low > high)."""

    answers: Floats
    low: float
    high: float


def index(items: Sequence[Item], least: int) -> Floats:
    """(n,) mean of the items on 0-100, NaN for rows with fewer than `least` answers.

    Raises NotEstimable when `least` is not between 1 and the number of items, when an item's ends
    are equal, or when a code lies outside its ends.
    """
    if not 1 <= least <= len(items):
        raise NotEstimable(f"an index of {len(items)} items cannot ask for at least {least}.")
    scaled = []
    for at, item in enumerate(items):
        if item.low == item.high:
            raise NotEstimable(f"item {at + 1}: the codes for 0 and 100 are the same.")
        value = (item.answers - item.low) / (item.high - item.low) * 100
        if np.nanmin(value, initial=0.0) < 0 or np.nanmax(value, initial=0.0) > 100:
            raise NotEstimable(f"item {at + 1}: a code lies outside {item.low:g} to {item.high:g}.")
        scaled.append(value)
    answers = np.stack(scaled, axis=1)
    given = (~np.isnan(answers)).sum(axis=1)
    sums = np.nansum(answers, axis=1)
    return np.where(given >= least, sums / np.maximum(given, 1), np.nan)
