"""Agreement between coders, against NLTK and against the `krippendorff` library."""

from __future__ import annotations

import krippendorff
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.themes.agreement import agreement, binary_alpha, overlap

Codings = dict[str, dict[str, frozenset[str]]]


def coded(table: list[list[bool | None]]) -> Codings:
    """Rows are comments, columns coders, None not read."""
    return {
        f"c{row}": {
            f"p{column}": frozenset({"reentry"} if value else {"none"})
            for column, value in enumerate(values)
            if value is not None
        }
        for row, values in enumerate(table)
    }


tables = st.lists(
    st.lists(st.sampled_from([True, False, None]), min_size=3, max_size=3), min_size=4, max_size=30
)


@given(tables)
def test_alpha_agrees_with_the_krippendorff_library(table: list[list[bool | None]]) -> None:
    ours = agreement("reentry", coded(table), repeats=20)
    pairable = [row for row in table if sum(value is not None for value in row) >= 2]
    values = {value for row in pairable for value in row if value is not None}
    if len(values) < 2:
        assert ours.alpha is None
        return
    data = np.array(
        [[np.nan if value is None else float(value) for value in row] for row in pairable]
    ).T
    theirs = krippendorff.alpha(reliability_data=data, level_of_measurement="nominal")
    assert ours.alpha == pytest.approx(theirs, abs=1e-9)


@given(tables)
def test_the_fast_form_agrees_with_nltk(table: list[list[bool | None]]) -> None:
    ours = agreement("reentry", coded(table), repeats=20)
    if ours.alpha is None:
        return
    units = [[value for value in row if value is not None] for row in table]
    units = [unit for unit in units if len(unit) >= 2]
    fast = binary_alpha(
        np.array([sum(unit) for unit in units], dtype=float),
        np.array([len(unit) for unit in units], dtype=float),
    )
    assert float(fast) == pytest.approx(ours.alpha, abs=1e-9)


def test_the_interval_holds_the_value_and_shrinks_with_more_comments() -> None:
    random = np.random.default_rng(2)
    truth = random.random(400) < 0.3
    table: list[list[bool | None]] = [
        [bool(value ^ (random.random() < 0.05)) for _ in range(2)] for value in truth
    ]
    few, many = agreement("reentry", coded(table[:80])), agreement("reentry", coded(table))
    for one in (few, many):
        assert one.alpha is not None
        assert one.low is not None
        assert one.high is not None
        assert one.low < one.alpha < one.high
    assert many.high - many.low < few.high - few.low  # type: ignore[operator]


def test_overlap_counts_the_four_cases() -> None:
    yes, no = frozenset({"reentry"}), frozenset({"none"})
    assert overlap([yes, yes, no, no], [yes, no, yes, no], ["reentry"]) == {"reentry": (1, 1, 1, 1)}
