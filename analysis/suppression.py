"""What may be shown.

Three rules, apart from each other: the reliability standard of the National Center for Health
Statistics for proportions (Series 2 no. 175, in its order), the City's own floor of effective
respondents on top, and a privacy floor that has nothing to do with reliability. A cell hidden for
privacy drags a second one with it, or the total minus the others would tell it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from analysis.estimates import Share

PRIVACY_FLOOR = 10
CITY_FLOOR = 50.0
_SMALLEST = 30
_REVIEW_DF = 8


@dataclass(frozen=True)
class Decision:
    """show: whether the figure may be shown; reason: of the first rule that decided; flags: to be
    noted or looked at by a person before publishing."""

    show: bool
    reason: str
    flags: tuple[str, ...] = ()


def nchs_decision(share: Share) -> Decision:
    """The NCHS presentation standard for one proportion.

    In order: n or effective n below 30 withhold; interval as wide as 30 points withhold; 5 points
    or narrower show; wider than 130% of the estimate withhold; else show.
    """
    if share.n == 0 or share.estimate is None or share.basis is None:
        return Decision(False, "no_cases")
    p, interval, n_eff = share.estimate, share.interval, share.n_eff_capped
    if share.df <= 0 or interval is None or n_eff is None:
        return Decision(False, "df_or_se_undefined")
    width = interval[1] - interval[0]
    if share.n < _SMALLEST:
        return Decision(False, "n<30")
    if n_eff < _SMALLEST:
        return Decision(False, "neff<30")
    if width >= 0.30:
        return Decision(False, "abs_width>=0.30")
    if width > 0.05 and (p <= 0 or width / p > 1.3):
        return Decision(False, "rel_width>130%")
    flags = []
    if width > 0.05 and (p >= 1 or width / (1 - p) > 1.3):
        flags.append("complement_rel_width>130%")
    if share.df < _REVIEW_DF:
        flags.append("review_df<8")
    if p <= 0 or p >= 1:
        flags.append("review_0_or_100")
    reason = "abs_width<=0.05" if width <= 0.05 else "rel_width<=130%"
    return Decision(True, reason, tuple(flags))


def near_threshold(share: Share, within: float = 0.03) -> bool:
    """Whether a small revision of the data could turn the NCHS decision around."""
    if share.n < _SMALLEST or not share.estimate or share.interval is None:
        return False
    n_eff = share.n_eff_capped or 0.0
    width = share.interval[1] - share.interval[0]
    ratios = [n_eff / _SMALLEST]
    if n_eff >= _SMALLEST:
        ratios += [width / 0.30, width / share.estimate / 1.3, width / 0.05]
    return any(abs(ratio - 1) < within for ratio in ratios)


def city_decision(share: Share, floor: float = CITY_FLOOR) -> Decision:
    """Privacy floor, then the City's floor of effective respondents, then the NCHS standard."""
    if share.n == 0:
        return Decision(False, "no_cases")
    if share.n < PRIVACY_FLOOR:
        return Decision(False, "privacy_n<10")
    nchs = nchs_decision(share)
    if nchs.show and share.n_eff_capped is not None and share.n_eff_capped < floor:
        return Decision(False, f"neff<{floor:g}")
    return nchs


def city_decisions(shares: Sequence[Share], floor: float = CITY_FLOOR) -> list[Decision]:
    """Decisions for groups that add up to a shown whole, with complementary suppression."""
    first = [city_decision(share, floor) for share in shares]
    return complementary([share.n for share in shares], first)


def complementary(counts: Sequence[int], decisions: Sequence[Decision]) -> list[Decision]:
    """Hide more groups until what is hidden cannot be had by subtracting.

    counts: respondents of each group of a partition whose total is public. When some group is
    hidden for privacy, at least two non-empty groups and at least `PRIVACY_FLOOR` people must be
    hidden together; the smallest shown groups go next.
    """
    result = list(decisions)
    if not any(d.reason == "privacy_n<10" for d in result):
        return result

    def hidden() -> list[int]:
        return [n for n, d in zip(counts, result, strict=True) if not d.show and n > 0]

    while len(hidden()) < 2 or sum(hidden()) < PRIVACY_FLOOR:
        shown = [at for at, d in enumerate(result) if d.show and counts[at] > 0]
        if not shown:
            break
        smallest = min(shown, key=lambda at: counts[at])
        result[smallest] = replace(result[smallest], show=False, reason="protects_a_smaller_group")
    return result
