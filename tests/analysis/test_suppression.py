"""What may be shown: every rule of the order, at its edge."""

from __future__ import annotations

import numpy as np
import pytest

from analysis.design import DesignSpec
from analysis.estimates import Share, share
from analysis.suppression import Decision, city_decision, city_decisions, complementary, nchs_decision
from analysis.weighting.steps import Sample, weigh


def people(n: int) -> Sample:
    return weigh({"row": np.arange(n)}, DesignSpec(), [])


def of(n: int, yes: int) -> Share:
    """A share of `yes` among n people of equal weight."""
    return share(people(n), (np.arange(n) < yes).astype(float))


@pytest.mark.parametrize(
    ("n", "yes", "show", "reason"),
    [
        (29, 15, False, "n<30"),
        (40, 20, False, "abs_width>=0.30"),
        (60, 30, True, "rel_width<=130%"),
        (2000, 10, True, "abs_width<=0.05"),
        (300, 9, True, "abs_width<=0.05"),
        (150, 6, False, "rel_width>130%"),
    ],
)
def test_the_nchs_rule_in_its_order(n: int, yes: int, show: bool, reason: str) -> None:
    decision = nchs_decision(of(n, yes))
    assert (decision.show, decision.reason) == (show, reason)


def test_nobody_and_everybody() -> None:
    sample = people(50)
    nobody = share(sample, np.ones(50), np.zeros(50, dtype=bool))
    assert nchs_decision(nobody).reason == "no_cases"
    assert "review_0_or_100" in nchs_decision(of(400, 400)).flags


def test_clusters_make_effective_people_few() -> None:
    """60 people in six units that agree within themselves are six opinions."""
    unit = np.repeat(np.arange(6), 10)
    sample = weigh({"unit": unit}, DesignSpec(psu=("unit",)), [])
    assert nchs_decision(share(sample, (unit < 3).astype(float))).reason == "neff<30"


def test_privacy_comes_first_and_the_citys_floor_last() -> None:
    assert city_decision(of(9, 4)).reason == "privacy_n<10"
    assert city_decision(of(10, 5)).reason == "n<30"
    shown = of(60, 30)
    assert city_decision(shown).show
    assert city_decision(shown, floor=61).reason == "neff<61"


def test_a_hidden_group_cannot_be_had_by_subtracting() -> None:
    decisions = city_decisions([of(9, 4), of(300, 150), of(200, 90)])
    assert [one.show for one in decisions] == [False, True, False]
    assert decisions[2].reason == "protects_a_smaller_group"


def test_two_tiny_groups_need_a_third() -> None:
    tiny = Decision(False, "privacy_n<10")
    shown = Decision(True, "rel_width<=130%")
    found = complementary([3, 4, 80, 100], [tiny, tiny, shown, shown])
    assert [one.show for one in found] == [False, False, False, True]
    unreliable = Decision(False, "n<30")
    found = complementary([3, 25, 80], [tiny, unreliable, shown])
    assert [one.show for one in found] == [False, False, True]
