"""Targets laid beside the sample: every disagreement found before any weight is moved."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
from scipy import sparse

from analysis.errors import EmptySampleLevel, InconsistentTotals, MissingTarget
from analysis.factors import Codes, Floats, group, number_codes
from analysis.margins import Margin, level_name
from analysis.table import Table

#: Margins of one population may differ by rounding, not by people: share of the population.
TOTAL_TOLERANCE = 1e-6


@dataclass(frozen=True)
class CategoricalTarget:
    """codes: (n,) level of each row; labels and totals: (k,) of the levels to be met."""

    name: str
    codes: Codes
    labels: tuple[str, ...]
    totals: Floats


@dataclass(frozen=True)
class NumericTarget:
    """values: (n,) of a variable whose weighted sum must equal `total`."""

    name: str
    values: Floats
    total: float


@dataclass(frozen=True)
class Targets:
    """All targets of one step over the rows that can carry weight.

    active: (n,) rows inside the population (a level whose target is 0 is outside it).
    """

    categorical: tuple[CategoricalTarget, ...]
    numeric: tuple[NumericTarget, ...]
    active: npt.NDArray[np.bool_]

    @property
    def totals(self) -> Floats:
        """(p,) totals in the order of the columns of `matrix`."""
        parts = [t.totals for t in self.categorical] + [np.array([t.total]) for t in self.numeric]
        return np.concatenate(parts)

    @property
    def names(self) -> list[tuple[str, str]]:
        """(p) pairs of margin name and level, in the order of `totals`."""
        pairs = [(t.name, label) for t in self.categorical for label in t.labels]
        return pairs + [(t.name, "total") for t in self.numeric]

    def matrix(self) -> sparse.csr_array:
        """(n, p) calibration variables: an indicator a level, then the numeric variables.

        Rows outside the population are all zero.
        """
        n = len(self.active)
        width = len(self.categorical) + len(self.numeric)
        columns = np.zeros((n, width), dtype=np.int32)
        values = np.zeros((n, width))
        offset = 0
        for place, target in enumerate(self.categorical):
            columns[:, place] = np.where(self.active, target.codes.astype(np.int32) + offset, 0)
            values[:, place] = self.active
            offset += len(target.labels)
        for place, number in enumerate(self.numeric, start=len(self.categorical)):
            columns[:, place] = offset
            values[:, place] = np.where(self.active, number.values, 0.0)
            offset += 1
        starts = np.arange(0, n * width + 1, width, dtype=np.int64)
        return sparse.csr_array((values.ravel(), columns.ravel(), starts), shape=(n, offset))

    def at(self, rows: npt.NDArray[np.intp]) -> Targets:
        """The same targets over some of the rows."""
        return Targets(
            tuple(replace(t, codes=t.codes[rows]) for t in self.categorical),
            tuple(replace(t, values=t.values[rows]) for t in self.numeric),
            self.active[rows],
        )

    def compress(self, weights: Floats) -> Compressed:
        """Rows that share every calibration variable as one cell: they get one ratio."""
        old = np.where(self.active, weights, 0.0)
        codes = [t.codes for t in self.categorical]
        sizes = [len(t.labels) for t in self.categorical]
        for target in self.numeric:
            code, distinct = number_codes(target.values)
            codes.append(code)
            sizes.append(len(distinct))
        codes.append(self.active.astype(np.int32))
        sizes.append(2)
        cells = group(codes, sizes)
        if len(cells) > 0.7 * len(old):
            return Compressed(None, self, old)
        sums: Floats = np.bincount(cells.cell, old, minlength=len(cells)).astype(np.float64)
        return Compressed(cells.cell, self.at(cells.first), sums)


@dataclass(frozen=True)
class Compressed:
    """The problem by cell. cell: (n,) cell of each row, None when each row is its own;
    weights: (cells,) summed weights."""

    cell: Codes | None
    targets: Targets
    weights: Floats

    def rows(self, values: Floats) -> Floats:
        """(cells,) values back to (n,) rows."""
        return values if self.cell is None else values[self.cell]


def set_targets(
    table: Table,
    weights: Floats,
    margins: Sequence[Margin],
    totals: Sequence[tuple[str, float]] = (),
) -> Targets:
    """Match margins and numeric totals with the rows.

    weights: (n,) non-negative weights before the step. Raises MissingTarget for a level without a
    target, EmptySampleLevel for a target without respondents, InconsistentTotals when margins
    disagree on the population, DataError when a numeric variable is missing somewhere.
    """
    matched = [_match(table, margin) for margin in margins]
    active = weights > 0
    for target, outside in matched:
        unspoken = np.flatnonzero((target.codes < 0) & active)
        if len(unspoken):
            raise _missing_target(table, target, outside, unspoken, weights)
    for target, _ in matched:
        nowhere = np.flatnonzero(target.totals == 0)
        if len(nowhere):
            active &= ~np.isin(target.codes, nowhere)
    kept = []
    for target, _ in matched:
        carried = np.bincount(
            np.maximum(target.codes, 0), active & (target.codes >= 0), minlength=len(target.labels)
        )
        empty = np.flatnonzero((carried == 0) & (target.totals > 0))
        if len(empty):
            raise _empty_level(target, int(empty[0]))
        kept.append(_without_zero_levels(target))
    _same_population(matched)
    numeric = tuple(_numeric(table, name, total, active) for name, total in totals)
    return Targets(tuple(kept), numeric, active)


def _match(table: Table, margin: Margin) -> tuple[CategoricalTarget, list[str]]:
    cell, labels = table.cross(margin.variables)
    place = {level: at for at, level in enumerate(margin.levels)}
    to_target = np.array([place.get(label, -1 - at) for at, label in enumerate(labels)], np.int32)
    small = np.min_scalar_type(-max(len(labels), len(margin.levels)) - 1)
    to_target = to_target.astype(small)
    codes = to_target[cell] if table.n else np.zeros(0, np.int32)
    names = tuple(level_name(level) for level in margin.levels)
    target = CategoricalTarget(margin.name, codes, names, margin.counts)
    return target, [level_name(label) for label in labels]


def _without_zero_levels(target: CategoricalTarget) -> CategoricalTarget:
    keep = target.totals > 0
    if keep.all():
        return CategoricalTarget(target.name, np.maximum(target.codes, 0), target.labels, target.totals)
    renumber = np.maximum(np.cumsum(keep, dtype=np.int32) - np.int32(1), 0)
    labels = tuple(label for label, kept in zip(target.labels, keep, strict=True) if kept)
    codes = renumber[np.maximum(target.codes, 0)]
    return CategoricalTarget(target.name, codes, labels, target.totals[keep])


def _missing_target(
    table: Table,
    target: CategoricalTarget,
    outside: list[str],
    rows: npt.NDArray[np.intp],
    weights: Floats,
) -> MissingTarget:
    level = outside[-1 - int(target.codes[rows[0]])]
    count = int(np.count_nonzero(target.codes[rows] == target.codes[rows[0]]))
    return MissingTarget(
        f"margin '{target.name}' has no target for level '{level}', where {count} of {table.n}"
        f" respondents are (first: data row {rows[0] + 1} of {table.source}). Add a count for that"
        " level, give these respondents a level that has one, or drop the margin.",
        margin=target.name,
        level=level,
        respondents=count,
        weight=float(weights[rows].sum()),
    )


def _empty_level(target: CategoricalTarget, level: int) -> EmptySampleLevel:
    return EmptySampleLevel(
        f"margin '{target.name}' asks for {target.totals[level]:,.0f} people at level"
        f" '{target.labels[level]}', but no respondent is there. Merge the level with a neighbour in"
        " both the margin and the data.",
        margin=target.name,
        level=target.labels[level],
        target=float(target.totals[level]),
    )


def _same_population(matched: Sequence[tuple[CategoricalTarget, list[str]]]) -> None:
    if not matched:
        return
    first = matched[0][0]
    population = float(first.totals.sum())
    for target, _ in matched[1:]:
        total = float(target.totals.sum())
        if abs(total - population) > TOTAL_TOLERANCE * population:
            off = total - population
            raise InconsistentTotals(
                f"margin '{target.name}' adds up to {total:,.1f}, margin '{first.name}' to"
                f" {population:,.1f}: {off:+,.1f} people ({100 * off / population:+.2f}%). They"
                " must describe one population; correct the wrong table or scale one to the other.",
                margin=target.name,
                other=first.name,
                total=total,
                expected=population,
            )


def _numeric(table: Table, name: str, total: float, active: npt.NDArray[np.bool_]) -> NumericTarget:
    values = table.numbers(name)
    missing = np.flatnonzero(np.isnan(values) & active)
    if len(missing):
        raise table.bad_value(
            name, int(missing[0]), "cannot be calibrated to a total: every row needs a value"
        )
    return NumericTarget(name, np.where(active, values, 0.0), total)
