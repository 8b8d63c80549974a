"""Withheld cells drag others with them where subtraction would tell; reasons tell nothing."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from analysis.estimates import Share
from analysis.intervals import Basis
from survey_app.reports.codec import canonical, decode
from survey_app.reports.snapshot import Count, Figure
from survey_app.reports.suppress import (
    SMALLEST_COUNT,
    city_figure,
    counts_by_class,
    group_figures,
)


def share(n: int, p: float = 0.4) -> Share:
    """A share of n people drawn simply."""
    if n == 0:
        return Share(0, 0, 0.0, None, None, 0.95)
    se = (p * (1 - p) / n) ** 0.5
    return Share.of(Basis(p, se, n, max(n - 1, 1)), float(n))


def reasons(levels: dict[str, int], outside: int) -> dict[str, str | None]:
    found = group_figures({level: share(n) for level, n in levels.items()}, outside)
    return {level: figure.withheld for level, figure in found.items()}


def test_a_small_group_alone_takes_the_smallest_shown_one_with_it() -> None:
    assert reasons({"women": 600, "men": 400, "another": 5}, outside=0) == {
        "women": None,
        "men": "privacy",
        "another": "privacy",
    }


def test_people_in_no_group_are_part_of_what_is_hidden() -> None:
    assert reasons({"women": 600, "men": 400, "another": 5}, outside=40) == {
        "women": None,
        "men": None,
        "another": "privacy",
    }


def test_too_few_outside_do_not_hide_enough() -> None:
    """5 and 3 people together could still be found out."""
    assert reasons({"women": 600, "men": 400, "another": 5}, outside=3)["men"] == "privacy"


def test_what_is_hidden_for_being_vague_hides_nobody_else() -> None:
    assert reasons({"own": 600, "rent": 400, "other": 40}, outside=0) == {
        "own": None,
        "rent": None,
        "other": "uncertain",
    }


def test_a_small_group_and_its_shield_look_the_same() -> None:
    found = group_figures({"a": share(600), "b": share(300), "c": share(4)}, outside=0)
    assert canonical(found["b"]) == canonical(found["c"])
    values = json.loads(canonical(found["c"]))
    assert [key for key, value in values.items() if value not in (None, [])] == ["withheld"]


def test_nobody_and_a_handful_look_the_same() -> None:
    assert city_figure(share(0)) == city_figure(share(9)) == Figure("privacy")
    assert city_figure(share(20)).withheld == "uncertain"
    assert city_figure(share(400)).shown


def test_counts_of_small_classes_are_never_one_alone() -> None:
    assert counts_by_class({"web": 900, "paper": 80, "kiosk": 4}) == (
        Count("web", 900),
        Count("kiosk", None),
        Count("paper", None),
    )
    assert counts_by_class({"web": 900, "paper": 80}) == (Count("web", 900), Count("paper", 80))
    assert counts_by_class({"web": 4}) == (Count("web", None),)
    assert counts_by_class({}) == ()


@given(st.dictionaries(st.sampled_from("abcdefgh"), st.integers(1, 2000), max_size=8))
def test_hidden_counts_cannot_be_had_by_subtraction(counts: dict[str, int]) -> None:
    hidden = [counts[one.key] for one in counts_by_class(counts) if one.n is None]
    assert all(n is None or n >= SMALLEST_COUNT for n in (c.n for c in counts_by_class(counts)))
    if hidden and len(counts) > len(hidden):
        assert len(hidden) >= 2
        assert sum(hidden) >= SMALLEST_COUNT


@given(
    st.lists(st.integers(0, 800), min_size=2, max_size=9),
    st.integers(0, 200),
)
def test_hidden_people_cannot_be_had_by_subtraction(sizes: list[int], outside: int) -> None:
    levels = {f"level {at}": n for at, n in enumerate(sizes)}
    found = reasons(levels, outside)
    small = [level for level, n in levels.items() if 0 < n < SMALLEST_COUNT]
    assert all(found[level] == "privacy" for level in small)
    hidden = [levels[level] for level, why in found.items() if why and levels[level]]
    hidden += [outside] if outside else []
    if small and any(why is None for why in found.values()):
        assert len(hidden) >= 2
        assert sum(hidden) >= SMALLEST_COUNT


def test_canonical_json_has_one_text_per_content() -> None:
    figure = Figure(None, 900, 1 / 3, 0.01, 0.3, 0.36, 500.0, 1.8, 890, ("review",))
    text = canonical(figure)
    assert decode(Figure, text) == Figure(
        None, 900, 0.3333333333, 0.01, 0.3, 0.36, 500.0, 1.8, 890, ("review",)
    )
    assert canonical(decode(Figure, text)) == text
    assert canonical({"b": -0.0, "a": [1, 2]}) == '{"a":[1,2],"b":0.0}'
