"""Population counts that weights must meet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from analysis.errors import DataError
from analysis.factors import MISSING, Floats
from analysis.table import Table

COUNT = "count"


@dataclass(frozen=True)
class Margin:
    """Counts of one (possibly crossed) variable. levels: k tuples of labels; counts: (k,)."""

    variables: tuple[str, ...]
    levels: tuple[tuple[str, ...], ...]
    counts: Floats
    source: str = "margin"

    @property
    def name(self) -> str:
        return " x ".join(self.variables)

    @property
    def total(self) -> float:
        return float(self.counts.sum())

    def scaled_to(self, total: float) -> Margin:
        """The same shares over another population size (census and survey tables differ)."""
        return replace(self, counts=self.counts * (total / self.total))

    def with_unstated(self, share: float, label: str) -> Margin:
        """Keep 'not stated' as its own level: target N x share, the rest scaled by 1 - share.

        share: base-weighted share of the sample without an answer, 0 <= share < 1. Only for a
        margin of one variable. Raises DataError otherwise.
        """
        if len(self.variables) != 1 or not 0 <= share < 1:
            raise DataError(f"{self.source}: a not-stated level needs one variable and a share.")
        return replace(
            self,
            levels=(*self.levels, (label,)),
            counts=np.append(self.counts * (1 - share), self.total * share),
        )


def margin_of(counts: Mapping[str, float], variable: str, source: str = "margin") -> Margin:
    """A one-way margin from a mapping of level to population count."""
    columns = {variable: np.array(list(counts)), COUNT: np.array(list(counts.values()), float)}
    return read_margin(Table(columns, source), (variable,))


def read_margin(table: Table, variables: Sequence[str]) -> Margin:
    """A margin from a table with the variable columns and `count`.

    Raises DataError for a missing column, a count that is missing or negative, a level that stands
    twice, an empty table or a population of zero.
    """
    names = tuple(variables)
    counts = table.numbers(COUNT)
    for name in names:
        table.raw(name)
    wrong = np.flatnonzero(~(counts >= 0))
    if len(wrong):
        raise table.bad_value(COUNT, int(wrong[0]), "is not a population count (0 or more)")
    factors = [table.factor(name) for name in names]
    levels = tuple(
        tuple(factor.levels[factor.codes[row]] for factor in factors) for row in range(table.n)
    )
    seen: dict[tuple[str, ...], int] = {}
    for row, level in enumerate(levels):
        if level in seen:
            raise DataError(
                f"{table.source}, data row {row + 1}: level '{level_name(level)}' already stands in"
                f" data row {seen[level] + 1}; give each level one count.",
                file=table.source,
                row=row + 1,
            )
        seen[level] = row
    if not levels or counts.sum() <= 0:
        raise DataError(f"{table.source}: the counts add up to nothing.", file=table.source)
    return Margin(names, levels, counts, table.source)


def level_name(level: Sequence[str]) -> str:
    """A level as people read it."""
    return " x ".join(part if part != MISSING else "(no answer)" for part in level)
