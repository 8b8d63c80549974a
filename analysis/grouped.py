"""Means of many questions in all groups of many columns at once.

What `estimates.mean` computes for one question in one group, for all of them in one pass. Rows of
one stratum (or sampling unit), one cell of the calibration margins and one group share everything
but answer and weight. So sums of weights, and of their squares, by cell and answer carry both the
estimates and the linearized errors: work grows with cells, not with people. Where that does not hold
(several calibration steps, numeric totals, trimmed weights, finite populations at several stages,
lonely units, answers of many values) each mean is computed on its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from analysis import estimates
from analysis.change import Change, independent_change, overlapping_change
from analysis.factors import MISSING, Floats, number_codes
from analysis.intervals import Basis, korn_graubard_limits
from analysis.table import Table
from analysis.variance.cells import Cells, Grouping, can_use_cells
from analysis.weighting.steps import Sample

#: Questions with more distinct answers than this are computed one by one.
_MOST_ANSWERS = 16
#: More joint cells than a quarter of the rows, between these bounds: one grouping column at a time.
_FEW_CELLS, _MANY_CELLS = 5000, 50_000
#: Numbers held at once in the widest table (cells x groups x questions).
_BLOCK = 500_000


@dataclass(frozen=True)
class GroupedMeans:
    """Means of questions by the groups of one column.

    column; levels: k groups (a missing answer is no group); questions: m names; n, df, sum_w,
    estimate, se: (m, k) as in `estimates.Estimate`, NaN where nobody answered.
    """

    column: str
    levels: tuple[str, ...]
    questions: tuple[str, ...]
    n: npt.NDArray[np.int64]
    df: npt.NDArray[np.int64]
    sum_w: Floats
    estimate: Floats
    se: Floats

    def share_limits(self, level: float = 0.95) -> tuple[Floats, Floats]:
        """(m, k) lower and upper limits for questions coded 0/1: the published interval
        (Korn-Graubard with the effective size capped at n); NaN where nobody answered."""
        return korn_graubard_limits(self.estimate, self.se, self.n, self.df, level)

    def share(self, question: int, level: int) -> estimates.Share:
        """One of the shares, by the places of question and level."""
        at = (question, level)
        if not self.n[at]:
            return estimates.Share(0, 0, 0.0, None, None, 0.95)
        basis = Basis(
            float(self.estimate[at]), float(self.se[at]), int(self.n[at]), int(self.df[at]), 0.95
        )
        return estimates.Share.of(basis, float(self.sum_w[at]))


def means_by(
    sample: Sample, questions: Sequence[str], columns: Sequence[str]
) -> tuple[GroupedMeans, ...]:
    """Means of every question in every group of every column, one result a column.

    questions: columns of numbers, NaN where unanswered; columns: categorical, such as the margins.
    Raises DataError for unknown columns or answers that are not numbers, LonelyPSU as `mean` does.
    """
    results = [_empty(sample.table, name, questions) for name in columns]
    coded: dict[int, _Answers] = {}
    if can_use_cells(sample):
        for at, name in enumerate(questions):
            answers = _answers(sample.table, name)
            if answers is not None:
                coded[at] = answers
    if coded and results:
        cells, groupings = Cells.of(sample, columns)
        if cells.count > min(max(sample.n / 4, _FEW_CELLS), _MANY_CELLS):
            for result in results:
                _fill(*Cells.of(sample, [result.column]), [result], coded)
        else:
            _fill(cells, groupings, results, coded)
    for at, name in enumerate(questions):
        if at not in coded:
            for result in results:
                _one_by_one(sample, result, at, name)
    return tuple(results)


def differences_between(
    sample: Sample, questions: Sequence[str], column: str, pair: tuple[str, str]
) -> tuple[Change | None, ...]:
    """Second minus first of two levels of a column in the mean of each question, their covariance
    counted: what `overlapping_change` finds for one question. None where a level has no answers."""
    masks = [sample.table.is_in(column, [level]) for level in pair]
    if not all(mask.any() for mask in masks):
        return (None,) * len(questions)
    means = means_by(sample, questions, [column])[0]
    at = [means.levels.index(level) for level in pair]
    found: list[Change | None] = []
    cells, (grouping,) = Cells.of(sample, [column]) if can_use_cells(sample) else (None, (None,))
    for place, name in enumerate(questions):
        answers = _answers(sample.table, name) if cells is not None else None
        if cells is None or grouping is None or answers is None:
            y = sample.table.numbers(name)
            found.append(overlapping_change(sample, y, masks[0], masks[1]))
        elif not all(means.n[place, level] for level in at):
            found.append(None)
        else:
            found.append(_difference(cells, grouping, answers, means, place, at))
    return tuple(found)


def _difference(
    cells: Cells,
    grouping: Grouping,
    answers: _Answers,
    means: GroupedMeans,
    place: int,
    at: Sequence[int],
) -> Change:
    """One score for both levels: its variance is that of the difference."""
    held = [grouping.code == level for level in at]
    answered = ~np.isnan(answers.values)
    people, weight, square = cells.sums(answers.codes, len(answers.values))
    size = np.where(held[0], -means.sum_w[place, at[0]], means.sum_w[place, at[1]])
    centre = np.where(held[0], means.estimate[place, at[0]], means.estimate[place, at[1]])
    either = held[0] | held[1]
    values = np.where(answered, answers.values, 0.0)
    scores = (values[:, None] - centre) / size * (answered[:, None] & either)
    both = Grouping(cells, np.where(either, 0, 1).astype(np.int32), 1)
    variance = float(both.variance(scores[..., None], weight[..., None], square[..., None])[0, 0])
    asked = ((people * answered[:, None]).sum(axis=0) * (cells.weight > 0) * either)[:, None]
    df = int(both.degrees_of_freedom(asked, both.add(asked)[:1])[0, 0])
    first, second = (means.share(place, level) for level in at)
    plain = independent_change(first, second)
    assert plain is not None  # noqa: S101 - both have answers
    se = float(np.sqrt(max(variance, 0.0)))
    covariance = (plain.se_first**2 + plain.se_second**2 - se**2) / 2
    return replace(plain, se=se, df=df, covariance=covariance)


@dataclass(frozen=True)
class _Answers:
    """codes: (n,) into values; values: (r,) numbers, NaN for no answer."""

    codes: npt.NDArray[np.integer]
    values: Floats


def _answers(table: Table, name: str) -> _Answers | None:
    """The coded answers, None when there are too many values to code."""
    coded = table.coded(name)
    if coded is not None:
        if len(coded.levels) > _MOST_ANSWERS:
            return None
        return _Answers(coded.codes, table.level_numbers(name))
    raw = table.raw(name)
    if raw.dtype.kind in "iu" and raw.ndim == 1 and len(raw):
        high = int(raw.max())
        if int(raw.min()) >= 0 and high < _MOST_ANSWERS:
            return _Answers(raw, np.arange(high + 1, dtype=np.float64))
    codes, values = number_codes(table.numbers(name))
    if len(values) > _MOST_ANSWERS:
        return None
    return _Answers(codes, np.asarray(values, dtype=np.float64))


def _empty(table: Table, column: str, questions: Sequence[str]) -> GroupedMeans:
    levels = tuple(label for label in table.factor(column).levels if label != MISSING)
    shape = (len(questions), len(levels))
    return GroupedMeans(
        column,
        levels,
        tuple(questions),
        n=np.zeros(shape, dtype=np.int64),
        df=np.zeros(shape, dtype=np.int64),
        sum_w=np.zeros(shape),
        estimate=np.full(shape, np.nan),
        se=np.full(shape, np.nan),
    )


def _fill(
    cells: Cells,
    groupings: Sequence[Grouping],
    results: Sequence[GroupedMeans],
    coded: dict[int, _Answers],
) -> None:
    """Fill the rows of the coded questions, as many at once as memory is meant to hold."""
    width = max(max(len(result.levels) for result in results), 3 * _span(list(coded.values())))
    block = max(1, _BLOCK // max(1, cells.count * width))
    places = list(coded)
    for start in range(0, len(places), block):
        chosen = places[start : start + block]
        _fill_block(cells, groupings, results, chosen, [coded[at] for at in chosen])


def _span(answers: Sequence[_Answers]) -> int:
    return max(len(a.values) for a in answers)


def _fill_block(
    cells: Cells,
    groupings: Sequence[Grouping],
    results: Sequence[GroupedMeans],
    chosen: list[int],
    answers: Sequence[_Answers],
) -> None:
    span = _span(answers)
    values = np.full((span, 1, len(answers)), np.nan)
    sums = np.empty((3, span, cells.count, len(answers)))
    for place, answer in enumerate(answers):
        values[: len(answer.values), 0, place] = answer.values
        sums[..., place] = cells.sums(answer.codes, span)
    answered = ~np.isnan(values)
    values = np.where(answered, values, 0.0)
    people, weight, square = sums
    asked = (people * answered).sum(axis=0) * (cells.weight > 0)[:, None]
    held = (weight * answered).sum(axis=0)
    points = (weight * values).sum(axis=0)
    m = len(answers)
    base = np.hstack([held, points, asked])
    for grouping, result in zip(groupings, results, strict=True):
        k, code = grouping.k, grouping.code
        below, above, rows = np.hsplit(grouping.add(base), [m, 2 * m])
        size = np.where(below > 0, below, 1.0)
        centre = above / size
        part = np.where((code < k)[:, None], 1 / size[code], 0.0)
        scores = (values - centre[code]) * (part * answered)
        variance = grouping.variance(scores, weight, square)
        there = below[:k] > 0
        result.n[chosen] = np.rint(rows[:k]).T
        result.df[chosen] = grouping.degrees_of_freedom(asked, np.rint(rows[:k])).T
        result.sum_w[chosen] = below[:k].T
        result.estimate[chosen] = np.where(there, centre[:k], np.nan).T
        result.se[chosen] = np.where(there, np.sqrt(np.maximum(variance, 0.0)), np.nan).T


def _one_by_one(sample: Sample, result: GroupedMeans, at: int, question: str) -> None:
    y = sample.table.numbers(question)
    for place, label in enumerate(result.levels):
        got = estimates.mean(sample, y, sample.table.is_in(result.column, [label]))
        result.n[at, place], result.df[at, place] = got.n, got.df
        result.sum_w[at, place] = got.sum_w
        if got.estimate is not None and got.se is not None:
            result.estimate[at, place], result.se[at, place] = got.estimate, got.se
