"""Scales: reliability by hand, an index with a minimum of items."""

from __future__ import annotations

import numpy as np
import pytest

from analysis.design import DesignSpec
from analysis.errors import NotEstimable
from analysis.scales import Item, cronbach_alpha, index
from analysis.weighting.steps import Sample, weigh

NAN = np.nan


def people(*weights: float) -> Sample:
    return weigh({"w": np.array(weights)}, DesignSpec("w"))


def test_items_that_say_the_same_are_fully_reliable() -> None:
    item = np.array([1.0, 2, 3, 4])
    assert cronbach_alpha(people(1, 1, 1, 1), [item, item, item]).alpha == pytest.approx(1)


def test_weights_count_as_so_many_people() -> None:
    one, two = np.array([1.0, 2, 4, 5]), np.array([2.0, 1, 5, 3])
    weighted = cronbach_alpha(people(3, 1, 2, 1), [one, two])
    spread = [np.repeat(item, [3, 1, 2, 1]) for item in (one, two)]
    assert weighted.alpha == pytest.approx(cronbach_alpha(people(*[1.0] * 7), spread).alpha)


def test_only_those_who_answered_every_item_count() -> None:
    one, two = np.array([1.0, 2, NAN, 4, 5]), np.array([1.0, 3, 5, NAN, 4])
    assert cronbach_alpha(people(1, 1, 1, 1, 1), [one, two]).n == 3


def test_an_index_is_the_mean_of_what_was_answered() -> None:
    """Codes 1 to 5; the second item is reversed."""
    items = [
        Item(np.array([5.0, 5, 1, NAN]), low=1, high=5),
        Item(np.array([1.0, NAN, 5, NAN]), low=5, high=1),
        Item(np.array([3.0, NAN, 3, 2]), low=1, high=5),
    ]
    assert index(items, least=1) == pytest.approx([250 / 3, 100, 50 / 3, 25])
    assert index(items, least=2) == pytest.approx([250 / 3, NAN, 50 / 3, NAN], nan_ok=True)


def test_what_is_refused() -> None:
    item = Item(np.array([1.0, 2]), 1, 2)
    for least in (0, 2):
        with pytest.raises(NotEstimable, match="cannot ask for at least"):
            index([item], least)
    with pytest.raises(NotEstimable, match="outside"):
        index([Item(np.array([1.0, 7]), 1, 5)], 1)
    with pytest.raises(NotEstimable, match="two items"):
        cronbach_alpha(people(1, 1), [np.array([1.0, 2])])
    with pytest.raises(NotEstimable, match="do not vary"):
        cronbach_alpha(people(1, 1), [np.ones(2), np.ones(2)])
