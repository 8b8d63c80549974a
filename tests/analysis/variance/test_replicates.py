"""Replicates agree with linearization where theory says so, and are weighted again."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest

from analysis.design import DesignSpec
from analysis.errors import DataError, LonelyPSU
from analysis.estimates import mean, total
from analysis.margins import margin_of
from analysis.variance.replicates import bootstrap, given_multipliers, jackknife, replicate
from analysis.weighting.steps import Rake, Sample, weigh

Columns = dict[str, npt.NDArray[np.generic]]
SPEC = DesignSpec("w", "h", psu=("c",))


def columns(seed: int = 5, units: int = 8) -> Columns:
    dice = np.random.default_rng(seed)
    n = 4 * units * 6
    unit = np.arange(n) // 6
    effect = dice.normal(size=4 * units)[unit]
    return {
        "w": dice.uniform(1, 3, n),
        "h": unit // units,
        "c": unit,
        "age": dice.choice(["young", "old"], n),
        "y": (effect + dice.normal(size=n) > 0).astype(float),
    }


RAKE = Rake((margin_of({"young": 300.0, "old": 500.0}, "age"),))


def numbers(sample: Sample) -> npt.NDArray[np.float64]:
    return sample.table.numbers("y")


def test_the_jackknife_of_a_total_is_the_linearized_error() -> None:
    """A total is linear, so that deleting units gives exactly the textbook variance."""
    sample = weigh(columns(), SPEC, [])
    made = replicate(sample, [], jackknife(sample.design))
    value, replicated = made.totals(numbers(sample))
    wanted = total(sample, numbers(sample))
    assert value == pytest.approx(wanted.estimate)
    assert made.error(value, replicated) == pytest.approx(wanted.se, rel=1e-12)


def test_after_raking_replicates_are_raked_again() -> None:
    sample = weigh(columns(), SPEC, [RAKE])
    made = replicate(sample, [RAKE], jackknife(sample.design))
    young = (sample.table.raw("age") == "young").astype(float)
    assert young @ made.weights == pytest.approx(np.full(32, 300.0), rel=1e-8)
    value, replicated = made.means(numbers(sample))
    assert made.error(value, replicated) == pytest.approx(mean(sample, numbers(sample)).se, rel=0.03)
    assert made.error(*made.totals(young)) == pytest.approx(0, abs=1e-6)


def test_the_bootstrap_is_near_and_repeats_with_its_seed() -> None:
    sample = weigh(columns(units=20), SPEC, [RAKE])
    runs = [bootstrap(sample, [RAKE], 400, np.random.default_rng(3)) for _ in range(2)]
    value, replicated = runs[0].means(numbers(sample))
    assert np.array_equal(runs[0].weights, runs[1].weights)
    wanted = mean(sample, numbers(sample)).se
    assert runs[0].error(value, replicated) == pytest.approx(wanted, rel=4 / np.sqrt(2 * 400))


def test_what_is_refused() -> None:
    alone = columns()
    alone["c"] = np.where(np.asarray(alone["h"]) == 0, 0, np.asarray(alone["c"]))
    with pytest.raises(LonelyPSU):
        jackknife(weigh(alone, SPEC, []).design)
    with pytest.raises(DataError, match="rscales"):
        given_multipliers(np.ones((5, 2)), 1.0, [1.0])
    with pytest.raises(DataError, match=r"replicate 2, data row 1"):
        given_multipliers(np.array([[1.0, -1.0], [1.0, 1.0]]), 1.0)


@pytest.mark.parametrize("policy", ["remove", "adjust", "average"])
def test_a_stratum_with_one_unit(policy: str) -> None:
    """Three strata of two units and one of a single unit, by hand."""
    data: Columns = {"w": np.ones(7), "h": np.array([0, 0, 1, 1, 2, 2, 3]), "c": np.arange(7)}
    y = np.array([1.0, 3, 2, 2, 5, 1, 4])
    sample = weigh(data, DesignSpec("w", "h", psu=("c",), lonely_psu=policy), [])  # type: ignore[arg-type]
    known = 2 * (1 + 1) + 0 + 2 * (4 + 4)
    wanted = {"remove": known, "adjust": known + 4**2, "average": known * 4 / 3}[policy]
    assert total(sample, y).se == pytest.approx(np.sqrt(wanted))


def test_a_stratum_with_one_unit_is_refused_by_default() -> None:
    data: Columns = {"w": np.ones(3), "h": np.array([0, 0, 1]), "c": np.arange(3)}
    with pytest.raises(LonelyPSU, match="single sampled unit"):
        total(weigh(data, SPEC, []), np.array([1.0, 2, 3]))
