"""Counts and shares of those who answered, where nobody was drawn or nearly all were asked.

No sampling error is invented: people who answer after an engagement are a group of their own. Where a
list of N people was asked and n answered, the finite-population interval says how far the share of the
list can be from the share of the n, if who answered had been left to chance; the bounds say how far
whatever the reason.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from math import comb

#: fewer answers than this show no share; the privacy floor of `suppression.py`
SMALLEST_BASE = 10
#: fewer people than this on either side of a share are told as "at most", never exactly
SMALLEST_CELL = 5


@dataclass(frozen=True)
class CountedShare:
    """`counted` of the `n` who answered. `told`: how it may be said: "exact", "few" (under
    SMALLEST_CELL counted), "nearly_all" (under SMALLEST_CELL not counted) or "withheld"."""

    counted: int
    n: int
    told: str

    @property
    def share(self) -> float:
        return self.counted / self.n


def count_share(codes: Iterable[int], counted: Collection[int], base: Collection[int]) -> CountedShare:
    """The share of answers in `counted` among those in `base`; other codes are outside."""
    inside = [code for code in codes if code in base]
    n, x = len(inside), sum(code in counted for code in inside)
    if n < SMALLEST_BASE:
        told = "withheld"
    elif x < SMALLEST_CELL:
        told = "few"
    elif n - x < SMALLEST_CELL:
        told = "nearly_all"
    else:
        told = "exact"
    return CountedShare(x, n, told)


def finite_interval(counted: int, n: int, population: int, level: float = 0.95) -> tuple[float, float]:
    """Exact interval for the share of a finite population of which n answered, by turning around both
    tails of the hypergeometric distribution (Clopper and Pearson's way; Wright 1991, "Exact Confidence
    Bounds when Sampling from Small Finite Universes"). When all answered, it is the share itself.

    Raises ValueError unless 0 <= counted <= n <= population and n > 0.
    """
    if not (0 < n <= population and 0 <= counted <= n):
        raise ValueError(f"{counted} of {n} of {population} cannot be.")
    tail = (1 - level) / 2
    possible = range(counted, population - (n - counted) + 1)
    low = next(k for k in possible if _chance(range(counted, n + 1), n, population, k) > tail)
    high = next(k for k in reversed(possible) if _chance(range(counted + 1), n, population, k) > tail)
    return low / population, high / population


def _chance(counts: range, n: int, population: int, holding: int) -> float:
    """Of drawing one of these counts: n of `population`, `holding` of it counted, nobody twice."""
    ways = sum(comb(holding, x) * comb(population - holding, n - x) for x in counts)
    return ways / comb(population, n)


def finite_bounds(counted: int, n: int, population: int) -> tuple[float, float]:
    """The share of the whole population if nobody, or everybody, who did not answer were counted."""
    return counted / population, (counted + population - n) / population
