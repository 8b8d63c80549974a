"""The share of comments with a theme: machine tags on all, corrected by blind codes on a random draw.

The share is split by the machine's tag. With W1, W0 the parts of the collection that the machine
tagged and did not tag, and p1, p0 how often the theme is really there in each (from the drawn codes):

    share = W1 p1 + W0 p0

For a yes/no tag this is the prediction-powered mean with the power-tuned weight lambda = cov(y, f) /
var(f) (Angelopoulos, Duchi & Zrnic 2023, arXiv:2311.01453), which is the regression estimator of survey
sampling (Särndal, Swensson & Wretman 1992, 6.4): a useless tagger makes p1 = p0 and costs nothing, a
wrong one is corrected. Where the machine's tag never met a drawn comment, lambda is 0: codes alone.

Small samples: p1 and p0 get Jeffreys intervals on their effective numbers of codes, which never shrink
to a point, and are put together by the square-and-add rule (Newcombe 1998; Zou & Donner 2008). The
interval covers the error of coding and drawing, not who came or which sessions were held.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import special

from analysis.themes.agreement import Standing, standing
from analysis.themes.errors import DrawError

MIN_GROUP = 30
"""From this many codes on a group (a language) has the tagger's error measured for itself."""
MIN_CODES = 30
"""Below this many codes no corrected share is shown."""

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Part:
    """One part of the collection: its size W, the codes drawn in it and how many had the theme.

    `effective` is Kish's number of codes under unequal inclusion probabilities, larger than `codes`
    where a good part of a finite collection was drawn.
    """

    group: str
    tagged: bool | None
    size: float
    codes: int
    effective: float
    rate: float
    low: float
    high: float


@dataclass(frozen=True)
class CorrectedShare:
    """The corrected share of comments with a theme; all in [0, 1].

    `machine` is the uncorrected share of tags, `codes_only_low/high` the interval that the same codes
    give without the machine; `standing` says whether the agreement of coders allows showing it:
    share, low and high are to be shown only when `standing.shown`.
    """

    share: float
    se: float
    low: float
    high: float
    level: float
    comments: int
    codes: int
    machine: float
    codes_only_low: float
    codes_only_high: float
    parts: tuple[Part, ...]
    standing: Standing


def corrected_share(
    tags: Sequence[bool] | NDArray[np.bool_],
    drawn: Sequence[int] | NDArray[np.int_],
    codes: Sequence[bool] | NDArray[np.bool_],
    probabilities: Sequence[float] | Floats,
    *,
    alpha: float | None,
    groups: Sequence[str] | None = None,
    weights: Sequence[float] | Floats | None = None,
    level: float = 0.95,
) -> CorrectedShare:
    """Corrected share of one theme in one collection.

    tags (N): the machine's tag of every comment, made without the codes of this draw. drawn (n): places
    of the drawn comments in `tags`; codes (n): the human code of each; probabilities (n): inclusion
    probability of each. alpha: agreement of the coders on this theme, None when only one person coded.
    groups (N): language of each comment; a group with at least MIN_GROUP codes has its own error of the
    tagger. weights (N): design weight of each comment in the share. DrawError where lengths, places
    or probabilities cannot be.
    """
    f = np.asarray(tags, dtype=bool)
    place = np.asarray(drawn, dtype=np.int_)
    y = np.asarray(codes, dtype=float)
    pi = np.asarray(probabilities, dtype=float)
    a = np.ones(len(f)) if weights is None else np.asarray(weights, dtype=float)
    _check(f, place, y, pi, a)
    names = _groups(groups, place, len(f))
    parts = [
        part
        for name in dict.fromkeys(names)
        for part in _parts(name, names == name, f, place, y, pi, a, level)
    ]
    share, low, high = _together(parts)
    se = float(np.sqrt(sum(_variance(part) for part in parts)))
    alone = _part("", None, np.ones(len(f), dtype=bool), place, y, pi, a, level)
    return CorrectedShare(
        share=share,
        se=se,
        low=low,
        high=high,
        level=level,
        comments=len(f),
        codes=len(place),
        machine=float((a * f).sum() / a.sum()),
        codes_only_low=alone.low,
        codes_only_high=alone.high,
        parts=tuple(parts),
        standing=standing(alpha, len(place), MIN_CODES),
    )


