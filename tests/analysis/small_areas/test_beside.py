"""Direct and modelled figures side by side."""

from __future__ import annotations

import pytest

from analysis.errors import DataError
from analysis.estimates import Share
from analysis.intervals import Basis
from analysis.small_areas.beside import beside


def direct(value: float, se: float, n: int) -> Share:
    return Share.of(Basis(value, se, n, n - 1), 1000.0)


AREAS = {"West": direct(0.30, 0.08, 40), "East": direct(0.60, 0.03, 300)}
MODELLED = {"West": (0.40, 0.05), "East": (0.58, 0.028), "South": (0.5, 0.2)}
SYNTHETIC = {"West": 0.5, "East": 0.5, "South": 0.5}
PEOPLE = {"West": 100.0, "East": 300.0, "South": 100.0}


def test_areas_make_up_the_city_and_come_by_name() -> None:
    lines = beside(AREAS, MODELLED, SYNTHETIC, PEOPLE, city=0.5)
    assert [line.area for line in lines] == ["East", "South", "West"]
    whole = sum(PEOPLE[line.area] * line.benchmarked for line in lines) / 500
    assert whole == pytest.approx(0.5)


def test_the_model_is_visible() -> None:
    lines = {line.area: line for line in beside(AREAS, MODELLED, SYNTHETIC, PEOPLE, city=0.528)}
    assert lines["West"].shrinkage == pytest.approx(0.5)
    assert lines["East"].shrinkage == pytest.approx(0.2)
    assert lines["South"].direct is None
    assert lines["South"].shrinkage is None
    assert lines["South"].n == 0
    assert [lines[name].reliability for name in ("East", "West", "South")] == ["good", "good", "poor"]


def test_an_area_without_people_is_refused() -> None:
    with pytest.raises(DataError, match="area 'South' has no people"):
        beside(AREAS, MODELLED, SYNTHETIC, {"West": 1.0, "East": 1.0}, city=0.5)
