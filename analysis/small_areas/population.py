"""A population table by area: counts of every cell that no source publishes, raked from seeds.

Multilevel regression predicts for cells of area by age by schooling and so on. Where only tables of
fewer variables exist, the inner structure of a seed (a survey, or a larger place) is kept and its
margins are moved to the published ones (Deming and Stephan 1940). What is modelled from it inherits the
seed's associations, and says so.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product

import numpy as np

from analysis.design import DesignSpec
from analysis.margins import COUNT, Margin
from analysis.table import Table
from analysis.weighting.steps import Rake, weigh

#: Share of the average cell given to cells the seed lacks but the margins know.
SMOOTH = 0.01


def raked_population(seed: Table, columns: Sequence[str], margins: Sequence[Margin]) -> Table:
    """(cells) counts over `columns`, as close to the seed as the margins permit.

    seed: the columns and `count`; cells that stand twice are added up. A cell the seed lacks starts
    with `SMOOTH` of the average cell: an empty cell of a small seed proves nothing about the city.
    Levels are those of the margins and the seed. Raises what raking raises (analysis/errors.py).
    """
    factors = [seed.factor(name) for name in columns]
    counts = seed.numbers(COUNT)
    wrong = np.flatnonzero(~(counts >= 0))
    if len(wrong):
        raise seed.bad_value(COUNT, int(wrong[0]), "is not a count (0 or more)")
    known = [list(factor.levels) for factor in factors]
    for margin in margins:
        for place, name in enumerate(margin.variables):
            levels = known[list(columns).index(name)]
            levels += [row[place] for row in margin.levels if row[place] not in levels]
    held: dict[tuple[str, ...], float] = {}
    for row in range(seed.n):
        cell = tuple(factor.levels[factor.codes[row]] for factor in factors)
        held[cell] = held.get(cell, 0.0) + float(counts[row])
    cells = list(product(*known))
    floor = SMOOTH * float(counts.sum()) / len(cells)
    start = np.array([held.get(cell, 0.0) or floor for cell in cells])
    table = {name: np.array([cell[at] for cell in cells]) for at, name in enumerate(columns)}
    sample = weigh({**table, "seed": start}, DesignSpec("seed"), [Rake(tuple(margins))])
    return Table({**table, COUNT: sample.all_weights()}, f"raked from {seed.source}")
