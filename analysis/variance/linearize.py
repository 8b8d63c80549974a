"""Taylor linearization: the error of any smooth estimate as the error of a weighted total.

An estimate is handed in as its scores U, one a row, such that a small change of the estimate is the
change of sum(w * U). Rows outside a domain have score 0 and stay in the design: dropping them would
pretend that the size of the domain in each sampling unit had been fixed beforehand. Stages, finite
populations and strata follow Saerndal, Swensson and Wretman (1992), ch. 4.3, as in R `survey`.
"""

from __future__ import annotations

import numpy as np

from analysis.design import Design, Stage
from analysis.errors import LonelyPSU
from analysis.factors import Codes, Floats
from analysis.weighting.steps import Sample

_CERTAIN = 1e-7


def covariance(sample: Sample, scores: Floats) -> Floats:
    """(k, k) covariance of k estimates. scores: (n,) or (n, k), unweighted.

    Calibration steps are undone from the last to the first: each leaves its residuals. Raises
    LonelyPSU when a stratum has one unit and the design says to refuse.
    """
    table = scores.reshape(sample.n, -1)
    return design_covariance(sample.design, weighted_scores(sample, table))


def weighted_scores(sample: Sample, scores: Floats) -> Floats:
    """(n, k) final weight times the calibration residual of the scores (n, k)."""
    weighted = scores * sample.weights[:, None]
    for step in reversed(sample.calibrations):
        held = step.after[:, None]
        before = np.divide(weighted, held, out=np.zeros_like(weighted), where=held != 0)
        weighted = held * step.residuals(before)
    return weighted


def design_covariance(design: Design, weighted: Floats) -> Floats:
    """(k, k) covariance of the column totals of weighted scores (n, k) under the design."""
    k = weighted.shape[1]
    result = np.zeros((k, k))
    share = np.ones(1)
    for depth, stage in enumerate(design.stages):
        values = weighted if design.elements else totals_by(stage.unit, weighted, _units(stage))
        result += _stage_covariance(stage, values, share, design, depth)
        if stage.population is None:
            break
        share = (share[_strata_above(design, depth)] * stage.sampled / stage.population)[
            stage.unit_stratum
        ]
    return result


def _strata_above(design: Design, depth: int) -> Codes:
    """For each stratum of a stage, the place of its multiplier: the unit it is, or the whole."""
    strata = len(design.stages[depth].sampled)
    return np.zeros(strata, dtype=np.int32) if depth == 0 else np.arange(strata, dtype=np.int32)


def _units(stage: Stage) -> int:
    return len(stage.unit_stratum)


def totals_by(codes: Codes, values: Floats, groups: int) -> Floats:
    """(groups, k) sums of values (n, k) by code (n,)."""
    sums = np.empty((groups, values.shape[1]))
    for column in range(values.shape[1]):
        sums[:, column] = np.bincount(codes, values[:, column], minlength=groups)
    return sums


def _stage_covariance(
    stage: Stage, values: Floats, share: Floats, design: Design, depth: int
) -> Floats:
    """(k, k) sum over the stage's strata; values: (units, k) totals by unit; share: (strata,) or
    (1,) product of the sampling fractions of the stages before."""
    strata = len(stage.sampled)
    drawn = stage.sampled
    fraction = np.ones(strata)
    if stage.population is not None:
        fraction = (stage.population - drawn) / stage.population
    sums = totals_by(stage.unit_stratum, values, strata)
    centre = sums / drawn[:, None]
    lonely = (drawn == 1) & (fraction >= _CERTAIN)
    scale = fraction * np.where(drawn > 1, drawn / np.maximum(drawn - 1, 1), 1.0)
    scale = np.where(fraction < _CERTAIN, 0.0, scale) * share
    inflate = 1.0
    if lonely.any():
        touched = np.bincount(stage.unit_stratum, (values != 0).any(axis=1), minlength=strata) > 0
        alone = lonely & touched
        if alone.any() and design.lonely_psu == "fail":
            raise _lonely(int(np.count_nonzero(alone)), depth)
        if design.lonely_psu == "adjust":
            # Around 0, the mean of scores over the population, as R `survey` 4 does: the mean over
            # the units drawn is that of a total plus the chance that is to be measured.
            centre[lonely] = 0.0
        else:
            scale = np.where(lonely, 0.0, scale)
        if design.lonely_psu == "average" and alone.any():
            others = np.count_nonzero(touched & ~alone)
            inflate = np.count_nonzero(touched) / others if others else np.nan
    deviations = values - centre[stage.unit_stratum]
    return np.asarray((deviations * scale[stage.unit_stratum][:, None]).T @ deviations * inflate)


def _lonely(count: int, depth: int) -> LonelyPSU:
    return LonelyPSU(
        f"{count} strat{'um has' if count == 1 else 'a have'} a single sampled unit at stage"
        f" {depth + 1}, so the error there is unknown. Merge strata that belong together, or choose"
        " lonely_psu 'adjust' (cautious), 'average' or 'remove' and say so.",
        strata=count,
        stage=depth + 1,
    )
