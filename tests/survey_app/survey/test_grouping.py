"""Merging groups before release: each with enough, weights kept in sum, rare places left out."""

from __future__ import annotations

from collections import Counter
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from survey_app.survey.services.grouping import Cell, hide_what_is_rare, merge_small

CELLS = st.dictionaries(
    st.builds(
        Cell,
        st.sampled_from(["Central", "Eastern", "Western"]),
        st.sampled_from(["1", "2", "3", "4"]),
        st.sampled_from([40.0, 55.5, 90.25]),
    ),
    st.integers(1, 30),
    min_size=1,
)


@given(CELLS)
def test_every_group_has_ten_and_the_weights_keep_their_sum(counts: dict[Cell, int]) -> None:
    merged = merge_small(counts, 10)
    released: Counter[Cell] = Counter()
    for cell, n in counts.items():
        released[merged[cell]] += n
    total = sum(counts.values())
    assert min(released.values()) >= min(10, total)
    before = sum(cell.base_weight * n for cell, n in counts.items())
    after = sum(cell.base_weight * n for cell, n in released.items())
    assert abs(before - after) < 1e-6 * before


@given(CELLS)
def test_a_group_lies_in_one_stratum_and_a_stratum_has_one_name(counts: dict[Cell, int]) -> None:
    merged = merge_small(counts, 10)
    names: dict[str, set[str]] = {}
    units: dict[tuple[str, str | None], set[tuple[str, str | None]]] = {}
    for before, after in merged.items():
        names.setdefault(before.stratum, set()).add(after.stratum)
        unit = (before.stratum, before.psu_group)
        units.setdefault(unit, set()).add((after.stratum, after.psu_group))
    assert all(len(found) == 1 for found in names.values())
    assert all(len(found) == 1 for found in units.values()), "a PSU is not torn apart"


def test_large_groups_stay_as_they_are() -> None:
    counts = {Cell("Central", "1", 40.0): 10, Cell("Central", "2", 40.0): 25}
    assert merge_small(counts, 10) == {cell: cell for cell in counts}


def test_a_psu_with_one_reply_joins_a_neighbor_of_its_stratum() -> None:
    lone, near, far = Cell("Central", "1", 44.0), Cell("Central", "2", 40.0), Cell("Western", "9", 44.0)
    merged = merge_small({lone: 1, near: 10, far: 10}, 10)
    assert merged[lone] == merged[near] == Cell("Central", "1 +1", (44.0 + 400.0) / 11)
    assert merged[far] == far


def test_a_stratum_with_few_replies_joins_another() -> None:
    few, many = Cell("Central", "1", 40.0), Cell("Western", "2", 40.0)
    merged = merge_small({few: 3, many: 30, Cell("Western", "3", 40.0): 12}, 10)
    assert {cell.stratum for cell in merged.values()} == {"Central +1"}
    assert merged[many] == Cell("Central +1", "2", 40.0)


def body(stratum: str, district: str | None, csa: str | None) -> dict[str, Any]:
    return {"stratum": stratum, "police_district": district, "csa": csa, "mode": "web"}


def places(bodies: list[dict[str, Any]], name: str) -> Counter[str | None]:
    return Counter(one[name] for one in bodies)


def test_an_area_that_few_share_is_left_out_and_never_alone() -> None:
    bodies = [body("Central", "Central", "Midtown") for _ in range(24)]
    bodies += [body("Central", "Central", "Downtown") for _ in range(10)]
    bodies += [body("Central", "Central", "Madison") for _ in range(1)]
    hide_what_is_rare(bodies, 10)
    assert places(bodies, "csa") == {"Midtown": 24, None: 11}


def test_the_district_of_an_address_is_that_of_its_stratum() -> None:
    bodies = [body("Central", "Central", None) for _ in range(9)]
    bodies += [body("Central", "Eastern", "Oldtown"), body("Central", None, None)]
    hide_what_is_rare(bodies, 10)
    assert places(bodies, "police_district") == {"Central": 10, None: 1}
    assert places(bodies, "csa") == {None: 11}


def test_other_strata_show_a_district_only_where_ten_share_it() -> None:
    bodies = [body("dense", "Central", "Midtown") for _ in range(12)]
    bodies += [body("dense", "Eastern", "Oldtown") for _ in range(9)]
    hide_what_is_rare(bodies, 10)
    assert places(bodies, "police_district") == {None: 21}
    assert places(bodies, "csa") == {None: 21}


def test_a_mode_that_few_share_is_told_as_other_and_never_alone() -> None:
    bodies = [body("Central", None, None) for _ in range(25)]
    for at, mode in enumerate(["paper"] * 10 + ["interviewer"] * 2):
        bodies[at]["mode"] = mode
    hide_what_is_rare(bodies, 10)
    assert places(bodies, "mode") == {"web": 13, "other": 12}
    same = [body("Central", None, None) for _ in range(3)]
    hide_what_is_rare(same, 10)
    assert places(same, "mode") == {"web": 3}
