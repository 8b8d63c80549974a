"""All groups at once must equal one mean after another."""

import numpy as np
import pytest

from analysis import estimates
from analysis.design import DesignSpec
from analysis.grouped import means_by
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
