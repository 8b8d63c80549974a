"""Replicate variances: every replicate is weighted again from its own base weights."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from analysis.design import Design
from analysis.errors import DataError, LonelyPSU, NotEstimable
from analysis.factors import Floats
from analysis.weighting.batch import Redraw, reweigh
from analysis.weighting.steps import Sample, Step


@dataclass(frozen=True)
class Multipliers:
    """values: (n, R) factors of the base weights; the variance of an estimate is
    scale * sum(rscales * (t_r - t)^2); rscales: (R,)."""

    values: Floats
    scale: float
    rscales: Floats

    @property
    def count(self) -> int:
        return int(self.values.shape[1])


def given_multipliers(
    values: Floats, scale: float, rscales: Sequence[float] | None = None
) -> Multipliers:
    """Multipliers made elsewhere. Raises DataError when sizes disagree or a value is negative."""
    count = values.shape[1]
    scales = np.ones(count) if rscales is None else np.asarray(rscales, dtype=np.float64)
    if len(scales) != count:
        raise DataError(f"{len(scales)} rscales for {count} replicates.")
    if not (values >= 0).all():
        row, column = np.argwhere(~(values >= 0))[0]
        raise DataError(
            f"replicate {column + 1}, data row {row + 1}: a multiplier must be 0 or more.",
            row=int(row) + 1,
        )
    return Multipliers(values, scale, scales)


def rao_wu(design: Design, replicates: int, rng: np.random.Generator) -> Multipliers:
    """Rao-Wu rescaling bootstrap with n_h - 1 draws (Rao, Wu and Yue 1992, Surv. Meth. 18: 209-217).

    In each stratum n_h - 1 first-stage units are drawn with replacement from n_h; a unit drawn m
    times gets m n_h / (n_h - 1). Raises LonelyPSU at a stratum of one unit.
    """
    stage = design.stages[0]
    _no_lonely(stage.sampled)
    units = len(stage.unit_stratum)
    counts = np.zeros((units, replicates))
    for stratum, size in enumerate(stage.sampled.astype(int).tolist()):
        members = np.flatnonzero(stage.unit_stratum == stratum)
        drawn = rng.multinomial(size - 1, np.full(size, 1 / size), size=replicates)
        counts[members] = drawn.T * (size / (size - 1))
    return Multipliers(counts[stage.unit], 1 / replicates, np.ones(replicates))


def jackknife(design: Design) -> Multipliers:
    """Delete one first-stage unit at a time (JKn): the others of its stratum make up for it.

    The variance factor of a replicate is (n_h - 1)/n_h, times 1 - n_h/N_h with a finite population.
    Raises LonelyPSU at a stratum of one unit.
    """
    stage = design.stages[0]
    _no_lonely(stage.sampled)
    units = len(stage.unit_stratum)
    size = stage.sampled[stage.unit_stratum]
    same = stage.unit_stratum[:, None] == stage.unit_stratum[None, :]
    by_unit = np.where(same, (size / (size - 1))[None, :], 1.0)
    np.fill_diagonal(by_unit, 0.0)
    rscales = (size - 1) / size
    if stage.population is not None:
        rscales = rscales * (1 - stage.sampled / stage.population)[stage.unit_stratum]
    return Multipliers(by_unit[stage.unit], 1.0, np.asarray(rscales).reshape(units))


def _no_lonely(sampled: Floats) -> None:
    alone = int(np.count_nonzero(sampled == 1))
    if alone:
        raise LonelyPSU(
            f"{alone} strata have a single sampled unit, so no replicate can leave it out. Merge"
            " strata that belong together.",
            strata=alone,
        )


@dataclass(frozen=True)
class Replicates:
    """weights: (n, R) final weights of every replicate; full: (n,) of the whole sample."""

    weights: Floats
    full: Floats
    multipliers: Multipliers

    def error(self, estimate: float, replicated: Floats, centred: bool = False) -> float:
        """Standard error of one estimate from its (R,) replicate values.

        centred: around the mean of the replicates instead of the full-sample estimate.
        """
        rscales = self.multipliers.rscales
        centre = float(replicated[rscales > 0].mean()) if centred else estimate
        squares = float((rscales * (replicated - centre) ** 2).sum())
        return float(np.sqrt(self.multipliers.scale * squares))

    def means(self, y: Floats) -> tuple[float, Floats]:
        """Weighted mean of y (n,), NaN outside the domain, and its (R,) replicate values.

        Raises NotEstimable when nobody of the domain is in some replicate.
        """
        inside = ~np.isnan(y)
        value = np.where(inside, y, 0.0)
        held = inside @ self.weights
        if not (held > 0).all():
            raise NotEstimable("the domain has no respondent in some replicate; it is too small.")
        full = float(self.full @ value / (self.full @ inside))
        return full, np.asarray(value @ self.weights / held)

    def totals(self, y: Floats) -> tuple[float, Floats]:
        """Weighted total of y (n,), NaN outside the domain, and its (R,) replicate values."""
        value = np.where(np.isnan(y), 0.0, y)
        return float(self.full @ value), np.asarray(value @ self.weights)

    def apply(self, estimator: Callable[[Floats], float]) -> tuple[float, Floats]:
        """Any estimator of weights (n,) -> number, on the sample and on every replicate."""
        values = [estimator(self.weights[:, r]) for r in range(self.weights.shape[1])]
        return estimator(self.full), np.array(values)


def replicate(
    sample: Sample, steps: Sequence[Step], multipliers: Multipliers, redraw: Redraw | None = None
) -> Replicates:
    """Weight every replicate again with the steps that made the sample.

    redraw: draws imputed weighting variables again in every replicate (analysis/data/redraw.py draws
    the levels of answers without a target). Raises what the steps raise, naming the replicate.
    """
    if len(multipliers.values) != sample.n:
        raise DataError(
            f"multipliers for {len(multipliers.values)} rows, but the sample has {sample.n}."
        )
    base = multipliers.values * sample.design.weights[:, None]
    return Replicates(reweigh(sample.table, steps, base, redraw), sample.weights, multipliers)


def bootstrap(
    sample: Sample,
    steps: Sequence[Step],
    replicates: int,
    rng: np.random.Generator,
    redraw: Redraw | None = None,
) -> Replicates:
    """Rao-Wu bootstrap of a weighted sample, every replicate weighted again; redraw: see `replicate`.

    A replicate in which a target has lost all its respondents cannot be weighted and is drawn
    again; NotEstimable when that happens to more than one in five, as the margins are then too fine
    for the sample.
    """
    made = rao_wu(sample.design, replicates, rng)
    codes = [t.codes for c in sample.calibrations for t in c.targets.categorical]
    redrawn = 0
    while True:
        empty = np.zeros(replicates, dtype=bool)
        for code in codes:
            order = np.argsort(code, kind="stable")
            starts = np.flatnonzero(np.diff(code[order], prepend=-1))
            empty |= (np.add.reduceat(made.values[order], starts, axis=0) == 0).any(axis=0)
        again = np.flatnonzero(empty)
        if not len(again):
            return replicate(sample, steps, made, redraw)
        redrawn += len(again)
        if redrawn > 0.2 * replicates:
            raise NotEstimable(
                "in more than a fifth of the bootstrap samples a level of a margin has no"
                " respondent. Merge small levels."
            )
        made.values[:, again] = rao_wu(sample.design, len(again), rng).values
