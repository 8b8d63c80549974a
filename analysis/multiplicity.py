"""Corrections for many tests within one declared family."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np


def _known(p_values: Sequence[float | None]) -> list[int]:
    return [at for at, p in enumerate(p_values) if p is not None and np.isfinite(p)]


def _spread(p_values: Sequence[float | None], known: list[int], new: list[float]) -> list[float | None]:
    adjusted: list[float | None] = [None] * len(p_values)
    for at, value in zip(known, new, strict=True):
        adjusted[at] = min(1.0, value)
    return adjusted


def benjamini_hochberg(p_values: Sequence[float | None]) -> list[float | None]:
    """False discovery rate (Benjamini and Hochberg 1995, JRSS B 57: 289-300).

    Tests without a p-value (None) do not enlarge the family and stay None.
    """
    known = _known(p_values)
    p = np.array([float(p_values[at] or 0.0) for at in known])
    m = len(p)
    order = np.argsort(-p, kind="stable")
    scaled = p[order] * m / np.arange(m, 0, -1)
    new = np.empty(m)
    new[order] = np.minimum.accumulate(scaled)
    return _spread(p_values, known, new.tolist())


def holm(p_values: Sequence[float | None]) -> list[float | None]:
    """Family-wise error by steps (Holm 1979, Scand. J. Statist. 6: 65-70)."""
    known = _known(p_values)
    p = np.array([float(p_values[at] or 0.0) for at in known])
    m = len(p)
    order = np.argsort(p, kind="stable")
    scaled = p[order] * np.arange(m, 0, -1)
    new = np.empty(m)
    new[order] = np.maximum.accumulate(scaled)
    return _spread(p_values, known, new.tolist())


def bonferroni(p_values: Sequence[float | None]) -> list[float | None]:
    """Each p-value times the size of the family."""
    known = _known(p_values)
    return _spread(p_values, known, [len(known) * float(p_values[at] or 0.0) for at in known])
