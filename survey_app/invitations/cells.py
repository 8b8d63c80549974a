"""Which group stands in a released answer in place of its address: planned before anybody answers.

Within a stratum, PSUs are put together, those of like base weight first, until a group has enough
addresses; within a group, base weights fall into classes of enough addresses, and each class carries
the mean of its weights, so that the sum over the sample stays. A weight that only one address has
would be a fingerprint. "Enough" is as many addresses as may be expected to bring two batches.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ..survey.services.release import BATCH, HELD_BACK
from .sample_file import SampleRow


@dataclass(frozen=True, slots=True)
class PlannedCell:
    """`rows` are the positions in the sample, from 0, of the addresses that share this group."""

    stratum: str
    psu_group: str | None
    base_weight: float
    rows: tuple[int, ...]


def enough_addresses(expected_percent: int) -> int:
    """Addresses that bring BATCH + HELD_BACK answers when this share of them answers."""
    return math.ceil((BATCH + HELD_BACK) * 100 / expected_percent)


def plan_cells(sample: Sequence[SampleRow], expected_percent: int) -> list[PlannedCell]:
    """Every address in exactly one cell."""
    enough = enough_addresses(expected_percent)
    by_stratum: dict[str, list[int]] = defaultdict(list)
    for at, row in enumerate(sample):
        by_stratum[row.stratum].append(at)
    cells: list[PlannedCell] = []
    number = 0
    for stratum, inside in sorted(by_stratum.items()):
        for group in _group_psus(sample, inside, enough):
            has_psu = bool(sample[group[0]].psu)
            number += has_psu
            for same in _group_weights(sample, group, enough):
                mean = math.fsum(sample[at].base_weight for at in same) / len(same)
                weights = {sample[at].base_weight for at in same}
                weight = weights.pop() if len(weights) == 1 else mean
                cells.append(PlannedCell(stratum, f"{number:03}" if has_psu else None, weight, same))
    return cells


def _group_psus(sample: Sequence[SampleRow], inside: list[int], enough: int) -> list[tuple[int, ...]]:
    """Addresses by group of PSUs; one group where the stratum has none."""
    by_psu: dict[str, list[int]] = defaultdict(list)
    for at in inside:
        by_psu[sample[at].psu].append(at)

    def likeness(psu: str) -> tuple[float, str]:
        rows = by_psu[psu]
        return math.fsum(sample[at].base_weight for at in rows) / len(rows), psu

    return _fill([by_psu[psu] for psu in sorted(by_psu, key=likeness)], enough)


def _group_weights(
    sample: Sequence[SampleRow], inside: tuple[int, ...], enough: int
) -> list[tuple[int, ...]]:
    by_weight: dict[float, list[int]] = defaultdict(list)
    for at in inside:
        by_weight[sample[at].base_weight].append(at)
    return _fill([by_weight[weight] for weight in sorted(by_weight)], enough)


def _fill(parts: Iterable[list[int]], enough: int) -> list[tuple[int, ...]]:
    """Put parts together in their order until each has enough; what is left joins the last."""
    groups: list[list[int]] = []
    for part in parts:
        if groups and len(groups[-1]) < enough:
            groups[-1].extend(part)
        else:
            groups.append(list(part))
    if len(groups) > 1 and len(groups[-1]) < enough:
        groups[-2].extend(groups.pop())
    return [tuple(group) for group in groups]


@dataclass(frozen=True, slots=True)
class StratumPlan:
    """What the plan does to a stratum; `largest_move`: of a base weight, as a factor of 1 or more."""

    stratum: str
    addresses: int
    psus: int
    cells: int
    largest_move: float


def describe(sample: Sequence[SampleRow], cells: Sequence[PlannedCell]) -> list[StratumPlan]:
    """A line a stratum, in their order."""
    by_stratum: dict[str, list[PlannedCell]] = defaultdict(list)
    for cell in cells:
        by_stratum[cell.stratum].append(cell)
    psus = Counter(stratum for stratum, psu in {(row.stratum, row.psu) for row in sample} if psu)
    return [
        StratumPlan(
            stratum,
            sum(len(cell.rows) for cell in inside),
            psus[stratum],
            len(inside),
            max(
                max(cell.base_weight / weight, weight / cell.base_weight)
                for cell in inside
                for weight in {sample[at].base_weight for at in cell.rows}
            ),
        )
        for stratum, inside in sorted(by_stratum.items())
    ]
