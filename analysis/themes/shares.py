"""Shares of comments by codes that people gave, with an interval and the number of sessions.

Always "of comments", never "of residents": who came and which sessions were held is not covered by
any interval here. Comments of one session resemble each other, so sessions are the clusters of the
standard error wherever there are two or more.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from analysis.themes.codebook import UNCLEAR
from analysis.themes.errors import DrawError

MIN_COMMENTS = 10
"""Below this many comments no share is shown (privacy floor, `statistics.md`)."""


@dataclass(frozen=True)
class CodedComment:
    """What a share needs of one comment: its session, the final human codes, a weight."""

    session: str
    codes: frozenset[str]
    weight: float = 1.0


@dataclass(frozen=True)
class ThemeShare:
    """The share of comments with a theme.

    share, low, high in [0, 1] (None when withheld); `se` standard error of the share; n comments that
    could be decided, `effective` Kish's effective n; `mentions` comments with the theme; `sessions`
    in how many of `sessions_total` it was raised; `withheld` why nothing is shown.
    """

    code: str
    n: int
    effective: float
    mentions: int
    share: float | None
    se: float | None
    low: float | None
    high: float | None
    sessions: int
    sessions_total: int
    withheld: str | None = None


def human_shares(
    comments: Sequence[CodedComment], codes: Collection[str], level: float = 0.95
) -> tuple[ThemeShare, ...]:
    """Share of comments for each code, in the order of `codes`.

    A comment coded `unclear` is outside the share, in numerator and denominator; one coded `none`
    counts below the line. Weighted ratio mean; variance by Taylor linearization with sessions as
    clusters (Särndal, Swensson & Wretman 1992, 5.7), interval on the logit scale with t on sessions - 1
    degrees of freedom; Wilson's interval where the share is 0 or 1 or only one session was held.
    DrawError where a weight is not a positive number.
    """
    for comment in comments:
        if not (np.isfinite(comment.weight) and comment.weight > 0):
            raise DrawError(f"A comment has the weight {comment.weight}: weights are positive.")
    decided = [comment for comment in comments if UNCLEAR not in comment.codes and comment.codes]
    weights = np.array([comment.weight for comment in decided], dtype=float)
    names = sorted({comment.session for comment in decided})
    place = {name: number for number, name in enumerate(names)}
    cluster = np.array([place[comment.session] for comment in decided], dtype=int)
    return tuple(
        _share(
            code,
            np.array([code in comment.codes for comment in decided], dtype=float),
            weights,
            cluster,
            len(names),
            level,
        )
        for code in codes
    )


def _share(
    code: str,
    hit: NDArray[np.float64],
    weights: NDArray[np.float64],
    cluster: NDArray[np.int_],
    sessions_total: int,
    level: float,
) -> ThemeShare:
    n = len(hit)
    mentions = int(hit.sum())
    sessions = len(np.unique(cluster[hit > 0])) if n else 0
    effective = float(weights.sum() ** 2 / (weights**2).sum()) if n else 0.0
    if n < MIN_COMMENTS:
        why = f"fewer than {MIN_COMMENTS} comments could be decided"
        return ThemeShare(
            code, n, effective, mentions, None, None, None, None, sessions, sessions_total, why
        )
    share = float((weights * hit).sum() / weights.sum())
    se = _standard_error(hit, weights, cluster, sessions_total, share)
    low, high = _interval(share, se, effective, sessions_total, level)
    return ThemeShare(code, n, effective, mentions, share, se, low, high, sessions, sessions_total)


def _standard_error(
    hit: NDArray[np.float64],
    weights: NDArray[np.float64],
    cluster: NDArray[np.int_],
    sessions_total: int,
    share: float,
) -> float:
    residual = weights * (hit - share) / weights.sum()
    if sessions_total < 2:
        n = len(hit)
        return float(np.sqrt(n / (n - 1) * (residual**2).sum()))
    totals = np.bincount(cluster, weights=residual, minlength=sessions_total)
    return float(np.sqrt(sessions_total / (sessions_total - 1) * (totals**2).sum()))


def _interval(
    share: float, se: float, effective: float, sessions_total: int, level: float
) -> tuple[float, float]:
    tail = (1 + level) / 2
    if sessions_total < 2 or se == 0.0 or not 0.0 < share < 1.0:
        z = float(stats.norm.ppf(tail))
        middle = (share + z * z / (2 * effective)) / (1 + z * z / effective)
        spread = (
            z
            / (1 + z * z / effective)
            * np.sqrt(share * (1 - share) / effective + z * z / (4 * effective**2))
        )
        return max(0.0, float(middle - spread)), min(1.0, float(middle + spread))
    t = float(stats.t.ppf(tail, sessions_total - 1))
    logit = np.log(share / (1 - share))
    reach = t * se / (share * (1 - share))
    return float(1 / (1 + np.exp(-(logit - reach)))), float(1 / (1 + np.exp(-(logit + reach))))
