"""The draw can be repeated and lengthened; the planner says what more codes give."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.themes.draw import allocate, draw, plan
from analysis.themes.errors import DrawError

IDS = [f"c{number}" for number in range(500)]
STRATA = ["en"] * 400 + ["es"] * 90 + ["ko"] * 10


def test_the_same_seed_draws_the_same_whatever_the_order_of_the_table() -> None:
    first = draw(IDS, STRATA, 60, seed=7)
    turned = draw(IDS[::-1], STRATA[::-1], 60, seed=7)
    assert [one.id for one in first.comments] == [one.id for one in turned.comments]
    assert first.record == turned.record
    assert [one.id for one in draw(IDS, STRATA, 60, seed=8).comments] != [
        one.id for one in first.comments
    ]


def test_places_and_probabilities_belong_to_the_comments() -> None:
    made = draw(IDS, STRATA, 50, seed=1)
    counts = Counter(one.stratum for one in made.comments)
    assert counts == {"en": 40, "es": 8, "ko": 2} or sum(counts.values()) == 50
    for one in made.comments:
        assert IDS[one.place] == one.id
        assert STRATA[one.place] == one.stratum
        size, drawn = made.record.strata[one.stratum]
        assert one.probability == drawn / size


@given(size=st.integers(6, 498), seed=st.integers(0, 50))
def test_a_longer_draw_contains_the_shorter(size: int, seed: int) -> None:
    shorter = {one.id for one in draw(IDS, STRATA, size, seed=seed).comments}
    longer = {one.id for one in draw(IDS, STRATA, size + 2, seed=seed).comments}
    assert shorter < longer


def test_over_many_seeds_every_comment_is_drawn_as_often_as_promised() -> None:
    counts: Counter[str] = Counter()
    promised: dict[str, float] = {}
    for seed in range(400):
        for one in draw(IDS, STRATA, 100, seed=seed * 2).comments:
            counts[one.id] += 1
            promised[one.id] = one.probability
    observed = np.array([counts[key] / 400 for key in IDS])
    expected = np.array([promised.get(key, 0.0) for key in IDS])
    spread = np.sqrt(expected * (1 - expected) / 400)
    assert (np.abs(observed - expected) < 4.5 * spread).all()


def test_every_stratum_gets_its_minimum_and_never_more_than_it_has() -> None:
    assert allocate({"a": 1000, "b": 1}, 10, 2) == {"a": 9, "b": 1}
    assert allocate({"a": 5, "b": 5}, 10, 2) == {"a": 5, "b": 5}


@pytest.mark.parametrize(
    ("ids", "strata", "size", "words"),
    [
        (["a", "a"], ["x", "x"], 1, "twice"),
        (["a"], ["x", "y"], 1, "one stratum"),
        (["a"], ["x"], 2, "Cannot draw"),
        (["a"], ["x"], 0, "Cannot draw"),
    ],
)
def test_impossible_draws_are_refused(ids: list[str], strata: list[str], size: int, words: str) -> None:
    with pytest.raises(DrawError, match=words):
        draw(ids, strata, size, seed=1)


def test_the_planner_knows_the_tagger_and_the_end_of_the_collection() -> None:
    few, many, everything = plan(1000, [100, 400, 1000], precision=0.8, recall=0.8)
    assert few.half_width > many.half_width > everything.half_width == 0.0
    assert few.half_width < few.half_width_codes_only
    (alone,) = plan(1_000_000, [100], share=0.5)
    assert alone.half_width == pytest.approx(0.098, abs=0.0005)  # the textbook 10 points at n = 100
    with pytest.raises(DrawError, match="cannot be"):
        plan(100, [10], share=0.5, precision=0.1, recall=0.9)