def _check(f: NDArray[np.bool_], place: NDArray[np.int_], y: Floats, pi: Floats, a: Floats) -> None:
    if not len(place) == len(y) == len(pi):
        raise DrawError("drawn, codes and probabilities must be equally long.")
    if len(place) == 0:
        raise DrawError("No comment of the draw has been coded yet.")
    if len(a) != len(f) or not (np.isfinite(a).all() and (a > 0).all()):
        raise DrawError("Every comment needs one positive weight.")
    if place.min() < 0 or place.max() >= len(f) or len(np.unique(place)) < len(place):
        raise DrawError("A drawn comment is not in the collection, or was drawn twice.")
    if not ((pi > 0) & (pi <= 1)).all():
        raise DrawError("Inclusion probabilities lie above 0 and not above 1.")


def _groups(groups: Sequence[str] | None, place: NDArray[np.int_], n: int) -> NDArray[np.str_]:
    if groups is None:
        return np.full(n, "all", dtype="<U64")
    names = np.asarray(groups, dtype="<U64")
    if len(names) != n:
        raise DrawError("Every comment needs one group.")
    found, counts = np.unique(names[place], return_counts=True)
    large = set(found[counts >= MIN_GROUP].tolist())
    pooled: NDArray[np.str_] = np.where(np.isin(names, list(large)), names, "others")
    rest = pooled == "others"
    if rest.any() and not (pooled[place] == "others").any():
        # Nothing was coded in the rest: it shares the error of all others, which is an assumption.
        return np.full(n, "all", dtype="<U64")
    return pooled


def _parts(
    name: str,
    member: NDArray[np.bool_],
    f: NDArray[np.bool_],
    place: NDArray[np.int_],
    y: Floats,
    pi: Floats,
    a: Floats,
    level: float,
) -> list[Part]:
    sides = [(True, member & f), (False, member & ~f)]
    sides = [(tag, side) for tag, side in sides if side.any()]
    if all(side[place].any() for _, side in sides):
        return [_part(name, tag, side, place, y, pi, a, level) for tag, side in sides]
    return [_part(name, None, member, place, y, pi, a, level)]


def _part(
    name: str,
    tagged: bool | None,
    member: NDArray[np.bool_],
    place: NDArray[np.int_],
    y: Floats,
    pi: Floats,
    a: Floats,
    level: float,
) -> Part:
    here = member[place]
    w = a[place[here]] / pi[here]
    codes = int(here.sum())
    rate = float((w * y[here]).sum() / w.sum())
    effective = float(w.sum() ** 2 / (w**2).sum())
    left = 1.0 - codes / int(member.sum())
    effective = np.inf if left <= 0 else effective / left
    low, high = jeffreys(rate, effective, level)
    size = float(a[member].sum() / a.sum())
    return Part(name, tagged, size, codes, effective, rate, low, high)


def jeffreys(rate: float, n: float, level: float) -> tuple[float, float]:
    """Jeffreys' interval for a rate from `n` (effective) codes; the point itself when n is infinite.

    Brown, Cai & DasGupta 2001, Statistical Science 16(2): the limit is 0 or 1 where the rate is.
    """
    if np.isinf(n):
        return rate, rate
    tail = (1 - level) / 2
    yes, no = n * rate + 0.5, n * (1 - rate) + 0.5
    low = 0.0 if rate <= 0 else float(special.betaincinv(yes, no, tail))
    high = 1.0 if rate >= 1 else float(special.betaincinv(yes, no, 1 - tail))
    return low, high


def _variance(part: Part) -> float:
    if np.isinf(part.effective):
        return 0.0
    return part.size**2 * part.rate * (1 - part.rate) / max(part.effective - 1, 1.0)


def _together(parts: Sequence[Part]) -> tuple[float, float, float]:
    share = sum(part.size * part.rate for part in parts)
    below = sum((part.size * (part.rate - part.low)) ** 2 for part in parts)
    above = sum((part.size * (part.high - part.rate)) ** 2 for part in parts)
    return share, max(0.0, share - float(np.sqrt(below))), min(1.0, share + float(np.sqrt(above)))
