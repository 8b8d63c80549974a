"""Trimming: extreme weights clipped, what was cut off handed to the others."""

from __future__ import annotations

import numpy as np

from analysis.errors import NotConverged, PlanError
from analysis.factors import Floats

_MOST_PASSES = 10_000


def trim(
    weights: Floats, lower: float | None = None, upper: float | None = None, strict: bool = False
) -> Floats:
    """Clip weights (n,) to [lower, upper]; the sum clipped goes equally, additively, to the rest.

    One pass may push a weight past a limit again; `strict` repeats until none is outside, and a row
    once clipped stays clipped. Raises PlanError when the limits cross, NotConverged when nobody is
    left to take what was cut off.
    """
    low = -np.inf if lower is None else lower
    high = np.inf if upper is None else upper
    if not low <= high:
        raise PlanError(f"trim: the lower limit {low:g} is above the upper limit {high:g}.")
    trimmed = weights.astype(np.float64, copy=True)
    clipped = np.zeros(len(trimmed), dtype=bool)
    for _ in range(_MOST_PASSES):
        outside = ((trimmed < low) | (trimmed > high)) & ~clipped
        if not outside.any():
            break
        clipped |= outside
        inside = np.clip(trimmed[clipped], low, high)
        excess = float((trimmed[clipped] - inside).sum())
        trimmed[clipped] = inside
        if clipped.all():
            raise NotConverged(
                f"trim: every weight lies outside [{low:g}, {high:g}], so nobody can take"
                f" the {excess:,.1f} cut off. Widen the limits.",
                off_by=excess,
            )
        trimmed[~clipped] += excess / np.count_nonzero(~clipped)
        if not strict:
            break
    return trimmed
