"""The difference between the corrected shares of two collections.

"Between collections" and never "of opinion": other sessions were held and other people came. Each
share brings its own correction, so a tagger that works less well in one year or language does not make
a difference by itself.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import optimize

from analysis.themes.corrected import CorrectedShare, Part, jeffreys


@dataclass(frozen=True)
class Difference:
    """new - old, in shares, with interval and two-sided p; `real` when the interval leaves out 0."""

    difference: float
    low: float
    high: float
    p: float
    real: bool


def difference(new: CorrectedShare, old: CorrectedShare, level: float = 0.95) -> Difference:
    """The difference of two independent corrected shares.

    Interval by the square-and-add rule on both shares' limits (Zou & Donner 2008); p is the level at
    which that interval just reaches 0, so the two never disagree.
    """
    middle = new.share - old.share
    low, high = _limits(new, old, level)
    return Difference(middle, low, high, _p(new, old, middle), not low <= 0.0 <= high)


def _limits(new: CorrectedShare, old: CorrectedShare, level: float) -> tuple[float, float]:
    new_below, new_above = _reach(new.parts, level)
    old_below, old_above = _reach(old.parts, level)
    middle = new.share - old.share
    return (
        middle - float(np.hypot(new_below, old_above)),
        middle + float(np.hypot(new_above, old_below)),
    )


def _reach(parts: tuple[Part, ...], level: float) -> tuple[float, float]:
    below = above = 0.0
    for part in parts:
        low, high = jeffreys(part.rate, part.effective, level)
        below += (part.size * (part.rate - low)) ** 2
        above += (part.size * (high - part.rate)) ** 2
    return float(np.sqrt(below)), float(np.sqrt(above))


def _p(new: CorrectedShare, old: CorrectedShare, middle: float) -> float:
    def near_zero(level: float) -> float:
        low, high = _limits(new, old, level)
        return low if middle > 0 else -high

    if middle == 0.0 or near_zero(1e-9) <= 0:
        return 1.0
    if near_zero(1 - 1e-12) > 0:
        return 0.0
    return float(1 - optimize.brentq(near_zero, 1e-9, 1 - 1e-12))
