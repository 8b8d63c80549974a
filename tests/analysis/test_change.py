"""Several years at once, families, and what could have been seen."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from analysis.change import correct_family, independent_change, over_years, published_change
from analysis.design import DesignSpec
from analysis.estimates import Estimate
from analysis.margins import margin_of
from analysis.multiplicity import benjamini_hochberg, holm
from analysis.weighting.steps import Rake, weigh


def point(value: float, se: float, df: int = 200) -> Estimate:
    return Estimate(df + 1, df, 1000.0, value, se)


def test_equal_years_are_told_as_equal() -> None:
    found = over_years([point(0.5, 0.02), point(0.5, 0.03), point(0.5, 0.01)])
    assert found is not None
    assert found.f == pytest.approx(0)
    assert found.p_value == pytest.approx(1)
    assert found.pooled == pytest.approx(0.5)


def test_the_test_of_years_is_cochrans() -> None:
    values, errors = [0.50, 0.55, 0.62, 0.51], [0.02, 0.02, 0.03, 0.025]
    found = over_years([point(v, se) for v, se in zip(values, errors, strict=True)])
    assert found is not None
    precision = 1 / np.array(errors) ** 2
    pooled = (precision * values).sum() / precision.sum()
    q = (precision * (np.array(values) - pooled) ** 2).sum()
    assert found.f == pytest.approx(q / 3)
    assert (found.df_num, found.df_den) == (3, 800)
    assert found.p_value == pytest.approx(stats.f.sf(q / 3, 3, 800))
    assert [round(change.difference, 2) for change in found.changes] == [0.05, 0.07, -0.11]


def test_with_two_years_it_is_the_t_test_squared() -> None:
    points = [point(0.4, 0.02), point(0.46, 0.021)]
    found, change = over_years(points), independent_change(points[0], points[1])
    assert found is not None
    assert change is not None
    assert change.t is not None
    assert found.f == pytest.approx(change.t**2)
    assert found.p_value == pytest.approx(change.p_value)


def test_a_missing_year_makes_no_series() -> None:
    assert over_years([point(0.5, 0.02), Estimate(0, 0, 0.0, None, None)]) is None
    assert over_years([point(0.5, 0.02)]) is None


def test_a_family_is_stricter_than_its_members() -> None:
    changes = [
        independent_change(point(0.5, 0.02), point(0.5 + d, 0.02)) for d in (0.0, 0.03, 0.06, 0.1)
    ]
    corrected = correct_family(changes)
    for before, after in zip(changes, corrected, strict=True):
        assert before is not None
        assert after is not None
        assert after.p_adjusted is not None
        assert after.p_adjusted >= (before.p_value or 0)
    assert [one.direction() for one in corrected if one] == ["none", "none", "none", "up"]


def test_corrections_by_hand() -> None:
    p = [0.01, 0.04, 0.03, None, 0.005]
    assert benjamini_hochberg(p) == pytest.approx([0.02, 0.04, 0.04, None, 0.02])
    assert holm(p) == pytest.approx([0.03, 0.06, 0.06, None, 0.02])


def test_what_could_have_been_seen_is_seen_four_times_in_five() -> None:
    change = independent_change(point(0.5, 0.02), point(0.5, 0.02))
    assert change is not None
    size = change.smallest_detectable()
    assert size is not None
    noncentral = size / change.se
    power = 1 - stats.nct.cdf(stats.t.ppf(0.975, change.df), change.df, noncentral)
    assert power == pytest.approx(0.8, abs=0.002)


def test_equivalence_needs_precision_not_silence() -> None:
    sharp = independent_change(point(0.5, 0.005), point(0.502, 0.005))
    dull = independent_change(point(0.5, 0.03), point(0.502, 0.03))
    assert sharp is not None
    assert dull is not None
    assert sharp.equivalent_within(0.03) is True
    assert dull.equivalent_within(0.03) is False
    assert dull.direction() == "none"


def test_the_published_change_is_careful_where_waves_are_small() -> None:
    first, second = point(0.5, 0.03, 21), point(0.6, 0.02, 80)
    plain = independent_change(first, second)
    careful = published_change(first, second, (300 / 278, 1.0))
    assert plain is not None
    assert careful is not None
    assert careful.se == pytest.approx(np.sqrt(0.03**2 * 300 / 278 + 0.02**2))
    assert (plain.df, careful.df) == (101, 21)
    assert careful.difference == plain.difference
    assert careful.p_value is not None
    assert careful.p_value > (plain.p_value or 0)


def test_two_margins_spend_one_constraint_less_than_they_have_levels() -> None:
    rng = np.random.default_rng(3)
    rows = {"sex": rng.integers(0, 2, 60), "age": rng.integers(0, 4, 60), "base": np.ones(60)}
    margins = [
        margin_of({str(at): 30.0 for at in range(2)}, "sex"),
        margin_of({str(at): 15.0 for at in range(4)}, "age"),
    ]
    sample = weigh(rows, DesignSpec("base"), [Rake(tuple(margins))])
    assert sample.small_sample == pytest.approx(60 / (60 - 5))
    assert weigh(rows, DesignSpec("base")).small_sample == 1
