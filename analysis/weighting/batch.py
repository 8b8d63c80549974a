"""Weighting steps repeated for many sets of base weights at once.

Replicates must be weighted again, each from its own base weights: final weights times multipliers
would leave out what raking does to the error.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

from analysis.errors import AnalysisError
from analysis.factors import Floats
from analysis.table import Columns, Table
from analysis.weighting.solver import TOLERANCE
from analysis.weighting.steps import Rake, Step, Trim, apply_step
from analysis.weighting.targets import Targets, set_targets

_NEWTON_STEPS = 60
_HALVINGS = 12
_FINE = 1e-12
#: Columns worked on together; keeps the work inside the cache.
_CHUNK = 64


class Redraw(Protocol):
    """Imputed columns drawn again, from a replicate's number (from 1) and base weights (n,)."""

    def __call__(self, replicate: int, weights: Floats, /) -> Columns: ...


def reweigh(table: Table, steps: Sequence[Step], base: Floats, redraw: Redraw | None = None) -> Floats:
    """(n, R) final weights from (n, R) replicate base weights; rows of weight 0 stay at 0.

    redraw: columns to be replaced in each replicate, for values that were imputed: drawn once and kept,
    they would count as known. Raises what the steps raise, naming the replicate, where one of them
    cannot be weighted.
    """
    weights = np.array(base, dtype=np.float64)
    if redraw is not None:
        for column in range(weights.shape[1]):
            own = table.with_columns(redraw(column + 1, base[:, column]))
            for step in steps:
                _one_by_one(own, step, weights, [column])
        return weights
    for step in steps:
        if isinstance(step, Rake):
            _rake_all(table, step, weights)
        else:
            _one_by_one(table, step, weights, range(weights.shape[1]))
    return weights


def _one_by_one(table: Table, step: Step, weights: Floats, columns: Iterable[int]) -> None:
    for column in columns:
        try:
            held = weights[:, column]
            rows = held > 0 if isinstance(step, Trim) else slice(None)
            weights[rows, column] = apply_step(table, step, held[rows])[0]
        except AnalysisError as refusal:
            raise type(refusal)(
                f"replicate {column + 1}: {refusal.message}",
                **{**refusal.details, "replicate": column + 1},
            ) from None


def _rake_all(table: Table, step: Rake, weights: Floats) -> None:
    """Newton on the dual for many columns together; what it leaves is raked one by one."""
    targets = set_targets(table, weights.max(axis=1), step.margins)
    problem = targets.compress(np.ones(table.n))
    dual = _Dual.of(problem.targets)
    cell = np.arange(table.n, dtype=np.int32) if problem.cell is None else problem.cell
    order = np.argsort(cell, kind="stable")
    starts = np.flatnonzero(np.diff(cell[order], prepend=-1))
    left: list[int] = []
    for start in range(0, weights.shape[1], _CHUNK):
        held = weights[:, start : start + _CHUNK]
        old = np.where(targets.active[:, None], held, 0.0)
        ratio, met = dual.solve(np.add.reduceat(old[order], starts, axis=0))
        held[:, met] = (old * ratio[cell])[:, met]
        left.extend((start + np.flatnonzero(~met)).tolist())
    _one_by_one(table, step, weights, left)


@dataclass(frozen=True)
class _Dual:
    """The raking equations of one set of margins, ready for many sets of weights.

    matrix: (cells, levels) indicators; basis: its columns without the last level of every margin
    but the first (p of them), totals `aim` (p, 1); pairs: (p(p+1)/2, cells) products of basis
    columns; first: how many columns the first margin has.
    """

    matrix: Floats
    totals: Floats
    basis: Floats
    aim: Floats
    pairs: Floats
    first: int

    @classmethod
    def of(cls, targets: Targets) -> _Dual:
        keep: list[int] = []
        offset = 0
        for place, target in enumerate(targets.categorical):
            keep.extend(range(offset, offset + len(target.labels) - (place > 0)))
            offset += len(target.labels)
        matrix = targets.matrix().toarray()
        basis = np.ascontiguousarray(matrix[:, keep])
        at, to = np.triu_indices(len(keep))
        pairs = np.ascontiguousarray((basis[:, at] * basis[:, to]).T)
        totals = targets.totals
        first = len(targets.categorical[0].labels)
        return cls(matrix, totals, basis, totals[keep][:, None], pairs, first)

    def solve(self, sums: Floats) -> tuple[Floats, npt.NDArray[np.bool_]]:
        """(cells, R) ratios for summed old weights (cells, R), and (R,) whether all was met."""
        p, count = self.basis.shape[1], sums.shape[1]
        at, to = np.triu_indices(p)
        lam = np.zeros((p, count))
        people = self.totals[: self.first].sum()
        lam[: self.first] = np.log(people / np.maximum(sums.sum(axis=0), 1e-300))
        weights = self._weights(lam, sums)
        gap = self.basis.T @ weights / self.aim - 1
        size = (gap**2).sum(axis=0)
        hessian = np.empty((count, p, p))
        for _ in range(_NEWTON_STEPS):
            if np.max(np.abs(gap)) < _FINE:
                break
            filled = (self.pairs @ weights).T
            hessian[:, at, to] = filled
            hessian[:, to, at] = filled
            move = _directions(hessian, (gap * self.aim).T)
            step = np.ones(count)
            for _ in range(_HALVINGS):
                trial = self._weights(lam + move * step, sums)
                new_gap = self.basis.T @ trial / self.aim - 1
                new_size = (new_gap**2).sum(axis=0)
                worse = (new_size > size * (1 - 1e-4 * step)) & (size > 1e-20)
                if not worse.any():
                    break
                step = np.where(worse, step / 2, step)
            lam = lam + move * step
            weights, gap, size = trial, new_gap, new_size
        error = self.matrix.T @ weights / self.totals[:, None] - 1
        met = np.max(np.abs(error), axis=0) <= TOLERANCE
        return np.divide(weights, sums, out=np.zeros_like(weights), where=sums > 0), met

    def _weights(self, lam: Floats, sums: Floats) -> Floats:
        return np.asarray(np.exp(np.clip(self.basis @ lam, -300, 300)) * sums)


def _directions(hessian: Floats, gap: Floats) -> Floats:
    """(p, R) Newton directions; hessian: (R, p, p); gap: (R, p). Redundant margins make the system
    singular but consistent, which a trace of a ridge settles."""
    p = hessian.shape[1]
    diagonal = np.sqrt(np.maximum(np.diagonal(hessian, axis1=1, axis2=2), 1e-300))
    balanced = hessian / diagonal[:, :, None] / diagonal[:, None, :] + 1e-11 * np.eye(p)
    solved = np.linalg.solve(balanced, (gap / diagonal)[:, :, None])[:, :, 0]
    return np.asarray(-(solved / diagonal).T)
