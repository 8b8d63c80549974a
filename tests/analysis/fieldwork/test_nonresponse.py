"""The nonresponse report on samples whose answer is known."""

from __future__ import annotations

import numpy as np
import pytest

from analysis.design import DesignSpec
from analysis.errors import DataError, NotEstimable
from analysis.fieldwork.nonresponse import (
    item_nonresponse,
    largest_moves,
    margins_before_and_after,
    representativity,
)
from analysis.margins import margin_of
from analysis.table import Table
from analysis.weighting.steps import Rake, weigh


def cases(rates: dict[str, float], each: int = 200) -> tuple[Table, np.ndarray]:
    """As many cases of each kind, of whom exactly these shares answered."""
    kinds = np.repeat(list(rates), each)
    answered = np.concatenate([np.arange(each) < round(each * rate) for rate in rates.values()])
    return Table({"kind": kinds}), answered


def test_equal_rates_are_fully_representative() -> None:
    table, answered = cases({"a": 0.4, "b": 0.4, "c": 0.4})
    found = representativity(table, answered, ["kind"], np.ones(table.n))
    assert found.r == pytest.approx(1, abs=1e-9)
    assert found.rate == pytest.approx(0.4)


def test_the_spread_of_propensities_is_that_of_the_rates() -> None:
    table, answered = cases({"a": 0.2, "b": 0.6})
    found = representativity(table, answered, ["kind"], np.ones(table.n))
    n = table.n
    assert found.spread == pytest.approx(0.2 * np.sqrt(n / (n - 1)))
    assert found.r == pytest.approx(1 - 0.4 * np.sqrt(n / (n - 1)))
    assert (found.lowest, found.highest) == (pytest.approx(0.2), pytest.approx(0.6))
    assert found.most_bias == pytest.approx(found.spread / 0.4)


def test_weights_count() -> None:
    table, answered = cases({"a": 0.2, "b": 0.6})
    weights = np.where(table.raw("kind") == "a", 3.0, 1.0)
    found = representativity(table, answered, ["kind"], weights)
    assert found.rate == pytest.approx(0.3)


def test_what_cannot_be_compared_is_refused() -> None:
    table, answered = cases({"a": 0.5, "b": 0.5})
    with pytest.raises(NotEstimable, match="everybody answered"):
        representativity(table, np.ones(table.n, bool), ["kind"], np.ones(table.n))
    with pytest.raises(DataError, match="one value a case"):
        representativity(table, answered[1:], ["kind"], np.ones(table.n))
    with pytest.raises(DataError, match="must be known of every case"):
        representativity(
            Table({"kind": np.array(["", "b"])}), np.array([True, False]), ["kind"], np.ones(2)
        )


def test_margins_before_and_after_and_who_was_moved_most() -> None:
    columns = {
        "w": np.ones(10),
        "age": np.array(["young"] * 2 + ["old"] * 8),
        "sex": np.array(["f", "m"] * 5),
    }
    margins = (margin_of({"young": 50.0, "old": 50.0}, "age"), margin_of({"f": 52.0, "m": 48.0}, "sex"))
    sample = weigh(columns, DesignSpec("w"), [Rake(margins)])
    levels = {(one.variable, one.level): one for one in margins_before_and_after(sample)}
    young = levels["age", "young"]
    assert (young.n, young.base, young.target) == (2, pytest.approx(0.2), pytest.approx(0.5))
    assert young.final == pytest.approx(0.5)
    assert young.move == pytest.approx(2.5)
    moved = largest_moves(tuple(levels.values()), most=2)
    assert [one.level for one in moved] == ["young", "old"]


def test_item_nonresponse_by_code() -> None:
    found = item_nonresponse({"trust": np.array([0, 0, -1, -2, -3, -4, -1], np.int8)})
    assert found["trust"] == {
        "answered": 2,
        "skipped": 2,
        "dont_know": 1,
        "rather_not_say": 1,
        "does_not_apply": 1,
    }
    with pytest.raises(DataError, match="'trust': -7 is no missing code"):
        item_nonresponse({"trust": np.array([-7], np.int8)})
