"""Answers as small numbers: nothing of them is lost, and no more bytes are used than needed."""

import numpy as np
import pytest

from analysis.coded import Coded, Coder
from analysis.factors import Factor

ANSWERS = [3, None, (1, 2), 3, "Western", -2, (1, 2)]


def test_every_answer_comes_back() -> None:
    coded = Coded.of(ANSWERS)
    assert [coded.values[code] for code in coded.codes] == ANSWERS
    assert coded.counts == {3: 2, None: 1, (1, 2): 2, "Western": 1, -2: 1}
    assert coded.take(np.array([4, 0])).factor(str).tolist() == ["Western", "3"]


@pytest.mark.parametrize(("different", "width"), [(256, 1), (257, 2), (1 << 16, 2), ((1 << 16) + 1, 4)])
def test_a_row_costs_as_many_bytes_as_there_are_different_answers_for(
    different: int, width: int
) -> None:
    coded = Coded.of(range(different))
    assert coded.codes.dtype.itemsize == width
    assert np.array_equal(coded.codes, np.arange(different))


def test_a_column_may_begin_late() -> None:
    coder = Coder.blank(2)
    coder.add(5)
    coder.add(None)
    assert coder.coded().numbers(lambda value: value or 0).tolist() == [0, 0, 5, 0]


def test_what_is_asked_of_an_answer_goes_to_everybody_who_gave_it() -> None:
    coded = Coded.of(ANSWERS)
    levels = coded.factor(lambda value: value if isinstance(value, str) else None)
    assert levels.tolist() == ["", "", "", "", "Western", "", ""]
    assert coded.holds(lambda value: value == (1, 2)).tolist() == [0, 0, 1, 0, 0, 0, 1]


def test_an_answer_can_be_taken_back() -> None:
    coded = Coded.of([1, 2, 1])
    gone = coded.without(np.array([True, False, False]))
    assert [gone.values[code] for code in gone.codes] == [None, 2, 1]
    assert coded.counts == {1: 2, 2: 1}
    levels = Factor.of(np.array([0, 1, 0]), ("b", "a"))
    assert levels.levels == ("a", "b")
    assert levels.without(np.array([False, True, False])).levels == ("", "b")
    assert levels.relabel(lambda level: "one").levels == ("one",)


def test_nobody_is_no_answer() -> None:
    empty = Coded.of([])
    assert len(empty) == 0
    assert empty.factor(str).tolist() == []
    assert empty.numbers(float).tolist() == []
