"""What must hold for any sample: properties that need no reference numbers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.design import DesignSpec
from analysis.estimates import mean, total
from analysis.margins import Margin, margin_of, read_margin
from analysis.table import Table
from analysis.weighting.steps import Rake, Sample, weigh

Array = npt.NDArray[np.float64]
SPEC = DesignSpec("base", "stratum", psu=("unit",), lonely_psu="adjust")
LEVELS = {"age": ("young", "middle", "old"), "sex": ("f", "m")}


@dataclass(frozen=True)
class City:
    """A random sample with every level present, and margins it can meet."""

    columns: dict[str, npt.NDArray[np.generic]]
    margins: tuple[Margin, ...]

    @property
    def y(self) -> Array:
        return self.columns["y"].astype(np.float64)


@st.composite
def cities(draw: st.DrawFn) -> City:
    """Two strata of a few units each; margins are those of a population made of the same cells."""
    dice = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    n = draw(st.integers(24, 90))
    units = draw(st.integers(2, 6))
    number = np.arange(n)
    age = np.array(LEVELS["age"])[np.concatenate([number[:6] % 3, dice.integers(0, 3, n - 6)])]
    sex = np.array(LEVELS["sex"])[np.concatenate([number[:6] // 3, dice.integers(0, 2, n - 6)])]
    base = dice.uniform(0.5, 40, n)
    truth = base * dice.uniform(0.6, 1.7, n)  # a population in which every cell has somebody
    counts = {
        name: {level: float(truth[values == level].sum()) for level in LEVELS[name]}
        for name, values in (("age", age), ("sex", sex))
    }
    columns = {
        "base": base,
        "stratum": np.where(number % 2 == 0, "north", "south"),
        "unit": (number // 2 % units).astype(str),
        "age": age,
        "sex": sex,
        "y": np.where(dice.random(n) < 0.1, np.nan, dice.integers(1, 6, n).astype(float)),
    }
    return City(columns, tuple(margin_of(counts[name], name) for name in ("age", "sex")))


def sample_of(city: City, **changed: npt.NDArray[np.generic]) -> Sample:
    return weigh({**city.columns, **changed}, SPEC, [Rake(city.margins)])


def told(sample: Sample, y: Array) -> tuple[float, float]:
    found = mean(sample, y)
    assert found.estimate is not None
    assert found.se is not None
    return found.estimate, found.se


@settings(max_examples=40, deadline=None)
@given(city=cities(), factor=st.floats(1e-3, 1e4))
def test_the_unit_of_base_weights_changes_nothing(city: City, factor: float) -> None:
    changed = sample_of(city, base=city.columns["base"] * factor)
    assert told(changed, city.y) == pytest.approx(told(sample_of(city), city.y), rel=1e-7)


@settings(max_examples=40, deadline=None)
@given(city=cities(), seed=st.integers(0, 2**32 - 1))
def test_the_order_of_rows_changes_nothing(city: City, seed: int) -> None:
    order = np.random.default_rng(seed).permutation(len(city.y))
    mixed = {name: values[order] for name, values in city.columns.items()}
    changed = weigh(mixed, SPEC, [Rake(city.margins)])
    assert told(changed, city.y[order]) == pytest.approx(told(sample_of(city), city.y), rel=1e-7)


@settings(max_examples=40, deadline=None)
@given(city=cities())
def test_the_names_of_levels_change_nothing(city: City) -> None:
    names = {"young": "zebra 1", "middle": "", "old": "éè"}
    names["middle"] = "0"
    counts = dict(zip(LEVELS["age"], city.margins[0].counts.tolist(), strict=True))
    renamed = margin_of({names[level]: count for level, count in counts.items()}, "age")
    age = np.array([names[str(level)] for level in city.columns["age"]])
    changed = weigh({**city.columns, "age": age}, SPEC, [Rake((renamed, city.margins[1]))])
    assert told(changed, city.y) == pytest.approx(told(sample_of(city), city.y), rel=1e-7)


@settings(max_examples=40, deadline=None)
@given(city=cities(), share=st.floats(0.05, 0.95), at=st.integers(0, 23))
def test_splitting_a_row_within_its_unit_changes_nothing(city: City, share: float, at: int) -> None:
    split = {
        name: np.concatenate([values, values[at : at + 1]]) for name, values in city.columns.items()
    }
    base = split["base"].astype(np.float64)
    base[-1], base[at] = base[at] * (1 - share), base[at] * share
    changed = weigh({**split, "base": base}, SPEC, [Rake(city.margins)])
    y = split["y"].astype(np.float64)
    assert told(changed, y) == pytest.approx(told(sample_of(city), city.y), rel=1e-7)


@settings(max_examples=40, deadline=None)
@given(city=cities())
def test_a_margin_that_others_imply_changes_nothing(city: City) -> None:
    ages = dict(zip(LEVELS["age"], city.margins[0].counts.tolist(), strict=True))
    grown = {"young": ages["young"], "grown": ages["middle"] + ages["old"]}
    column = np.where(city.columns["age"] == "young", "young", "grown")
    implied = margin_of(grown, "grown_up")
    changed = weigh({**city.columns, "grown_up": column}, SPEC, [Rake((*city.margins, implied))])
    assert told(changed, city.y) == pytest.approx(told(sample_of(city), city.y), rel=1e-6)


@settings(max_examples=40, deadline=None)
@given(city=cities())
def test_totals_that_were_calibrated_to_have_no_error(city: City) -> None:
    sample = sample_of(city)
    for margin in city.margins:
        name = margin.variables[0]
        for level, count in zip(LEVELS[name], margin.counts, strict=True):
            found = total(sample, (sample.table.raw(name) == level).astype(np.float64))
            assert found.estimate == pytest.approx(count, rel=1e-8)
            assert found.se == pytest.approx(0, abs=1e-6 * count)


@settings(max_examples=40, deadline=None)
@given(city=cities())
def test_domains_of_a_partition_add_up(city: City) -> None:
    sample = sample_of(city)
    parts = [total(sample, city.y, sample.in_domain({"age": [level]})) for level in LEVELS["age"]]
    whole = total(sample, city.y)
    assert sum(part.estimate or 0.0 for part in parts) == pytest.approx(whole.estimate, rel=1e-9)
    assert sum(part.n for part in parts) == whole.n


@settings(max_examples=40, deadline=None)
@given(city=cities(), more=st.integers(1, 5))
def test_rows_without_weight_change_nothing(city: City, more: int) -> None:
    longer = {name: np.concatenate([values, values[:more]]) for name, values in city.columns.items()}
    longer["base"][-more:] = 0
    changed = weigh(longer, SPEC, [Rake(city.margins)])
    y = longer["y"].astype(np.float64)[changed.rows]
    assert told(changed, y) == pytest.approx(told(sample_of(city), city.y), rel=1e-9)


def test_a_crossed_margin_is_met_in_every_cell() -> None:
    dice = np.random.default_rng(7)
    n = 400
    columns = {
        "base": dice.uniform(1, 5, n),
        "age": dice.choice(LEVELS["age"], n),
        "sex": dice.choice(LEVELS["sex"], n),
    }
    table = Table(
        {
            "age": np.repeat(LEVELS["age"], 2),
            "sex": np.tile(LEVELS["sex"], 3),
            "count": np.array([100.0, 120, 90, 80, 60, 75]),
        }
    )
    margin = read_margin(table, ("age", "sex"))
    sample = weigh(columns, DesignSpec("base"), [Rake((margin,))])
    for age, sex, count in zip(table.raw("age"), table.raw("sex"), table.raw("count"), strict=True):
        mask = sample.in_domain({"age": [age], "sex": [sex]})
        assert sample.weights[mask].sum() == pytest.approx(count, rel=1e-9)
