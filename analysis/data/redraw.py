"""Levels of answers without a target, drawn again in every replicate of a replicate variance.

The rule is that of `raking.py`: from people of the stratum who have a level, in proportion to base
weights, among the levels somebody named where some were named. The donors of a replicate are those
the replicate holds, with its weights, so that its error counts both the sample and the drawing (Shao
and Sitter 1996, JASA 91: 1278-1288).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analysis.data.raking import RakingVersion
from analysis.data.recode import Answer, RecodeColumn
from analysis.factors import Codes, Floats, factorize
from analysis.table import Columns


@dataclass(frozen=True)
class _Column:
    """name and its k levels; given: (n,) level of each answer, -1 without one; holes: (h,) rows
    without; allowed: (h, k) levels that may be drawn for them."""

    name: str
    levels: npt.NDArray[np.str_]
    given: Codes
    holes: npt.NDArray[np.intp]
    allowed: npt.NDArray[np.bool_]

    @classmethod
    def of(cls, column: RecodeColumn, answers: Sequence[Answer]) -> _Column:
        order = [level.id for level in column.levels]
        place = {level: at for at, level in enumerate(order)}
        found = [column.level_of(answer) for answer in answers]
        given = np.array([-1 if level is None else place[level] for level in found], dtype=np.int32)
        holes = np.flatnonzero(given < 0)
        allowed = np.ones((len(holes), len(order)), dtype=np.bool_)
        for at, row in enumerate(holes.tolist()):
            named = column.named_levels(answers[row])
            if named:
                allowed[at] = [level in named for level in order]
        return cls(column.id, np.array(order), given, holes, allowed)

    def draw(
        self, stratum: Codes, strata: int, weights: Floats, rng: np.random.Generator
    ) -> npt.NDArray[np.str_]:
        k, has = len(self.levels), self.given >= 0
        cell = stratum[has].astype(np.int64) * k + self.given[has]
        held = np.bincount(cell, weights[has], minlength=strata * k).reshape(strata, k)
        chance = held[stratum[self.holes]] * self.allowed
        for donors in (held.sum(axis=0), np.ones(k)):  # nobody in the stratum, nobody at all
            nobody = chance.sum(axis=1) <= 0
            chance[nobody] = donors * self.allowed[nobody]
        reached = chance.cumsum(axis=1)
        point = rng.random((len(self.holes), 1)) * reached[:, -1:]
        codes = self.given.copy()
        codes[self.holes] = np.minimum((reached <= point).sum(axis=1), k - 1)
        return np.asarray(self.levels[codes])


@dataclass(frozen=True)
class RedrawnLevels:
    """Ready to draw for any replicate: hand it to `replicate` or `bootstrap` as `redraw`."""

    columns: tuple[_Column, ...]
    stratum: Codes
    strata: int
    seed: int

    @classmethod
    def of(
        cls, version: RakingVersion, rows: Sequence[Mapping[str, Answer]], seed: int
    ) -> RedrawnLevels:
        """rows: n mappings from question (and `stratum`) to answer, as for `raking_columns`."""
        columns = [
            _Column.of(column, [row.get(column.question) for row in rows]) for column in version.columns
        ]
        strata = factorize(np.array([str(row.get("stratum") or "") for row in rows]), "stratum")
        return cls(
            tuple(column for column in columns if len(column.holes)),
            strata.codes,
            len(strata.levels),
            seed,
        )

    def __call__(self, replicate: int, weights: Floats, /) -> Columns:
        """The columns with levels drawn for one replicate; weights: (n,) of that replicate."""
        rng = np.random.default_rng([self.seed, replicate])
        return {c.name: c.draw(self.stratum, self.strata, weights, rng) for c in self.columns}
