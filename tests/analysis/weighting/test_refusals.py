"""A wrong table never yields weights, and the message names margin, level and distance."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest

from analysis.design import DesignSpec
from analysis.errors import (
    BoundsInfeasible,
    EmptySampleLevel,
    InconsistentTotals,
    MissingTarget,
    NotConverged,
)
from analysis.margins import Margin, margin_of
from analysis.table import Table
from analysis.weighting.distances import Distance
from analysis.weighting.nonresponse import adjust_classes
from analysis.weighting.steps import Calibrate, Poststratify, Rake, Sample, Trim, weigh

PEOPLE = {
    "age": np.array(["young", "young", "old", "old", "old", "young"]),
    "sex": np.array(["f", "m", "f", "m", "f", "f"]),
}
SEX = margin_of({"f": 60.0, "m": 40.0}, "sex")
AGE = margin_of({"young": 30.0, "old": 70.0}, "age")


def rake(*margins: Margin, **changed: npt.NDArray[np.str_]) -> Sample:
    return weigh({**PEOPLE, **changed}, DesignSpec(), [Rake(margins)])


def test_populations_that_differ() -> None:
    with pytest.raises(InconsistentTotals, match=r"'sex'.*'age'|'age'.*'sex'"):
        rake(SEX, margin_of({"young": 30.0, "old": 80.0}, "age"))


def test_a_target_without_people() -> None:
    with pytest.raises(EmptySampleLevel, match=r"'age'.*'ancient'"):
        rake(SEX, margin_of({"young": 30.0, "old": 60.0, "ancient": 10.0}, "age"))


def test_people_without_a_target() -> None:
    with pytest.raises(MissingTarget, match=r"'age'.*'young'.*3 of 6.*row 1"):
        rake(SEX, margin_of({"old": 100.0}, "age"))


def test_a_level_whose_count_is_zero_holds_nobody() -> None:
    sample = rake(margin_of({"f": 100.0, "m": 0.0}, "sex"), AGE)
    assert sample.all_weights()[[1, 3]] == pytest.approx([0, 0])
    assert sample.weights.sum() == pytest.approx(100)


def test_margins_that_cannot_be_met_together() -> None:
    """Every young person is a man and every old one a woman, but targets say otherwise."""
    with pytest.raises(NotConverged, match=r"'(age|sex)', level") as refused:
        rake(SEX, AGE, sex=np.where(PEOPLE["age"] == "young", "m", "f"))
    assert abs(float(str(refused.value.details["off_by"]))) == pytest.approx(10, abs=1e-6)


def test_bounds_too_narrow() -> None:
    steps = [Poststratify(margin_of({"young": 50.0, "old": 50.0}, "age"))]
    fine = weigh(PEOPLE, DesignSpec(), steps)
    assert fine.weights == pytest.approx(np.full(6, 50 / 3))
    with pytest.raises(BoundsInfeasible, match="between"):
        weigh(
            PEOPLE,
            DesignSpec(),
            [*steps, Calibrate((AGE,), (), Distance("logit", (0.9, 1.1)))],
        )


def test_trimming_keeps_the_sum() -> None:
    sample = weigh({"w": np.array([1.0, 2, 3, 14])}, DesignSpec("w"), [Trim(None, 8.0, False)])
    assert sample.weights == pytest.approx([3, 4, 5, 8])


def test_nonresponse_classes_by_hand() -> None:
    table = Table(
        {
            "block": np.array(["a", "a", "a", "b", "b", "b"]),
            "code": np.array(["I", "R", "NE", "I", "I", "NC"]),
        },
        "addresses",
    )
    found = adjust_classes(table, np.array([1.0, 3, 9, 2, 2, 2]), ["block"], "code", ["I"], ["NE"])
    assert found.weights == pytest.approx([4, 0, 0, 3, 3, 0])
