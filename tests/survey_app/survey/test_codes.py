"""Four kinds of missing answer are four codes; where somebody lives becomes derived areas only."""

from __future__ import annotations

import json

from questionnaires.load import load_instrument
from questionnaires.schema import DONT_KNOW, NOT_APPLICABLE, PREFER_NOT, SKIPPED
from survey_app.survey.codes import (
    AREA_WITH_DISTRICT,
    AREA_WITHOUT_DISTRICT,
    code_answers,
)

INSTRUMENT = load_instrument("2026")


def test_every_question_gets_a_code_except_the_written_one() -> None:
    coded = code_answers(INSTRUMENT, {})
    assert set(coded.answers) == {q.id for q in INSTRUMENT.questions if q.kind != "text"}
    assert coded.texts == {}


def test_the_four_kinds_of_missing_stay_apart() -> None:
    coded = code_answers(
        INSTRUMENT, {"trust_police": PREFER_NOT, "safe_by_day": DONT_KNOW, "plan_heard": 3}
    )
    assert coded.answers["trust_police"] == PREFER_NOT
    assert coded.answers["safe_by_day"] == DONT_KNOW
    assert coded.answers["safe_after_dark"] == SKIPPED
    assert coded.answers["plan_going"] == NOT_APPLICABLE
    assert len({PREFER_NOT, DONT_KNOW, SKIPPED, NOT_APPLICABLE}) == 4


def test_an_answer_whose_condition_no_longer_holds_does_not_apply() -> None:
    coded = code_answers(INSTRUMENT, {"plan_heard": 3, "plan_going": 1})
    assert coded.answers["plan_going"] == NOT_APPLICABLE


def test_neither_neighborhood_nor_zip_is_stored() -> None:
    coded = code_answers(INSTRUMENT, {"area": {"neighborhood": "Abell"}})
    assert coded.answers["area"] == AREA_WITH_DISTRICT
    assert coded.areas.police_district == "Northern"
    assert "Abell" not in json.dumps(coded.answers)
    coded = code_answers(INSTRUMENT, {"area": {"zip": "21218"}})
    assert coded.answers["area"] == AREA_WITHOUT_DISTRICT
    assert coded.areas.police_district is None
    assert "21218" not in json.dumps(coded.answers)


def test_a_split_neighborhood_gets_its_district_from_the_answer() -> None:
    place = {"neighborhood": "Barre Circle"}
    assert code_answers(INSTRUMENT, {"area": place}).areas.police_district is None
    coded = code_answers(INSTRUMENT, {"area": place, "area_district": 9})
    assert coded.areas.police_district == "Southern"
    unknown = code_answers(INSTRUMENT, {"area": place, "area_district": DONT_KNOW})
    assert unknown.areas.police_district is None
    assert unknown.answers["area"] == AREA_WITHOUT_DISTRICT


def test_a_district_that_belongs_to_another_neighborhood_is_not_used() -> None:
    coded = code_answers(INSTRUMENT, {"area": {"neighborhood": "Barre Circle"}, "area_district": 3})
    assert coded.areas.police_district is None
    coded = code_answers(INSTRUMENT, {"area": {"neighborhood": "Abell"}, "area_district": 3})
    assert coded.areas.police_district == "Northern"


def test_written_words_go_their_own_way() -> None:
    coded = code_answers(INSTRUMENT, {"own_words": "more light"})
    assert coded.texts == {"own_words": "more light"}
    assert "own_words" not in coded.answers
