"""The way through the pages: conditions, the extra district question, what is still unseen."""

from __future__ import annotations

import json

import pytest

from questionnaires.areas import neighborhoods
from questionnaires.load import available, load_instrument
from survey_app.survey.contents import Contents
from survey_app.survey.flow import DISTRICT, first_unseen, is_open, is_page, position, steps
from survey_app.survey.sealing import BLOCK

INSTRUMENT = load_instrument("2026")


def asked(answers: dict) -> set[str]:
    return {name for step in steps(INSTRUMENT, answers) for name in step.questions}


def test_conditional_questions_come_only_when_their_condition_holds() -> None:
    assert "violence_workers_trust" not in asked({})
    assert "violence_workers_trust" not in asked({"violence_workers_aware": 2})
    assert "violence_workers_trust" not in asked({"violence_workers_aware": -2})
    assert "violence_workers_trust" in asked({"violence_workers_aware": 1})
    assert "plan_going" in asked({"plan_heard": 2})


def test_a_condition_looks_at_an_earlier_page() -> None:
    everything = {"violence_workers_aware": 1, "plan_heard": 1}
    way = steps(INSTRUMENT, everything)
    place = {name: number for number, step in enumerate(way) for name in step.questions}
    for question in INSTRUMENT.questions:
        if question.only_if is not None:
            assert place[question.only_if.question] < place[question.id]


def test_only_a_neighborhood_in_several_districts_asks_for_the_district() -> None:
    split = [place for place in neighborhoods() if place.police_district is None]
    assert split
    for place in neighborhoods():
        way = steps(INSTRUMENT, {"area": {"neighborhood": place.name}})
        number = position(way, DISTRICT)
        assert (number is not None) == (place in split)
        if number is not None:
            assert way[number - 1].id == "area"
            assert len(way[number].districts) == len(place.district_candidates) > 1
    assert position(steps(INSTRUMENT, {"area": {"zip": "21218"}}), DISTRICT) is None
    assert position(steps(INSTRUMENT, {"area": -3}), DISTRICT) is None


def test_pages_open_in_order_and_stay_open() -> None:
    way = steps(INSTRUMENT, {})
    assert first_unseen(way, frozenset()) == way[0]
    seen = frozenset(way[0].questions)
    assert first_unseen(way, seen) == way[1]
    assert is_open(way, 1, seen)
    assert not is_open(way, 2, seen)
    everything = frozenset(name for step in way for name in step.questions)
    assert first_unseen(way, everything) is None


def test_an_answer_that_opens_a_question_makes_its_page_unseen_again() -> None:
    everything = frozenset(name for step in steps(INSTRUMENT, {}) for name in step.questions)
    step = first_unseen(steps(INSTRUMENT, {"plan_heard": 1}), everything)
    assert step is not None
    assert "plan_going" in step.questions


def test_page_ids_leave_the_other_addresses_free() -> None:
    taken = {"review", "thank-you", "continue", "not-eligible", "kept", "erase", "erased"}
    for year in available():
        pages = {page.id for page in load_instrument(year).pages}
        assert not pages & taken
    assert is_page(INSTRUMENT, "area")
    assert is_page(INSTRUMENT, DISTRICT)
    assert not is_page(INSTRUMENT, "admin")


def test_a_draft_comes_back_as_it_went() -> None:
    contents = Contents("w", {"a": 1, "b": [1, 2], "c": "“é”", "d": {"zip": "21218"}}, frozenset("ab"))
    assert Contents.from_json(contents.to_json()) == contents


@pytest.mark.parametrize("year", available())
def test_the_longest_survey_fits_one_block(year: str) -> None:
    """So all rows have one length, and the length tells nothing."""
    instrument = load_instrument(year)
    answers: dict = {}
    for question in instrument.questions:
        if question.kind == "text":
            answers[question.id] = "𝄞" * (question.max_length or 1000)
        elif question.kind == "multiple":
            answers[question.id] = list(question.codes)
        elif question.kind == "area":
            answers[question.id] = {"neighborhood": max((p.name for p in neighborhoods()), key=len)}
        else:
            answers[question.id] = 20
    longest = Contents("x" * 36, answers, frozenset(answers)).to_json()
    assert len(longest) < BLOCK
    as_sealed = json.dumps(answers, ensure_ascii=False).encode()
    assert len(as_sealed) + 600 < BLOCK
