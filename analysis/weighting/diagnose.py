"""Saying which target cannot be met, and how far the nearest possible weights stay away.

A linear programme finds weights inside the permitted ratios that leave the smallest sum of
relative distances; what it leaves is the culprit. Where the problem is too large for that, the
largest remaining distance of the iteration is named instead.
"""

from __future__ import annotations

from typing import Any, cast

import numpy as np
from scipy import sparse
from scipy.optimize import linprog

from analysis.errors import BoundsInfeasible, NotConverged, WeightingError
from analysis.factors import Floats
from analysis.weighting.distances import Distance
from analysis.weighting.solver import TOLERANCE, Solution
from analysis.weighting.targets import Targets

_LARGEST = 30_000


def refusal(
    targets: Targets, matrix: Any, weights: Floats, distance: Distance, solution: Solution
) -> WeightingError:
    """The error for a step that did not converge.

    matrix: (cells, p); weights: (cells,) old weights. BoundsInfeasible when no weights inside the
    bounds meet the targets, NotConverged otherwise.
    """
    totals = targets.totals
    size = np.where(totals != 0, np.abs(totals), 1.0)
    error = solution.error * size
    nearest = _nearest(matrix, weights, totals, size, distance)
    feasible = nearest is not None and bool(np.max(np.abs(nearest) / size) <= 1e-7)
    if nearest is not None and not feasible:
        error = nearest
    if not np.isfinite(error).all() or np.max(np.abs(error) / size) <= TOLERANCE:
        return _only_at_the_edge(targets, matrix, weights, distance, solution)
    worst = int(np.argmax(np.abs(error) / size))
    margin, level = targets.names[worst]
    details = {
        "margin": margin,
        "level": level,
        "target": float(totals[worst]),
        "off_by": float(error[worst]),
    }
    where = (
        f"margin '{margin}', level '{level}': {error[worst]:+,.1f} from its target of"
        f" {totals[worst]:,.1f} ({100 * error[worst] / size[worst]:+.1f}%)"
    )
    if distance.bounds is not None and not feasible:
        lower, upper = distance.bounds
        return BoundsInfeasible(
            f"no weights between {lower:g} and {upper:g} times the old ones meet all targets; the"
            f" nearest leave {where}. Widen the bounds, or drop or merge that level.",
            **details,
        )
    if nearest is not None and not feasible:
        return NotConverged(
            "the targets cannot be met together, because some combinations have no respondent;"
            f" the nearest weights leave {where}. Merge that level with a neighbour or drop one of"
            " the margins it conflicts with.",
            **details,
        )
    return NotConverged(
        f"the weights did not converge after {solution.iterations} iterations; farthest is {where}."
        " Merge small levels or use fewer margins.",
        **details,
    )


def _nearest(
    matrix: Any, weights: Floats, totals: Floats, size: Floats, distance: Distance
) -> Floats | None:
    """(p,) smallest distances from the targets that any permitted weights leave, None if unknown.

    An unbounded linear distance permits negative weights, so it is never the reason.
    """
    cells, p = matrix.shape
    if cells > _LARGEST or (distance.name == "linear" and distance.bounds is None):
        return None
    lower, upper = distance.bounds or (0.0, np.inf)
    scaled = sparse.csr_array(matrix).multiply(weights[:, None]).T
    scaled = sparse.csr_array(scaled.multiply(1.0 / size[:, None]))
    eye = sparse.eye_array(p)
    system = sparse.hstack([scaled, -eye, eye]).tocsr()
    cost = np.concatenate([np.zeros(cells), np.ones(2 * p)])
    limits = [(lower, None if np.isinf(upper) else upper)] * cells + [(0.0, None)] * (2 * p)
    found = linprog(cost, A_eq=system, b_eq=totals / size, bounds=limits, method="highs")
    if found.status != 0:
        return None
    moved = cast(Floats, found.x)
    return (moved[cells : cells + p] - moved[cells + p :]) * size


def _only_at_the_edge(
    targets: Targets, matrix: Any, weights: Floats, distance: Distance, solution: Solution
) -> NotConverged:
    ratio = np.where(weights > 0, solution.ratio, np.inf)
    cell = int(np.argmin(np.abs(ratio)))
    columns = np.flatnonzero(np.asarray(sparse.csr_array(matrix)[[cell], :].toarray())[0])
    names = [targets.names[int(c)] for c in columns]
    told = ", ".join(f"{margin} = {level}" for margin, level in names if level != "total")
    margin, level = names[0] if names else ("", "")
    return NotConverged(
        "the targets are met only by giving some respondents no weight at all"
        f" ({told or 'see the numeric totals'}). Merge levels so that every target can be met by"
        " people who answered.",
        margin=margin,
        level=level,
    )
