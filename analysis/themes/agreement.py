"""Agreement between coders, and what it allows to be shown.

Krippendorff's alpha by `nltk.metrics.agreement`; its interval by resampling comments. Thresholds:
below .667 nothing is shown, to .80 tentative (Krippendorff 2019, Content Analysis, 4th ed., ch. 12).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from nltk.metrics.agreement import AnnotationTask
from numpy.typing import NDArray

from analysis.themes.errors import DrawError

WITHHELD_BELOW = 0.667
TENTATIVE_BELOW = 0.80


@dataclass(frozen=True)
class Standing:
    """Whether a figure that rests on human codes may be shown, and the sentence why."""

    shown: bool
    tentative: bool
    why: str


@dataclass(frozen=True)
class Agreement:
    """Krippendorff's alpha with its bootstrap interval; None where nothing varies.

    `comments` were coded by two people or more; `positive` of their codes were a yes.
    """

    code: str
    alpha: float | None
    low: float | None
    high: float | None
    comments: int
    positive: int


def standing(alpha: float | None, codes: int, needed: int) -> Standing:
    """The verdict on a figure from `codes` codes whose coders agree by `alpha` (None: not measured)."""
    if codes < needed:
        return Standing(False, False, f"withheld: only {codes} codes, {needed} are needed")
    if alpha is None:
        return Standing(True, True, "tentative: agreement between coders was not measured")
    if alpha < WITHHELD_BELOW:
        return Standing(
            False, False, f"withheld: coders agree too little (alpha {alpha:.2f} < {WITHHELD_BELOW})"
        )
    if alpha < TENTATIVE_BELOW:
        return Standing(
            True, True, f"tentative: coders agree fairly (alpha {alpha:.2f} < {TENTATIVE_BELOW:.2f})"
        )
    return Standing(True, False, f"coders agree well (alpha {alpha:.2f})")


def agreement(
    code: str,
    codings: Mapping[str, Mapping[str, frozenset[str]]],
    *,
    repeats: int = 1000,
    level: float = 0.95,
    seed: int = 1,
) -> Agreement:
    """Alpha on one code (yes or no). `codings`: comment -> coder -> the codes given.

    Comments with one coder are left out. The interval: percentiles over resampled comments.
    """
    units = [
        [code in codes for codes in by_coder.values()]
        for by_coder in codings.values()
        if len(by_coder) >= 2
    ]
    yes = np.array([sum(unit) for unit in units], dtype=float)
    coders = np.array([len(unit) for unit in units], dtype=float)
    positive = int(yes.sum())
    if positive == 0 or positive == coders.sum() or not units:
        return Agreement(code, None, None, None, len(units), positive)
    task = AnnotationTask(
        data=[
            (str(coder), str(number), int(value))
            for number, unit in enumerate(units)
            for coder, value in enumerate(unit)
        ]
    )
    alpha = float(task.alpha())
    random = np.random.default_rng(seed)
    draws = random.integers(0, len(units), size=(repeats, len(units)))
    resampled = binary_alpha(yes[draws], coders[draws])
    resampled = resampled[np.isfinite(resampled)]
    tail = (1 - level) / 2
    low, high = np.quantile(resampled, [tail, 1 - tail])
    return Agreement(code, alpha, float(low), float(high), len(units), positive)


def binary_alpha(yes: NDArray[np.float64], coders: NDArray[np.float64]) -> NDArray[np.float64]:
    """Alpha of yes/no codes along the last axis, NaN where nothing varies.

    yes, coders (..., units): how many said yes, how many coded the unit. Nominal alpha is
    1 - (n - 1) D / (n_yes n_no) with D = sum yes (coders - yes) / (coders - 1); used for the many
    resamples, where building NLTK's table each time would take minutes (a test holds both equal).
    """
    disagreement = (yes * (coders - yes) / (coders - 1)).sum(axis=-1)
    total = coders.sum(axis=-1)
    ones = yes.sum(axis=-1)
    with np.errstate(divide="ignore", invalid="ignore"):
        result: NDArray[np.float64] = 1 - (total - 1) * disagreement / (ones * (total - ones))
    return np.where((ones == 0) | (ones == total), np.nan, result)


def overlap(
    first: Sequence[frozenset[str]], second: Sequence[frozenset[str]], codes: Sequence[str]
) -> dict[str, tuple[int, int, int, int]]:
    """For each code: both yes, only the first, only the second, neither. DrawError: other lengths."""
    if len(first) != len(second):
        raise DrawError("Both coders must have read the same comments.")
    table = {}
    for code in codes:
        pairs = [(code in a, code in b) for a, b in zip(first, second, strict=True)]
        table[code] = (
            pairs.count((True, True)),
            pairs.count((True, False)),
            pairs.count((False, True)),
            pairs.count((False, False)),
        )
    return table
