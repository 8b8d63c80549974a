"""Save and return: only the code opens the draft; what the database holds does not."""

from __future__ import annotations

import itertools
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select

from survey_app.survey import crowd
from survey_app.survey.models import Draft, ReturnCode
from survey_app.survey.return_code import BITS, LENGTH, SIGNS, new_code, read_code, show_code
from survey_app.survey.sealing import key_from_cookie
from survey_app.survey.services.returns import open_code
from tests.survey_app.survey.conftest import City
from tests.survey_app.survey.resident import Resident

CODE = re.compile(r"[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}")


def get_code(resident: Resident) -> str:
    """Save, ask for a code, and read it off the page."""
    resident.send(leave="1")
    resident.url = "/en/survey/code"
    resident.send()
    found = CODE.search(resident.page)
    assert found, resident.text
    return found.group()


def rows(city: City, table: type) -> int:
    with city.database.session() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def test_a_code_opens_the_unfinished_survey_on_another_phone(city: City) -> None:
    first = city.resident()
    first.begin()
    first.send(safe_by_day="2")
    code = get_code(first)
    first.url = "/en/survey/forget"
    first.send()
    assert first.url == "/en/survey/forgotten"
    assert first.client.get_cookie("survey") is None
    other = city.resident()
    other.open("/en/survey/return")
    other.send(code=code.lower().replace("-", " "))
    assert other.url == "/en/survey/police"
    other.open("/en/survey/near_home")
    assert other.ticked() == {"safe_by_day": ["2"]}


def test_the_code_goes_with_its_draft(city: City) -> None:
    resident = city.resident()
    resident.begin()
    get_code(resident)
    assert rows(city, ReturnCode) == 1
    resident.url = "/en/survey/erase"
    resident.send()
    assert (rows(city, Draft), rows(city, ReturnCode)) == (0, 0)


def test_a_second_code_replaces_the_first(sqlite_city: City) -> None:
    resident = sqlite_city.resident()
    resident.begin()
    old = get_code(resident)
    resident.open("/en/survey/near_home")
    new = get_code(resident)
    assert old != new
    assert rows(sqlite_city, ReturnCode) == 1
    other = sqlite_city.resident()
    other.open("/en/survey/return")
    other.send(code=old)
    assert other.status == 422
    assert "No unfinished survey has this code" in other.text
    other.send(code=new)
    assert other.url == "/en/survey/around_city"


def test_a_typing_error_is_told_and_costs_no_guess(sqlite_city: City) -> None:
    resident = sqlite_city.resident()
    resident.open("/en/survey/return")
    wrong = "0000-0000-0001"
    for _time in range(crowd.WRONG_CODES + 1):
        resident.send(code=wrong)
        assert resident.status == 422
    assert "one of them is not right" in resident.text
    assert f'value="{wrong}"' in resident.page


def test_guessing_is_stopped(sqlite_city: City, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("survey_app.survey.crowding.WRONG_CODES", 2)
    resident = sqlite_city.resident()
    resident.open("/en/survey/return")
    for _guess in range(2):
        resident.send(code=new_code())
        assert resident.status == 422
    resident.send(code=new_code())
    assert resident.status == 429


def test_who_has_the_database_cannot_open_the_draft(sqlite_city: City) -> None:
    """Everything in the row is tried as a key; the code without the secret finds no row."""
    resident = sqlite_city.resident()
    resident.begin()
    cookie = resident.client.get_cookie("survey")
    assert cookie
    key = key_from_cookie(cookie.value)
    code = read_code(get_code(resident))
    assert key
    assert code
    with sqlite_city.database.session() as session:
        row = session.scalars(select(ReturnCode)).one()
        held = b"".join([row.lookup.encode(), row.draft.encode(), row.wrapped_key])
        assert key not in held
        assert code.encode() not in held
        assert open_code(session, code, secret="another installation") is None
        assert open_code(session, code, secret=sqlite_city.config.secret_key) == key


def test_the_page_with_the_code_is_kept_nowhere(sqlite_city: City) -> None:
    resident = sqlite_city.resident()
    resident.begin()
    answer = resident.client.post("/en/survey/code")
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_code_has_55_random_bits_and_reads_as_written() -> None:
    assert BITS == 55
    codes = {new_code() for _time in range(500)}
    assert len(codes) == 500
    for code in codes:
        assert read_code(show_code(code)) == code
        assert read_code(code.lower()) == code


@given(st.lists(st.sampled_from(SIGNS), min_size=LENGTH - 1, max_size=LENGTH - 1))
def test_one_wrong_sign_and_two_exchanged_ones_are_always_found(drawn: list[str]) -> None:
    code = next(found for last in SIGNS if (found := read_code("".join(drawn) + last)))
    for place, sign in itertools.product(range(LENGTH), SIGNS):
        if code[place] != sign:
            assert read_code(code[:place] + sign + code[place + 1 :]) is None
    for one, other in itertools.combinations(range(LENGTH), 2):
        if code[one] != code[other]:
            signs = list(code)
            signs[one], signs[other] = signs[other], signs[one]
            assert read_code("".join(signs)) is None


def test_what_people_write_for_a_sign_is_understood() -> None:
    code = next(code for code in iter(new_code, "") if "0" in code and "1" in code)
    assert read_code(code.replace("0", "O").replace("1", "l")) == code
    arabic = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")
    assert read_code(code.translate(arabic)) == code
