"""All groups at once must equal one mean after another."""

from dataclasses import astuple

import numpy as np
import pytest

from analysis import estimates
from analysis.change import overlapping_change
from analysis.design import DesignSpec
from analysis.factors import factorize
from analysis.grouped import differences_between, means_by
from analysis.intervals import Basis, korn_graubard
from analysis.margins import margin_of
from analysis.weighting.steps import Rake, Sample, Trim, weigh

LEVELS = {"district": 9, "age": 6, "race": 5}
QUESTIONS = ("yes", "score", "settled", "income")


def _sample(design: DesignSpec, raked: bool, empty_level: bool = False, trim: bool = False) -> Sample:
    rng = np.random.default_rng(7)
    n = 900
    data = {name: rng.integers(1, k + 1, n).astype(float) for name, k in LEVELS.items()}
    data["base"] = rng.random(n) * 100 + 10 * data["district"]
    data["block"] = rng.integers(1, 8, n)
    data["people"] = data["district"] * 10_000
    data["mode"] = np.where(rng.random(n) < 0.1, np.nan, rng.integers(1, 4, n))
    data["yes"] = np.where(rng.random(n) < 0.1, np.nan, rng.random(n) < 0.4)
    data["score"] = rng.integers(0, 5, n).astype(float)
    data["settled"] = (data["district"] == 3).astype(float)
    data["income"] = rng.normal(size=n)
    steps: list[Rake | Trim] = []
    if raked:
        margins = []
        for name, k in LEVELS.items():
            shares = rng.dirichlet(np.full(k, 20.0))
            if empty_level and name == "race":
                shares[4] = 0
            people = 560_000 * shares / shares.sum()
            margins.append(margin_of({str(i + 1): float(people[i]) for i in range(k)}, name))
        steps.append(Rake(tuple(margins)))
    if trim:
        steps.append(Trim(None, 2000.0, False))
    return weigh(data, design, steps)


@pytest.mark.parametrize("raked", [True, False])
@pytest.mark.parametrize(
    "design",
    [
        DesignSpec("base"),
        DesignSpec("base", "district"),
        DesignSpec("base", "district", (), ("people",)),
        DesignSpec("base", "district", ("block",)),
        DesignSpec("base", "district", ("block",), ("people",)),
    ],
)
def test_groups_at_once_equal_one_after_another(design: DesignSpec, raked: bool) -> None:
    _compare(_sample(design, raked))


@pytest.mark.parametrize("raked", [True, False])
@pytest.mark.parametrize("psu", [(), ("block",)])
def test_a_difference_within_a_sample_equals_the_one_from_rows(
    psu: tuple[str, ...], raked: bool
) -> None:
    sample = _sample(DesignSpec("base", "district", psu), raked)
    found = differences_between(sample, QUESTIONS, "age", ("2", "5"))
    masks = [sample.table.is_in("age", [level]) for level in ("2", "5")]
    for name, got in zip(QUESTIONS, found, strict=True):
        wanted = overlapping_change(sample, sample.table.numbers(name), *masks)
        assert got is not None
        assert wanted is not None
        one, two = ([value for value in astuple(each) if value is not None] for each in (got, wanted))
        assert one == pytest.approx(two, rel=1e-9, abs=1e-12)


def test_a_level_nobody_holds_has_no_difference() -> None:
    sample = _sample(DesignSpec("base", "district"), True)
    assert differences_between(sample, ("yes",), "age", ("2", "none")) == (None,)


def test_coded_levels_give_the_same_as_the_values_they_stand_for() -> None:
    design = DesignSpec("base", "district")
    plain = _sample(design, True)
    coded = {name: factorize(plain.table.raw(name)) for name in (*LEVELS, "mode", "yes", "score")}
    again = weigh({**{n: plain.table.raw(n) for n in plain.table.names}, **coded}, design)
    before = weigh({n: plain.table.raw(n) for n in plain.table.names}, design)
    for column in LEVELS:
        one, two = (means_by(s, ("yes", "score"), [column])[0] for s in (before, again))
        assert one.levels == two.levels
        assert np.array_equal(one.estimate, two.estimate)
        assert np.array_equal(one.se, two.se)


def test_a_level_outside_the_population_stays_out() -> None:
    _compare(_sample(DesignSpec("base", "district"), True, empty_level=True))


def test_trimmed_weights_are_computed_one_by_one() -> None:
    _compare(_sample(DesignSpec("base", "district"), True, trim=True))


def _compare(sample: Sample) -> None:
    for got in means_by(sample, QUESTIONS, ["district", "race", "mode"]):
        low, high = got.share_limits()
        for row, question in enumerate(QUESTIONS):
            y = sample.table.numbers(question)
            for at, label in enumerate(got.levels):
                want = estimates.mean(sample, y, sample.table.is_in(got.column, [label]))
                assert (got.n[row, at], got.df[row, at]) == (want.n, want.df)
                assert got.sum_w[row, at] == pytest.approx(want.sum_w, rel=1e-12)
                if want.estimate is None:
                    assert np.isnan([got.estimate[row, at], got.se[row, at]]).all()
                    continue
                assert got.estimate[row, at] == pytest.approx(want.estimate, rel=1e-11, abs=1e-12)
                assert got.se[row, at] == pytest.approx(want.se, rel=1e-9, abs=1e-9)
                if question == "yes":
                    assert want.se is not None
                    basis = Basis(want.estimate, want.se, want.n, want.df)
                    limits = (low[row, at], high[row, at])
                    assert limits == pytest.approx(korn_graubard(basis), abs=1e-10)
