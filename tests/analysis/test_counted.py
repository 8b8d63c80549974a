"""Shares of those who answered: what is told of small numbers, and what N asked people allow to say."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import beta, hypergeom

from analysis.counted import count_share, finite_bounds, finite_interval


def test_only_answers_in_the_base_count() -> None:
    share = count_share([1, 2, 3, 4, -1, -2, 6] * 5, counted={1, 2}, base={1, 2, 3, 4})
    assert (share.counted, share.n, share.share, share.told) == (10, 20, 0.5, "exact")


@pytest.mark.parametrize(
    ("counted", "rest", "told"),
    [(4, 5, "withheld"), (4, 6, "few"), (5, 5, "exact"), (20, 4, "nearly_all"), (12, 0, "nearly_all")],
)
def test_small_numbers_are_not_told_exactly(counted: int, rest: int, told: str) -> None:
    assert count_share([1] * counted + [2] * rest, {1}, {1, 2}).told == told


def test_when_all_answered_the_share_is_known() -> None:
    assert finite_interval(31, 40, 40) == (31 / 40, 31 / 40)


def test_a_vast_population_gives_the_interval_of_clopper_and_pearson() -> None:
    low, high = finite_interval(30, 40, 4_000)
    assert low == pytest.approx(beta.ppf(0.025, 30, 11), abs=2e-3)
    assert high == pytest.approx(beta.ppf(0.975, 31, 10), abs=2e-3)


@settings(max_examples=30)
@given(st.integers(1, 15), st.data())
def test_it_covers_at_least_as_often_as_it_says(n: int, data: st.DataObject) -> None:
    """Over all samples of n from a population of N with K counted."""
    population = data.draw(st.integers(n, 25))
    holding = data.draw(st.integers(0, population))
    covered = 0.0
    for x in range(n + 1):
        chance = hypergeom.pmf(x, population, holding, n)
        if chance > 0:
            low, high = finite_interval(x, n, population)
            covered += chance * (low <= holding / population <= high)
            least, most = finite_bounds(x, n, population)
            assert least <= holding / population <= most
            assert least <= low <= high <= most
    assert covered >= 0.95 - 1e-9


def test_impossible_counts_are_refused() -> None:
    with pytest.raises(ValueError, match="cannot be"):
        finite_interval(5, 4, 10)
