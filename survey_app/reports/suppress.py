"""From estimates to figures that may be stored: what is withheld keeps its reason and no number.

The rules are those of `analysis.suppression`. Reasons are told coarsely: a figure hidden because few
people answered and one hidden to protect it look the same, or the difference would tell which is which.
"""

from __future__ import annotations

from collections.abc import Mapping

from analysis.estimates import Share
from analysis.suppression import Decision, city_decision, complementary

from .snapshot import PRIVACY, UNCERTAIN, Count, Figure, Withheld

#: fewer people than this in a class are never counted out loud
SMALLEST_COUNT = 10
_FOR_PRIVACY = {"no_cases", "privacy_n<10", "protects_a_smaller_group"}
_OUTSIDE = Decision(False, "outside")


def city_figure(share: Share) -> Figure:
    """The figure of all, shown or withheld."""
    return _figure(share, city_decision(share))


def group_figures(shares: Mapping[str, Share], outside: int) -> dict[str, Figure]:
    """Figures of the levels of one group. `outside`: people of the whole in none of the levels, whose
    figure is shown nowhere: they too stand between a hidden level and a subtraction."""
    first = [city_decision(share) for share in shares.values()]
    counts = [share.n for share in shares.values()]
    decisions = complementary([*counts, outside], [*first, _OUTSIDE])
    return {
        level: _figure(share, decision)
        for (level, share), decision in zip(shares.items(), decisions, strict=False)
    }


def counts_by_class(counts: Mapping[str, int]) -> tuple[Count, ...]:
    """People by class, the small classes without their number; never one of them alone, because the
    total is shown."""
    hidden = {key for key, n in counts.items() if n < SMALLEST_COUNT}
    while hidden and (len(hidden) < 2 or sum(counts[key] for key in hidden) < SMALLEST_COUNT):
        rest = sorted((n, key) for key, n in counts.items() if key not in hidden)
        if not rest:
            break
        hidden.add(rest[0][1])
    ordered = sorted(counts, key=lambda key: (-counts[key] if key not in hidden else 0, key))
    return tuple(Count(key, None if key in hidden else counts[key]) for key in ordered)


def _figure(share: Share, decision: Decision) -> Figure:
    interval = share.interval
    if not decision.show or interval is None:
        reason: Withheld = PRIVACY if decision.reason in _FOR_PRIVACY else UNCERTAIN
        return Figure(reason)
    return Figure(
        withheld=None,
        n=share.n,
        estimate=share.estimate,
        se=share.se,
        low=interval[0],
        high=interval[1],
        n_eff=share.n_eff_capped,
        deff=share.deff,
        df=share.df,
        notes=decision.flags,
    )
