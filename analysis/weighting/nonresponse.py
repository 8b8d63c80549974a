"""Nonresponse adjustment in weighting classes: respondents carry their class's eligible weight."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from analysis.errors import EmptySampleLevel
from analysis.factors import Floats
from analysis.margins import level_name
from analysis.table import Table


@dataclass(frozen=True)
class ClassAdjustment:
    """weights: (n,) adjusted, 0 for everyone who did not respond; factors and respondents by class
    label."""

    weights: Floats
    factors: dict[str, float]
    respondents: dict[str, int]


def adjust_classes(
    table: Table,
    weights: Floats,
    classes: Sequence[str],
    disposition: str,
    respondent: Sequence[object],
    ineligible: Sequence[object],
) -> ClassAdjustment:
    """Weighting-class adjustment of an address file (n,) with its base weights.

    Every case whose disposition is not in `ineligible` counts as eligible. The factor of a class is
    its eligible weight over the weight of its respondents. Raises EmptySampleLevel for a class of
    eligible cases without a respondent.
    """
    cell, labels = table.cross(classes)
    answered = table.is_in(disposition, respondent)
    eligible = ~table.is_in(disposition, ineligible)
    k = len(labels)
    due = np.bincount(cell, np.where(eligible, weights, 0.0), minlength=k)
    held = np.bincount(cell, np.where(answered, weights, 0.0), minlength=k)
    empty = np.flatnonzero((held <= 0) & (due > 0))
    if len(empty):
        name = level_name(labels[int(empty[0])])
        raise EmptySampleLevel(
            f"weighting class '{name}' has {due[empty[0]]:,.1f} eligible but no respondent. Merge it"
            " with a similar class.",
            margin=" x ".join(classes),
            level=name,
        )
    factor = np.divide(due, held, out=np.zeros(k), where=held > 0)
    counts = np.bincount(cell, answered, minlength=k).astype(int)
    names = [level_name(label) for label in labels]
    used = [at for at in range(k) if counts[at] > 0]
    return ClassAdjustment(
        np.where(answered, weights * factor[cell], 0.0),
        {names[at]: float(factor[at]) for at in used},
        {names[at]: int(counts[at]) for at in used},
    )
