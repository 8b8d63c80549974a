"""After suppression nobody is alone, whatever the rows were."""

from __future__ import annotations

from collections import Counter
from itertools import combinations

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.disclosure import Rule, rare_rows, suppress

KEYS = ("district", "race", "age")
COSTS = {"district": 1.0, "race": 2.0, "age": 1.0}


def columns_of(rows: list[tuple[str, str, str]]) -> dict[str, npt.NDArray[np.str_]]:
    return {key: np.array([row[at] for row in rows], dtype="U8") for at, key in enumerate(KEYS)}


def smallest_cell(columns: dict[str, npt.NDArray[np.str_]], size: int) -> int:
    """Counted by hand: the fewest rows that share a combination of at most `size` keys."""
    fewest = 10**9
    for width in range(1, size + 1):
        for subset in combinations(KEYS, width):
            cells = Counter(zip(*(columns[key].tolist() for key in subset), strict=True))
            held = [count for cell, count in cells.items() if "" not in cell]
            fewest = min([fewest, *held])
    return fewest


rows = st.lists(
    st.tuples(
        st.sampled_from(["", "N", "S", "E"]),
        st.sampled_from(["", "a", "b", "c"]),
        st.sampled_from(["", "1", "2", "3", "4"]),
    ),
    min_size=1,
    max_size=60,
)


@settings(max_examples=80, deadline=None)
@given(rows=rows, size=st.integers(1, 3), k=st.integers(2, 5))
def test_every_combination_is_shared(rows: list[tuple[str, str, str]], size: int, k: int) -> None:
    columns = columns_of(rows)
    rule = Rule(KEYS, size, k)
    done = suppress(columns, [rule], costs=COSTS)
    left = {key: np.where(done.masks[key], "", values) for key, values in columns.items()}
    assert smallest_cell(left, size) >= k
    assert not rare_rows(left, [rule]).any()


@settings(max_examples=40, deadline=None)
@given(rows=rows)
def test_the_same_rows_lose_the_same_values(rows: list[tuple[str, str, str]]) -> None:
    columns = columns_of(rows)
    once, again = (suppress(columns, [Rule(KEYS, 3, 3)], costs=COSTS) for _ in range(2))
    assert all((once.masks[key] == again.masks[key]).all() for key in KEYS)


def test_nothing_goes_where_everybody_is_like_others() -> None:
    columns = columns_of([("N", "a", "1")] * 3 + [("S", "b", "2")] * 4)
    done = suppress(columns, [Rule(KEYS, 3, 3)], costs=COSTS)
    assert done.values == 0
    assert done.rows == 0


def test_a_fixed_key_stays_and_the_others_go() -> None:
    columns = columns_of([("N", "a", "1")] * 5 + [("N", "b", "1")] + [("S", "a", "1")] * 5)
    done = suppress(columns, [Rule(KEYS, 3, 3)], costs=COSTS, fixed=frozenset({"district"}))
    assert not done.masks["district"].any()
    assert done.masks["race"][5]


def test_a_fixed_key_that_gives_somebody_away_is_refused() -> None:
    columns = columns_of([("N", "a", "1")] * 5 + [("S", "a", "1")])
    with pytest.raises(ValueError, match="rare combination of district alone"):
        suppress(columns, [Rule(KEYS, 1, 3)], costs=COSTS, fixed=frozenset({"district"}))
