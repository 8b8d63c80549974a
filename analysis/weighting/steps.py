"""Weighting steps applied in the order they are declared."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analysis.design import Design, DesignSpec, make_design, positive_rows
from analysis.factors import Floats
from analysis.margins import Margin
from analysis.table import Columns, Table
from analysis.weighting.calibrate import calibrate
from analysis.weighting.calibration import Calibration
from analysis.weighting.distances import Distance
from analysis.weighting.poststratify import poststratify
from analysis.weighting.rake import rake
from analysis.weighting.trim import trim


@dataclass(frozen=True)
class Rake:
    """Rake to margins. sweeps: see `rake`."""

    margins: tuple[Margin, ...]
    sweeps: int | None = None


@dataclass(frozen=True)
class Poststratify:
    """Scale cells to the counts of one crossed margin."""

    margin: Margin


@dataclass(frozen=True)
class Calibrate:
    """Calibrate to margins and (column, total) pairs with a distance."""

    margins: tuple[Margin, ...]
    totals: tuple[tuple[str, float], ...]
    distance: Distance


@dataclass(frozen=True)
class Trim:
    """Clip weights; see `trim`."""

    lower: float | None
    upper: float | None
    strict: bool


Step = Rake | Poststratify | Calibrate | Trim


@dataclass(frozen=True)
class Sample:
    """A weighted sample, ready for estimates.

    table, design and weights cover the n rows with a positive base weight; rows: their positions
    in the data that was handed in (n_given rows); calibrations: finished steps, first to last.
    """

    table: Table
    design: Design
    weights: Floats
    calibrations: tuple[Calibration, ...]
    rows: npt.NDArray[np.intp]
    n_given: int

    @property
    def n(self) -> int:
        return len(self.weights)

    @property
    def calibrated(self) -> bool:
        return bool(self.calibrations)

    @property
    def small_sample(self) -> float:
        """n / (n - p) with p constraints in the last calibration, by which a variance of n residuals
        falls short; 1 where nothing was calibrated."""
        if not self.calibrations:
            return 1.0
        last = self.calibrations[-1]
        used = int(np.count_nonzero(last.targets.active))
        return used / max(used - last.rank, 1)

    def all_weights(self) -> Floats:
        """(n_given,) final weights in the order of the data, 0 for rows outside the sample."""
        weights = np.zeros(self.n_given)
        weights[self.rows] = self.weights
        return weights

    def in_domain(self, domain: Mapping[str, Sequence[object]]) -> npt.NDArray[np.bool_]:
        """(n,) rows whose every named column has one of the listed labels."""
        inside = np.ones(self.n, dtype=bool)
        for name, values in domain.items():
            inside &= self.table.is_in(name, values)
        return inside


def weigh(data: Columns | Table, spec: DesignSpec, steps: Sequence[Step] = ()) -> Sample:
    """Apply the steps in order to the base weights.

    Raises DataError for an unusable design, and the WeightingError family from the steps.
    """
    given = data if isinstance(data, Table) else Table(data)
    rows = positive_rows(spec, given)
    table = given if len(rows) == given.n else given.take(rows)
    design = make_design(spec, table)
    weights = design.weights
    done: list[Calibration] = []
    for step in steps:
        weights, finished = apply_step(table, step, weights)
        if finished is not None:
            done.append(finished)
    return Sample(table, design, weights, tuple(done), rows, given.n)


def apply_step(table: Table, step: Step, weights: Floats) -> tuple[Floats, Calibration | None]:
    """Weights (n,) after one step, and what the variance needs of it (nothing after trimming)."""
    if isinstance(step, Trim):
        return trim(weights, step.lower, step.upper, step.strict), None
    if isinstance(step, Rake):
        finished = rake(table, weights, step.margins, step.sweeps)
    elif isinstance(step, Poststratify):
        finished = poststratify(table, weights, step.margin)
    else:
        finished = calibrate(table, weights, step.margins, step.totals, step.distance)
    return finished.after, finished
