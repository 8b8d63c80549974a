"""Post-stratification: each cell of one crossed margin scaled to its count."""

from __future__ import annotations

import numpy as np

from analysis.factors import Floats
from analysis.margins import Margin
from analysis.table import Table
from analysis.weighting.calibration import Calibration
from analysis.weighting.targets import set_targets


def poststratify(table: Table, weights: Floats, margin: Margin) -> Calibration:
    """Scale the weights (n,) of each cell to its population count.

    Raises MissingTarget for a cell without a count, EmptySampleLevel for a count without
    respondents.
    """
    targets = set_targets(table, weights, [margin])
    (target,) = targets.categorical
    old = np.where(targets.active, weights, 0.0)
    factor = target.totals / np.bincount(target.codes, old, minlength=len(target.totals))
    return Calibration(targets, weights, old * factor[target.codes], 1)
