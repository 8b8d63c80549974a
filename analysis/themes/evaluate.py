"""How right tags are against human codes: precision, recall, F1 by theme and by language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.themes.codebook import SPECIAL
from analysis.themes.corrected import jeffreys

REPEATS = 1000


@dataclass(frozen=True)
class Score:
    """Precision, recall and F1 with 95% intervals; None where nothing can be divided.

    right, wrong, missed: tags that a person gave too, tags that nobody gave, codes without a tag.
    Intervals: Jeffreys for precision and recall, percentiles over resampled comments for F1.
    """

    name: str
    comments: int
    right: int
    wrong: int
    missed: int
    precision: float | None
    precision_interval: tuple[float, float] | None
    recall: float | None
    recall_interval: tuple[float, float] | None
    f1: float | None
    f1_interval: tuple[float, float] | None


@dataclass(frozen=True)
class Evaluation:
    """Scores by theme, micro-averaged over all and by language, macro F1, and the confusions.

    confusions: (human code missed, tag given instead) -> number of comments, for comments with one
    code missed and one tag too many.
    """

    micro: Score
    macro_f1: float | None
    themes: tuple[Score, ...]
    languages: tuple[Score, ...]
    confusions: Mapping[tuple[str, str], int]


def evaluate(
    tags: Mapping[str, frozenset[str]],
    codes: Mapping[str, frozenset[str]],
    languages: Mapping[str, str] | None = None,
    seed: int = 1,
) -> Evaluation:
    """Compare tags with codes on the comments that have both; `none` and `unclear` are no tags.

    A comment that people found `unclear` is left out.
    """
    ids = [key for key in codes if key in tags and "unclear" not in codes[key]]
    names = sorted({code for key in ids for code in codes[key] | tags[key]} - set(SPECIAL))
    given = np.array([[name in tags[key] for name in names] for key in ids], dtype=bool)
    true = np.array([[name in codes[key] for name in names] for key in ids], dtype=bool)
    given, true = given.reshape(len(ids), len(names)), true.reshape(len(ids), len(names))
    themes = tuple(
        _score(name, given[:, [column]], true[:, [column]], seed) for column, name in enumerate(names)
    )
    by_language: dict[str, list[int]] = {}
    for row, key in enumerate(ids):
        by_language.setdefault((languages or {}).get(key, "?"), []).append(row)
    coded = [one.f1 or 0.0 for one in themes if one.right + one.missed > 0]
    return Evaluation(
        micro=_score("all", given, true, seed),
        macro_f1=float(np.mean(coded)) if coded else None,
        themes=themes,
        languages=tuple(
            _score(language, given[rows], true[rows], seed)
            for language, rows in sorted(by_language.items())
        ),
        confusions=_confusions(given, true, names),
    )


def _score(name: str, given: NDArray[np.bool_], true: NDArray[np.bool_], seed: int) -> Score:
    right, wrong, missed = (
        (given & true).sum(axis=1),
        (given & ~true).sum(axis=1),
        (~given & true).sum(axis=1),
    )
    r, w, m = int(right.sum()), int(wrong.sum()), int(missed.sum())
    interval = None
    if 2 * r + w + m > 0:
        random = np.random.default_rng(seed)
        rows = random.integers(0, len(given), size=(REPEATS, len(given)))
        hits, errors = right[rows].sum(axis=1), (wrong + missed)[rows].sum(axis=1)
        ratio = 2 * hits / np.maximum(2 * hits + errors, 1)
        low, high = np.quantile(ratio, [0.025, 0.975])
        interval = (float(low), float(high))
    return Score(
        name,
        len(given),
        r,
        w,
        m,
        *_rate(r, r + w),
        *_rate(r, r + m),
        2 * r / (2 * r + w + m) if interval else None,
        interval,
    )


def _rate(part: int, whole: int) -> tuple[float | None, tuple[float, float] | None]:
    if whole == 0:
        return None, None
    return part / whole, jeffreys(part / whole, whole, 0.95)


def _confusions(
    given: NDArray[np.bool_], true: NDArray[np.bool_], names: Sequence[str]
) -> dict[tuple[str, str], int]:
    counts: dict[tuple[str, str], int] = {}
    for tags, codes in zip(given, true, strict=True):
        missed, extra = np.flatnonzero(codes & ~tags), np.flatnonzero(tags & ~codes)
        if len(missed) == 1 and len(extra) == 1:
            key = (names[missed[0]], names[extra[0]])
            counts[key] = counts.get(key, 0) + 1
    return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))
