"""Mistakes that other packages shipped (their issue numbers stand beside each): ours does not."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest

from analysis.design import DesignSpec
from analysis.errors import NotConverged, WeightingError
from analysis.estimates import mean, share, shares, total
from analysis.margins import Margin, margin_of
from analysis.variance.replicates import bootstrap
from analysis.weighting.steps import Rake, Sample, Trim, weigh

CLUSTERED = DesignSpec("w", "stratum", psu=("unit",))
AGE = margin_of({"old": 600.0, "young": 400.0}, "age")
SEX = margin_of({"f": 520.0, "m": 480.0}, "sex")


def people(n: int = 120) -> dict[str, npt.NDArray[np.generic]]:
    """Two strata of six units of ten people."""
    dice = np.random.default_rng(3)
    at = np.arange(n)
    return {
        "w": dice.uniform(1, 9, n),
        "stratum": np.where(at < n // 2, "east", "west"),
        "unit": at // 10,
        "age": dice.choice(["old", "young"], n),
        "sex": dice.choice(["f", "m"], n),
        "y": (dice.random(n) < 0.4).astype(float),
    }


def sample_of(*steps: Rake | Trim, **changed: npt.NDArray[np.generic]) -> Sample:
    return weigh({**people(), **changed}, CLUSTERED, steps)


def test_a_group_has_its_own_degrees_of_freedom() -> None:
    """svy#95, srvyr#119: a group that lives in three units is as sure as three units."""
    sample = sample_of()
    inside = np.isin(np.asarray(sample.table.raw("unit")), (0, 1, 7))
    got = mean(sample, sample.table.numbers("y"), inside)
    assert sample.design.degrees_of_freedom() == 10
    assert got.df == 3 - 2


def test_people_without_an_answer_stay_in_the_design() -> None:
    """svy#72: a unit where nobody answered is still one of the six that were drawn."""
    data = people()
    y = np.where(np.asarray(data["unit"]) == 2, np.nan, data["y"]).astype(float)
    got = total(sample_of(), y)
    w, unit = (np.asarray(data[name], dtype=float) for name in ("w", "unit"))
    sums = np.bincount(unit.astype(int), w * np.where(np.isnan(y), 0, y))
    by_hand = sum(6 / 5 * ((part - part.mean()) ** 2).sum() for part in (sums[:6], sums[6:]))
    assert got.se == pytest.approx(np.sqrt(by_hand))
    answered = ~np.isnan(y)
    dropped = weigh({name: values[answered] for name, values in data.items()}, CLUSTERED)
    assert total(dropped, y[answered]).se != pytest.approx(got.se, rel=0.01)


def test_an_empty_group_is_nobody_and_no_crash() -> None:
    """srvyr#159 kept everybody's weights, samplics#56 broke off."""
    sample = sample_of()
    y = sample.table.numbers("y")
    nobody = sample.in_domain({"age": ["ancient"]})
    for got in (mean(sample, y, nobody), total(sample, y, nobody), share(sample, y, nobody)):
        assert (got.n, got.sum_w, got.estimate, got.se) == (0, 0.0, None, None)
    assert mean(sample, np.full(sample.n, np.nan)).estimate is None


def test_base_weights_count_in_raking() -> None:
    """balance#431: within a cell of the margins raked weights are in proportion to base weights."""
    sample = sample_of(Rake((AGE, SEX)))
    alike = sample.in_domain({"age": ["old"], "sex": ["f"]})
    ratio = (sample.weights / sample.design.weights)[alike]
    assert ratio == pytest.approx(np.full(alike.sum(), ratio[0]))
    flat = sample_of(Rake((AGE, SEX)), w=np.ones(120))
    y = sample.table.numbers("y")
    assert mean(flat, y).estimate != pytest.approx(mean(sample, y).estimate, abs=1e-6)


def test_trimming_trims() -> None:
    """balance#69: a limit that was asked for is kept, and estimates use it."""
    plain, trimmed = sample_of(), sample_of(Trim(None, 6.0, True))
    assert plain.weights.max() > 6
    assert trimmed.weights.max() <= 6.0
    assert trimmed.weights.sum() == pytest.approx(plain.weights.sum())
    y = plain.table.numbers("y")
    assert mean(trimmed, y).estimate != mean(plain, y).estimate


@pytest.mark.parametrize("turned", [False, True])
def test_every_margin_is_looked_at(turned: bool) -> None:
    """ipfn looks at the last margin only, which each sweep meets; R's rake() as well. Two that cannot
    be met together are refused in either order."""
    age = np.asarray(people()["age"])
    margins: tuple[Margin, ...] = (AGE, SEX)
    with pytest.raises(NotConverged):
        sample_of(Rake(margins[::-1] if turned else margins), sex=np.where(age == "old", "f", "m"))


def test_replicates_are_weighted_again() -> None:
    """nonprobsvy#125: without it the error of a total that raking fixes is anything but 0."""
    sample = sample_of(Rake((AGE, SEX)))
    old = (np.asarray(sample.table.raw("age")) == "old").astype(float)
    made = bootstrap(sample, [Rake((AGE, SEX))], 100, np.random.default_rng(1))
    assert made.error(*made.totals(old)) == pytest.approx(0, abs=1e-6)
    careless = made.multipliers.values * sample.weights[:, None]
    assert np.std(old @ careless) > 10


def test_a_share_has_one_error_however_it_is_asked_for() -> None:
    """svy#92: the same question as a mean, as a level of a question and as a percentage."""
    sample = sample_of(Rake((AGE, SEX)))
    y = sample.table.numbers("y")
    as_mean, as_share, as_level = mean(sample, y), share(sample, y), shares(sample, "y")
    percent = mean(sample, 100 * y)
    assert as_share.se == pytest.approx(as_mean.se, rel=1e-12)
    assert as_level.se[1] == pytest.approx(as_mean.se, rel=1e-9)
    assert percent.se == pytest.approx(100 * (as_mean.se or 0), rel=1e-9)


def test_a_refusal_says_what_and_where() -> None:
    """pewmethods#5 says "Calibration failed"."""
    with pytest.raises(WeightingError) as refused:
        sample_of(Rake((AGE, margin_of({"f": 500.0, "m": 400.0, "x": 100.0}, "sex"))))
    assert "'sex'" in refused.value.message
    assert "'x'" in refused.value.message
    assert "Merge" in refused.value.message


def test_weights_after_raking_are_not_fixed_numbers() -> None:
    """What the margins settle has no error left; taking weights as fixed gives it a large one, and
    residuals with base weights give too small a one elsewhere (both common)."""
    raked = sample_of(Rake((AGE, SEX)))
    old = (np.asarray(raked.table.raw("age")) == "old").astype(float)
    fixed = sample_of(w=raked.weights)
    assert mean(raked, old).se == pytest.approx(0, abs=1e-9)
    assert (mean(fixed, old).se or 0) > 0.01
