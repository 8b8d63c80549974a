"""Linearized variances from sums by cell instead of rows.

A cell is a stratum (or, with clusters, a first-stage unit) crossed with the levels of the calibration
margins and of the grouping columns. Inside it the calibration moves all weights by one factor and the
regression on the margins predicts one value, so the residual of a score differs only by answer.
Same formula as `linearize`: residual of the score on the margins, from a regression weighted by the
weights before the step, times the weight after it (Deville and Sarndal 1992, JASA 87: 376-382).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
from scipy import sparse

from analysis.factors import MISSING, Codes, Floats, group
from analysis.table import Table
from analysis.weighting.calibration import pseudo_inverse
from analysis.weighting.steps import Sample


def can_use_cells(sample: Sample) -> bool:
    """One stage, no lonely unit, and at most one calibration, categorical and not trimmed after."""
    first = sample.design.stages[0]
    if (first.sampled < 2).any() or (len(sample.design.stages) > 1 and first.population is not None):
        return False
    if not sample.calibrations:
        return bool((sample.weights == sample.design.weights).all())
    step = sample.calibrations[0]
    untouched = step.before is sample.design.weights and step.after is sample.weights
    return untouched and len(sample.calibrations) == 1 and not step.targets.numeric


@dataclass(frozen=True)
class Cells:
    """Rows by cell. cell: (n,); first: (C,) a row of each cell."""

    sample: Sample
    cell: npt.NDArray[np.intp]
    first: npt.NDArray[np.intp]

    @classmethod
    def of(cls, sample: Sample, columns: Sequence[str]) -> tuple[Cells, list[Grouping]]:
        """Cross the strata or units, the margins and the columns; one grouping a column."""
        stage = sample.design.stages[0]
        parts = [stage.stratum if sample.design.elements else stage.unit]
        if sample.calibrations:
            targets = sample.calibrations[0].targets
            parts += [t.codes for t in targets.categorical] + [targets.active.astype(np.int32)]
        grouped = [_group_codes(sample.table, name) for name in columns]
        cells = cls(sample, *_crossed([*parts, *[codes for codes, _ in grouped]]))
        return cells, [Grouping(cells, codes[cells.first], size) for codes, size in grouped]

    @property
    def count(self) -> int:
        return len(self.first)

    @cached_property
    def squares(self) -> Floats:
        """(n,) squared final weights."""
        return np.square(self.sample.weights)

    @cached_property
    def weight(self) -> Floats:
        """(C,) sums of final weights."""
        return self._total(self.sample.weights)

    def _total(self, values: Floats) -> Floats:
        """(C,) sums of values (n,)."""
        return np.bincount(self.cell, values, minlength=self.count).astype(np.float64, copy=False)

    def sums(self, answers: npt.NDArray[np.integer], span: int) -> tuple[Floats, Floats, Floats]:
        """Rows, weights and squared weights by answer and cell, each (span, C); answers: (n,)."""
        key = np.multiply(answers, self.count, dtype=np.intp)
        key += self.cell
        size = self.count * span
        shape = (span, self.count)
        people = np.bincount(key, minlength=size)
        weight = np.bincount(key, self.sample.weights, minlength=size)
        square = np.bincount(key, self.squares, minlength=size)
        return (
            people.astype(np.float64).reshape(shape),
            weight.astype(np.float64, copy=False).reshape(shape),
            square.astype(np.float64, copy=False).reshape(shape),
        )

    @cached_property
    def unit(self) -> Codes:
        """(C,) what is summed before squaring: the stratum of elements, or the first-stage unit."""
        stage = self.sample.design.stages[0]
        return (stage.stratum if self.sample.design.elements else stage.unit)[self.first]

    @property
    def units(self) -> int:
        stage = self.sample.design.stages[0]
        return len(stage.sampled if self.sample.design.elements else stage.unit_stratum)

    @cached_property
    def scale(self) -> Floats:
        """(strata,) n/(n-1), times 1 - n/N with a finite population."""
        stage = self.sample.design.stages[0]
        factor = stage.sampled / (stage.sampled - 1)
        if stage.population is not None:
            factor = factor * (stage.population - stage.sampled) / stage.population
        return np.asarray(factor)

    @cached_property
    def weighed(self) -> Floats:
        """(C,) sums of squared final weights of elements times the scale of their stratum."""
        return self._total(self.squares) * self.scale[self.unit]

    @cached_property
    def regression(self) -> Regression | None:
        """The regression on the margins, None without a calibration."""
        if not self.sample.calibrations:
            return None
        step = self.sample.calibrations[0]
        before = self._total(step.before)
        x = step.targets.at(self.first).matrix()
        gram = _products(x, before)
        after = self.weight
        shrink = np.divide(before, after, out=np.zeros_like(before), where=after > 0)
        return Regression(
            x,
            shrink,
            gram,
            pseudo_inverse(gram),
            _products(x, self.weighed) if self.sample.design.elements else gram,
            sparse.csr_array(_adding(self.unit, self.units, after) @ x),
        )


@dataclass(frozen=True)
class Grouping:
    """The k groups of one column over the cells. code: (C,) group, k where the answer is missing."""

    cells: Cells
    code: Codes
    k: int

    @cached_property
    def _adding(self) -> sparse.csc_array:
        return _adding(self.code, self.k + 1)

    @cached_property
    def _by_unit(self) -> sparse.csc_array:
        """Adds up cells by unit (or stratum) and group."""
        place = self.cells.unit.astype(np.int64) * (self.k + 1) + self.code
        return _adding(place, self.cells.units * (self.k + 1))

    @cached_property
    def _spread(self) -> sparse.csc_array | None:
        """The margins of each cell in the rows of its group, None without a calibration."""
        model = self.cells.regression
        return None if model is None else model.spread(self.code, self.k)

    def add(self, values: Floats) -> Floats:
        """(k + 1, m) sums of values (C, m) by group; the last row is "no group"."""
        return np.asarray(self._adding @ values)

    def degrees_of_freedom(self, asked: Floats, rows: Floats) -> npt.NDArray[np.int64]:
        """(k, m) units minus strata with rows counted in asked (C, m); rows: their (k, m) sums."""
        held = (self._by_unit @ asked > 0).reshape(self.cells.units, self.k + 1, -1)
        if self.cells.sample.design.elements:
            return np.asarray(rows - held.sum(axis=0)[: self.k], dtype=np.int64)
        stage = self.cells.sample.design.stages[0]
        m = held.shape[2]
        strata = _adding(stage.unit_stratum, len(stage.sampled)) @ held.reshape(len(held), -1)
        left = held.sum(axis=0) - (strata > 0).sum(axis=0).reshape(-1, m)
        return np.asarray(left[: self.k], dtype=np.int64)

    def variance(self, scores: Floats, weight: Floats, square: Floats) -> Floats:
        """(k, m) variances of the sums of final weight times score over each group.

        scores: (r, C, m) of each answer, 0 outside the group's base; weight and square: (r, C, m)
        sums by answer.
        """
        cells, k, m = self.cells, self.k, scores.shape[2]
        elements = cells.sample.design.elements
        own = (scores * weight).sum(axis=0)
        totals = (self._by_unit @ own).reshape(cells.units, k + 1, m)[:, :k]
        rest, elsewhere = scores, np.zeros((k, m))
        model, spread = cells.regression, self._spread
        if model is not None and spread is not None:
            beta = model.coefficients(spread, own)
            flat = beta[:, :k].reshape(len(beta), k * m)
            totals = totals - (model.by_unit @ flat).reshape(totals.shape)
            if elements:
                fitted = spread.T @ beta.transpose(1, 0, 2).reshape(-1, m)
                rest = scores - fitted
                everywhere = (flat * (model.squares @ flat)).sum(axis=0).reshape(k, m)
                elsewhere = everywhere - self.add(cells.weighed[:, None] * fitted**2)[:k]
        stage = cells.sample.design.stages[0]
        if not elements:
            centre = _adding(stage.unit_stratum, len(cells.scale)) @ totals.reshape(cells.units, -1)
            centre = (centre / stage.sampled[:, None])[stage.unit_stratum].reshape(totals.shape)
            by_unit = cells.scale[stage.unit_stratum]
            return np.asarray(np.tensordot(by_unit, (totals - centre) ** 2, axes=1))
        remains = (square * rest**2).sum(axis=0) * cells.scale[cells.unit][:, None]
        lost = np.tensordot(cells.scale / stage.sampled, totals**2, axes=1)
        return np.asarray(self.add(remains)[:k] + elsewhere - lost)


@dataclass(frozen=True)
class Regression:
    """Regression on the margins by cell. matrix: (C, p) their indicators; shrink: (C,) weight before
    over weight after; gram and inverse: (p, p) of the weights before; squares: (p, p) products
    weighted by scaled squares of the weights after; by_unit: (units, p) sums of weights after."""

    matrix: sparse.csr_array
    shrink: Floats
    gram: Floats
    inverse: Floats
    squares: Floats
    by_unit: sparse.csr_array

    def spread(self, code: Codes, k: int) -> sparse.csc_array:
        """((k + 1) p, C) the indicators of each cell, in the rows of its group."""
        x, p = self.matrix, self.matrix.shape[1]
        per_cell = np.diff(x.indptr)
        at = x.indices + np.repeat(code.astype(np.int64) * p, per_cell)
        return sparse.csc_array((x.data, at, x.indptr), shape=((k + 1) * p, x.shape[0]))

    def coefficients(self, spread: sparse.csc_array, own: Floats) -> Floats:
        """(p, k + 1, m) regression of the scores of each group, 0 in the last group; own: (C, m)
        sums of final weight times score."""
        p, m = len(self.gram), own.shape[1]
        right = (spread @ (own * self.shrink[:, None])).reshape(-1, p, m)
        flat = right.transpose(1, 0, 2).reshape(p, -1)
        beta = self.inverse @ flat
        beta += self.inverse @ (flat - self.gram @ beta)
        return np.asarray(beta.reshape(p, -1, m))


def _products(x: sparse.csr_array, weights: Floats) -> Floats:
    weighted = sparse.csr_array((x.data * np.repeat(weights, np.diff(x.indptr)), x.indices, x.indptr))
    weighted.resize(x.shape)
    return np.asarray((x.T @ weighted).toarray())


def _adding(
    codes: npt.NDArray[np.integer], size: int, values: Floats | None = None
) -> sparse.csc_array:
    """(size, C) matrix that adds up rows by code, each times its value (1 without)."""
    c = len(codes)
    held = np.ones(c) if values is None else values
    return sparse.csc_array((held, codes, np.arange(c + 1)), shape=(size, c))


def _group_codes(table: Table, name: str) -> tuple[Codes, int]:
    """Group of each row in the order of the levels, the number of groups where it is missing."""
    factor = table.factor(name)
    at = factor.position(MISSING)
    k = len(factor.levels) - (at is not None)
    if at is None:
        return factor.codes, k
    place = np.arange(len(factor.levels))
    place = np.where(place == at, k, place - (place > at)).astype(np.min_scalar_type(k))
    return place[factor.codes], k


def _crossed(parts: Sequence[Codes]) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
    """Cell (n,) and first row (C,) of every combination that occurs."""
    cells = group([parts[0]], [int(parts[0].max(initial=0)) + 1])
    for part in parts[1:]:
        if np.array_equal(part[cells.first][cells.cell], part):
            continue
        cells = group([cells.cell, part], [len(cells), int(part.max(initial=0)) + 1])
    return cells.cell.astype(np.intp), cells.first
