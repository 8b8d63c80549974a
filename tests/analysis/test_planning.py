"""The planner agrees with the closed forms, with simulation, and with what the project measured."""

from __future__ import annotations

import math

import numpy as np
import pytest

from analysis.errors import DataError
from analysis.planning import Design, addresses_needed, precision


def test_a_simple_sample_has_the_margin_of_the_textbook() -> None:
    got = precision(1500, Design(cv=0))
    assert got.effective == 1500
    assert got.margin == pytest.approx(1.96 * math.sqrt(0.25 / 1500), rel=2e-3)
    assert got.detectable == pytest.approx(2.802 * math.sqrt(0.5 / 1500), rel=2e-3)


def test_fifteen_hundred_answers_of_a_city_sample_miss_changes_under_seven_points() -> None:
    assert round(100 * precision(1500, Design(cv=0.85)).detectable) == 7


def test_design_effects_multiply() -> None:
    assert Design(cv=0.5, per_psu=11, icc=0.05).effect == pytest.approx(1.25 * 1.5)


def test_clusters_and_weights_cost_no_more_than_planned() -> None:
    """2,000 seeded samples of 60 PSUs of 10 answers, weights by chance: the product of the two effects
    is a little too careful, because weights that vary within PSUs cost less there."""
    chance = np.random.default_rng(7)
    psus, m, icc, cv = 60, 10, 0.06, 0.6
    spread = math.sqrt(icc * 0.25)
    found = []
    for _sample in range(2000):
        level = np.clip(0.5 + chance.choice([-spread, spread], psus), 0, 1)
        answers = chance.random((psus, m)) < level[:, None]
        weights = chance.gamma(1 / cv**2, cv**2, (psus, m))
        found.append((weights * answers).sum() / weights.sum())
    planned = precision(psus * m, Design(cv, m, icc))
    ratio = math.sqrt(0.25 / planned.effective) / float(np.std(found))
    assert 0.99 < ratio < 1.1


def test_addresses_are_rounded_up() -> None:
    assert addresses_needed(1500, 18) == 8334


@pytest.mark.parametrize("wrong", [{"cv": -1}, {"cv": 0, "per_psu": 0.5}, {"cv": 0, "icc": 2}])
def test_impossible_designs_are_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(DataError):
        Design(**wrong)
