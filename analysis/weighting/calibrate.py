"""Calibration to margins and numeric totals: linear, bounded linear, exponential, logit."""

from __future__ import annotations

from collections.abc import Sequence

from analysis.factors import Floats
from analysis.margins import Margin
from analysis.table import Table
from analysis.weighting.calibration import Calibration
from analysis.weighting.diagnose import refusal
from analysis.weighting.distances import Distance
from analysis.weighting.solver import as_dense, solve
from analysis.weighting.targets import set_targets


def calibrate(
    table: Table,
    weights: Floats,
    margins: Sequence[Margin],
    totals: Sequence[tuple[str, float]],
    distance: Distance,
) -> Calibration:
    """Calibrate weights (n,) to margins and numeric totals.

    totals: (column, population total) pairs. Raises BoundsInfeasible when no weights inside the
    bounds meet the targets, NotConverged when none were found, and what `set_targets` raises.
    """
    targets = set_targets(table, weights, margins, totals)
    problem = targets.compress(weights)
    matrix = as_dense(problem.targets.matrix())
    solution = solve(matrix, problem.weights, problem.targets.totals, distance)
    free = distance.name == "raking" and distance.bounds is None
    if not solution.met or (free and not solution.nobody_silenced):
        raise refusal(targets, matrix, problem.weights, distance, solution)
    return Calibration(targets, weights, weights * problem.rows(solution.ratio), solution.iterations)
