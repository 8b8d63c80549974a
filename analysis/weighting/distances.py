"""Distance functions of calibration (Deville and Sarndal 1992, JASA 87: 376-382, cases 1, 2, 6, 7).

Each gives the ratio of new to old weight F(u) of the linear predictor u = x'lambda, and F'(u).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from analysis.errors import PlanError
from analysis.factors import Floats

DistanceName = Literal["linear", "raking", "logit"]
_EXPONENT_LIMIT = 500.0


@dataclass(frozen=True)
class Distance:
    """name and the bounds (lower, upper) on the ratio, None where the form has none."""

    name: DistanceName
    bounds: tuple[float, float] | None = None

    def __post_init__(self) -> None:
        if self.name not in ("linear", "raking", "logit"):
            raise PlanError(f"distance '{self.name}' is not one of linear, raking, logit.")
        if self.name == "logit" and self.bounds is None:
            raise PlanError("logit calibration needs bounds [L, U] with L < 1 < U.")
        if self.bounds is not None:
            lower, upper = self.bounds
            inside = lower < 1 < upper if self.name == "logit" else lower < upper
            if not inside:
                need = "L < 1 < U" if self.name == "logit" else "L < U"
                raise PlanError(f"bounds [{lower:g}, {upper:g}] must satisfy {need}.")

    def ratio(self, u: Floats) -> tuple[Floats, Floats]:
        """F(u) and F'(u), both shaped like u."""
        if self.name == "logit":
            return self._logit(u)
        if self.name == "raking":
            value = np.exp(np.clip(u, -_EXPONENT_LIMIT, _EXPONENT_LIMIT))
            slope = value
        else:
            value, slope = 1.0 + u, np.ones_like(u)
        if self.bounds is None:
            return value, slope
        inside = (value > self.bounds[0]) & (value < self.bounds[1])
        return np.clip(value, *self.bounds), np.where(inside, slope, 0.0)

    def _logit(self, u: Floats) -> tuple[Floats, Floats]:
        lower, upper = self.bounds or (0.0, np.inf)
        a = (upper - lower) / ((1 - lower) * (upper - 1))
        e = np.exp(np.clip(-a * u, -_EXPONENT_LIMIT, _EXPONENT_LIMIT))
        odds = (1 - lower) / (upper - 1) / e
        share = np.where(np.isfinite(odds), odds / (1 + odds), 1.0)
        value = lower + (upper - lower) * share
        return value, a * (upper - lower) * share * (1 - share)
