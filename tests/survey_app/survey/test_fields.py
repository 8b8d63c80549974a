"""Each kind of question reads what is sent, refuses what is wrong, and says it back."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask

from questionnaires.schema import DONT_KNOW, PREFER_NOT
from survey_app.survey.fields import FIELDS, Sent, Value
from survey_app.survey.words import Asked, Words


@pytest.fixture(autouse=True)
def _page(sqlite_app: Flask) -> Iterator[None]:
    """Error messages need a page to know their language."""
    with sqlite_app.test_request_context("/en/survey"):
        yield


def ask(words: Words, name: str) -> Asked:
    return words.ask(words.instrument.question(name))


def parse(words: Words, name: str, sent: Sent) -> tuple[Value | None, str | None]:
    asked = ask(words, name)
    parsed = FIELDS[asked.kind].parse(asked, sent)
    return parsed.value, parsed.error


@pytest.mark.parametrize(
    ("name", "sent", "value"),
    [
        ("trust_police", {"trust_police": ["2"]}, 2),
        ("trust_police", {"trust_police": ["-2"]}, DONT_KNOW),
        ("trust_police", {"trust_police": ["-3"]}, PREFER_NOT),
        ("trust_police", {}, None),
        ("trust_police", {"trust_police": [" "]}, None),
        ("violence_seen", {"violence_seen": ["4", "1", "1"]}, [1, 4]),
        ("violence_seen", {"violence_seen": ["6"]}, [6]),
        ("violence_seen", {"violence_seen": ["-3"]}, PREFER_NOT),
        ("violence_seen", {}, None),
        ("own_words", {"own_words": ["  "]}, None),
        ("own_words", {"own_words": ["a\r\nb\x00c"]}, "a\nbc"),
        ("adults_in_household", {"adults_in_household": ["3"]}, 3),
        ("adults_in_household", {"adults_in_household": ["٣"]}, 3),
        ("adults_in_household", {"adults_in_household-missing": ["-3"]}, PREFER_NOT),
        ("adults_in_household", {"adults_in_household": [""]}, None),
        ("area", {"area": ["Abell"]}, {"neighborhood": "Abell"}),
        ("area", {"area": ["Abell"], "area-zip": ["21218"]}, {"neighborhood": "Abell"}),
        ("area", {"area": [""], "area-zip": ["٢١٢١٨"]}, {"zip": "21218"}),
        ("area", {"area-missing": ["-3"]}, PREFER_NOT),
        ("area", {"area": [""], "area-zip": [""]}, None),
    ],
)
def test_right_input_is_read(english: Words, name: str, sent: Sent, value: Value | None) -> None:
    assert parse(english, name, sent) == (value, None)


@pytest.mark.parametrize(
    ("name", "sent", "says"),
    [
        ("trust_police", {"trust_police": ["9"]}, "Choose one of the answers"),
        ("trust_police", {"trust_police": ["-1"]}, "Choose one of the answers"),
        ("trust_police", {"trust_police": ["-4"]}, "Choose one of the answers"),
        ("trust_police", {"trust_police": ["DROP TABLE"]}, "Choose one of the answers"),
        ("safe_by_day", {"safe_by_day": ["-3"]}, "Choose one of the answers"),
        ("violence_seen", {"violence_seen": ["1", "77"]}, "Choose from the answers"),
        ("violence_seen", {"violence_seen": ["1", "6"]}, "None of these"),
        ("violence_seen", {"violence_seen": ["1", "-3"]}, "rather not say"),
        ("own_words", {"own_words": ["x" * 1001]}, "1 letter too long"),
        ("own_words", {"own_words": ["x" * 3000]}, "2,000 letters too long"),
        ("adults_in_household", {"adults_in_household": ["0"]}, "from 1 to 20"),
        ("adults_in_household", {"adults_in_household": ["21"]}, "from 1 to 20"),
        ("adults_in_household", {"adults_in_household": ["2.5"]}, "from 1 to 20"),
        ("adults_in_household", {"adults_in_household": ["two"]}, "from 1 to 20"),
        ("adults_in_household", {"adults_in_household": ["9" * 5000]}, "from 1 to 20"),
        (
            "adults_in_household",
            {"adults_in_household": ["2"], "adults_in_household-missing": ["-3"]},
            "not both",
        ),
        ("adults_in_household", {"adults_in_household-missing": ["5"]}, "Choose one"),
        ("area", {"area": ["Atlantis"]}, "from the list"),
        ("area", {"area-zip": ["90210"]}, "ZIP code in Baltimore City"),
        ("area", {"area": ["Abell"], "area-missing": ["-3"]}, "not both"),
    ],
)
def test_wrong_input_is_told_and_shown_again(english: Words, name: str, sent: Sent, says: str) -> None:
    value, error = parse(english, name, sent)
    assert value is None
    assert error is not None
    assert says in error
    asked = ask(english, name)
    view = FIELDS[asked.kind].view(asked, sent, error)
    assert view.error == error
    assert view.anchor != view.id, "an error leads to the control, not to the group"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("trust_police", 2),
        ("trust_police", DONT_KNOW),
        ("violence_seen", [1, 4]),
        ("violence_seen", PREFER_NOT),
        ("own_words", "Two\nlines <b>"),
        ("adults_in_household", 3),
        ("adults_in_household", PREFER_NOT),
        ("area", {"neighborhood": "Abell"}),
        ("area", {"zip": "21218"}),
        ("area", PREFER_NOT),
    ],
)
def test_a_kept_value_fills_the_form_that_gives_it_again(
    english: Words, name: str, value: Value
) -> None:
    asked = ask(english, name)
    handler = FIELDS[asked.kind]
    sent = handler.fill(asked, value)
    assert handler.parse(asked, sent).value == value
    view = handler.view(asked, sent, None)
    shown = [option for option in (*view.options, *view.names) if option.checked]
    assert shown or view.typed
    assert all(handler.say(asked, value))


def test_every_question_of_the_year_can_be_shown_empty(english: Words) -> None:
    for question in english.instrument.questions:
        asked = english.ask(question)
        view = FIELDS[asked.kind].view(asked, {}, None)
        assert not any(option.checked for option in view.options)
        assert view.text
