"""A raked population meets its margins, keeps the seed's odds, and serves multilevel regression."""

from __future__ import annotations

import numpy as np
import pytest

from analysis.data import load_margin, load_population
from analysis.errors import DataError, InconsistentTotals
from analysis.margins import margin_of
from analysis.small_areas.mrp import mrp
from analysis.small_areas.population import raked_population
from analysis.table import Table

SEED = Table(
    {
        "area": np.array(["east", "east", "west", "west"]),
        "age": np.array(["young", "old", "young", "old"]),
        "count": np.array([30.0, 10.0, 20.0, 40.0]),
    },
    "seed.csv",
)
AREA = margin_of({"east": 600.0, "west": 400.0}, "area")
AGE = margin_of({"young": 450.0, "old": 550.0}, "age")


def cell(table: Table, **at: str) -> float:
    inside = np.ones(table.n, dtype=bool)
    for name, level in at.items():
        inside &= table.raw(name) == level
    return float(table.numbers("count")[inside].sum())


def test_margins_are_met_and_the_odds_of_the_seed_kept() -> None:
    found = raked_population(SEED, ("area", "age"), (AREA, AGE))
    assert cell(found, area="east") == pytest.approx(600)
    assert cell(found, age="young") == pytest.approx(450)
    odds = (cell(found, area="east", age="young") * cell(found, area="west", age="old")) / (
        cell(found, area="east", age="old") * cell(found, area="west", age="young")
    )
    assert odds == pytest.approx(30 * 40 / (10 * 20))
    assert "seed.csv" in found.source


def test_a_level_the_seed_lacks_is_filled_from_the_margins() -> None:
    three = margin_of({"east": 500.0, "west": 400.0, "south": 100.0}, "area")
    found = raked_population(SEED, ("area", "age"), (three, AGE))
    assert cell(found, area="south") == pytest.approx(100)
    assert cell(found, age="young") == pytest.approx(450)


def test_what_is_refused() -> None:
    with pytest.raises(InconsistentTotals):
        raked_population(SEED, ("area", "age"), (AREA, margin_of({"young": 1.0, "old": 2.0}, "age")))
    wrong = Table({**{n: SEED.raw(n) for n in ("area", "age")}, "count": np.array([1.0, -1, 2, 3])})
    with pytest.raises(DataError, match="row 2"):
        raked_population(wrong, ("area", "age"), (AREA, AGE))


def test_multilevel_regression_takes_it() -> None:
    dice = np.random.default_rng(4)
    area = dice.choice(["east", "west"], 400)
    answers = Table(
        {
            "area": area,
            "age": dice.choice(["young", "old"], 400),
            "y": (dice.random(400) < np.where(area == "east", 0.7, 0.3)).astype(float),
        }
    )
    population = raked_population(SEED, ("area", "age"), (AREA, AGE))
    found = mrp(answers, "y", population, ["age"], ["area"])
    assert [one.area for one in found.areas] == ["east", "west"]
    assert found.areas[0].estimate > found.city.estimate > found.areas[1].estimate
    assert found.city.estimate == pytest.approx(
        0.6 * found.areas[0].estimate + 0.4 * found.areas[1].estimate
    )


def test_the_table_of_districts_meets_the_margins_of_the_weighting() -> None:
    """It is raked from seeds, and says so."""
    table = load_population()
    assert "raked from seeds" in table.source
    assert table.n == 9 * 4 * 4 * 2 * 4
    for margin, names in (
        ("district", {"district": "rake_district"}),
        ("race", {"race": "rake_race"}),
        ("age_gender", {"age": "rake_age", "gender": "rake_gender"}),
        ("education", {"education": "rake_education"}),
    ):
        wanted = load_margin(f"{margin}.csv")
        for row, count in enumerate(wanted["count"].tolist()):
            found = cell(table, **{ours: wanted[theirs][row] for ours, theirs in names.items()})
            assert found == pytest.approx(count, abs=60, rel=0.002)
