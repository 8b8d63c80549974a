"""Estimates from an open link: models that are named, equations that hold, refusals by name."""

from __future__ import annotations

from dataclasses import fields

import numpy as np
import numpy.typing as npt
import pytest

from analysis.design import DesignSpec
from analysis.errors import DataError, NotEstimable
from analysis.nonprobability import OpenEstimate, open_estimate, participation
from analysis.table import Table
from analysis.weighting.steps import Sample, weigh

ITEM = "y"


def drawn(n: int = 600) -> Sample:
    dice = np.random.default_rng(4)
    age = dice.choice(["old", "young"], n)
    y = (dice.random(n) < np.where(age == "old", 0.2, 0.6)).astype(float)
    return weigh({"w": np.full(n, 100.0), "age": age, "y": y}, DesignSpec("w"))


def open_link(n: int = 900, bias: float = 0.0) -> Table:
    """Nine in ten are young; `bias` is what sets the people of the link apart beyond their age."""
    dice = np.random.default_rng(5)
    age = dice.choice(["old", "young"], n, p=[0.1, 0.9])
    y = (dice.random(n) < np.where(age == "old", 0.2, 0.6) + bias).astype(float)
    return Table({"age": age, "y": y})


def estimate(table: Table) -> OpenEstimate:
    sample = drawn()
    model = participation(table, sample, ["age"])
    return open_estimate(ITEM, table.numbers(ITEM), sample.table.numbers(ITEM), sample, model)


def test_the_participation_model_reproduces_the_open_answers() -> None:
    sample, table = drawn(), open_link()
    model = participation(table, sample, ["age"])
    chance = 1 / (1 + np.exp(-(model.drawn_matrix @ model.coefficients)))
    expected = model.drawn_matrix.T @ (sample.weights * chance)
    assert expected == pytest.approx(model.open_matrix.sum(axis=0))


def test_models_mend_what_was_asked_of_both() -> None:
    got = estimate(open_link())
    truth = got.probability_sample
    assert truth is not None
    assert abs(got.naive - truth) > 0.1
    for modelled in (got.ipw, got.mass_imputation, got.doubly_robust):
        assert modelled == pytest.approx(truth, abs=0.06)


def test_what_was_not_asked_stays_wrong_and_the_gap_says_so() -> None:
    got = estimate(open_link(bias=0.15))
    assert got.gap == pytest.approx(0.15, abs=0.06)


def test_no_margin_of_error_for_people_nobody_drew() -> None:
    names = {field.name for field in fields(OpenEstimate)}
    assert not names & {"se", "interval", "low", "high", "p_value"}


def test_what_is_refused() -> None:
    sample = drawn()
    only_young = Table({"age": np.full(50, "young"), "y": np.zeros(50)})
    with pytest.raises(NotEstimable, match=r"'age' = 'old'.*merge small levels"):
        participation(only_young, sample, ["age"])
    holes: npt.NDArray[np.str_] = np.array(["young", ""] * 20)
    with pytest.raises(DataError, match=r"data row 2, column 'age'"):
        participation(Table({"age": holes, "y": np.zeros(40)}), sample, ["age"])
    table = open_link()
    model = participation(table, sample, ["age"])
    with pytest.raises(NotEstimable, match="nobody on the open link answered 'y'"):
        open_estimate(ITEM, np.full(table.n, np.nan), None, sample, model)
