"""What is new, what goes together, and what no theme holds."""

from __future__ import annotations

import numpy as np
import pytest

from analysis.themes.errors import DrawError
from analysis.themes.groups import groups
from analysis.themes.novelty import MIN_COMMENTS, collocations, rising

Pair = tuple[str, str | None]


def comments(seed: int, n: int, extra: str = "", share: float = 0.0) -> list[Pair]:
    random = np.random.default_rng(seed)
    words = ["police", "trash", "school", "bus", "corner", "light", "rent", "park"]
    return [
        (
            " ".join(random.choice(words, 6)) + (f" {extra}" if random.random() < share else ""),
            "en",
        )
        for _ in range(n)
    ]


def test_a_phrase_that_rises_is_found_and_one_that_stays_is_not() -> None:
    found = rising(comments(1, 200, "tire reclamation", 0.2), comments(2, 200))
    assert found[0].phrase == "tire reclam"
    assert found[0].there == 0
    assert "tire reclamation" in found[0].example
    assert not {"police", "trash", "school"} & {one.phrase for one in found[:1]}


def test_equal_collections_have_hardly_anything_new() -> None:
    assert len(rising(comments(3, 300), comments(4, 300))) <= 4


def test_what_few_people_said_is_not_told() -> None:
    few = [("an extraordinary zebra", "en")] * (MIN_COMMENTS - 1)
    found = rising([*comments(5, 100), *few], comments(6, 100))
    assert not any("zebra" in one.phrase for one in found)


def test_repeating_a_word_in_one_comment_is_no_more_than_saying_it() -> None:
    once = rising([("siren", "en")] * 20 + comments(7, 100), comments(8, 100))
    often = rising([("siren " * 9, "en")] * 20 + comments(7, 100), comments(8, 100))
    siren = [next(o for o in found if o.phrase.split()[0] == "siren") for found in (once, often)]
    assert siren[0].here == siren[1].here == 20


def test_terms_that_belong_together() -> None:
    found = collocations(comments(9, 100, "property tax", 0.4))
    assert found[0].phrase == "properti tax"
    assert found[0].comments >= MIN_COMMENTS


def test_like_comments_without_a_theme_come_together() -> None:
    random = np.random.default_rng(1)
    topics = [["ferry", "boat", "dock", "harbor"], ["snowball", "syrup", "marshmallow", "stand"]]
    pairs: list[Pair] = [(" ".join(random.choice(topics[number % 2], 5)), "en") for number in range(40)]
    found = groups(pairs)
    assert len(found) == 2
    for one in found:
        assert len({place % 2 for place in one.places}) == 1
        assert one.terms
    with pytest.raises(DrawError, match="At least"):
        groups(pairs[:5])
