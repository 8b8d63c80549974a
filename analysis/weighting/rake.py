"""Raking to one-way and crossed margins."""

from __future__ import annotations

from collections.abc import Sequence

from analysis.factors import Floats
from analysis.margins import Margin
from analysis.table import Table
from analysis.weighting.calibration import Calibration
from analysis.weighting.diagnose import refusal
from analysis.weighting.distances import Distance
from analysis.weighting.solver import Solution, as_dense, fit_proportionally, solve
from analysis.weighting.targets import Compressed, set_targets

_RAKING = Distance("raking")
_SWEEPS = 40
_MOST_SWEEPS = 1000
_FINE = 1e-12


def rake(
    table: Table, weights: Floats, margins: Sequence[Margin], sweeps: int | None = None
) -> Calibration:
    """Rake weights to margins; the solution is unique, so the method does not show in it.

    weights: (n,) before; sweeps: most sweeps of proportional fitting before Newton's method takes
    over (None: 40). Raises MissingTarget, EmptySampleLevel, InconsistentTotals, and NotConverged
    naming margin, level and distance.
    """
    targets = set_targets(table, weights, margins)
    problem = targets.compress(weights)
    solution = solve_raking(problem, sweeps)
    if not (solution.met and solution.nobody_silenced):
        matrix = problem.targets.matrix()
        raise refusal(targets, matrix, problem.weights, _RAKING, solution)
    return Calibration(targets, weights, weights * problem.rows(solution.ratio), solution.iterations)


def solve_raking(problem: Compressed, sweeps: int | None = None) -> Solution:
    """Proportional fitting, then Newton where sweeps crawl. The caller asks whether it met."""
    codes = [t.codes for t in problem.targets.categorical]
    totals = [t.totals for t in problem.targets.categorical]
    most = min(sweeps or _SWEEPS, _MOST_SWEEPS)
    rough = fit_proportionally(codes, totals, problem.weights, most)
    if rough.worst <= _FINE:
        return rough
    matrix = as_dense(problem.targets.matrix())
    fine = solve(matrix, problem.weights * rough.ratio, problem.targets.totals, _RAKING)
    if fine.worst >= rough.worst:
        return rough
    return Solution(rough.ratio * fine.ratio, fine.error, rough.iterations + fine.iterations)
