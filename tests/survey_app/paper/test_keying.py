"""Two people key a paper form; where they differ a third settles it; nothing leads to the answer."""

from __future__ import annotations

import json
from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from survey_app.db import Database
from survey_app.paper.keyed import Keyed, differences
from survey_app.paper.models import PaperForm, PaperTally
from survey_app.survey.keys import load_private_key
from survey_app.survey.models import SealedAnswer
from survey_app.survey.sealing import unseal
from survey_app.waves.services import create_wave, open_wave
from tests.html import problems
from tests.survey_app.conftest import post_form, sign_in

PAGE = "/en/staff/paper/pulse-2026-q4"
READ = {"adult": "1", "event": "1", "engagement_kind": "2", "trust_city": "1"}


@pytest.fixture
def pulse(sqlite_app: Flask) -> Flask:
    return open_pulse(sqlite_app)


def open_pulse(app: Flask) -> Flask:
    database: Database = app.extensions["database"]
    with app.app_context(), database.transaction() as session:
        wave = create_wave(session, questionnaire="pulse", demo=True, day=date(2026, 10, 5))
        open_wave(session, wave, production=False)
    return app


def key(client: FlaskClient, number: int, read: dict[str, str], language: str = "es") -> str:
    """Key a form; what became of it."""
    page = f"{PAGE}/key?number={number}&language={language}"
    data: dict[str, object] = {"number": str(number), "language": language, **read}
    answer = post_form(client, f"{PAGE}/key", data, page=page)
    assert answer.status_code == 303, answer.get_data(as_text=True)
    return answer.headers["Location"].rsplit("/", 1)[1]


def sealed(app: Flask) -> list[dict[str, object]]:
    database: Database = app.extensions["database"]
    private = load_private_key(app.extensions["config"])
    with database.session() as session:
        rows = session.scalars(select(SealedAnswer))
        return [json.loads(unseal(private, row.ciphertext)) for row in rows]


def form(app: Flask, number: int) -> PaperForm:
    database: Database = app.extensions["database"]
    with database.session() as session:
        return session.scalars(select(PaperForm).where(PaperForm.number == number)).one()


def test_what_two_people_read_alike_is_sealed_as_an_answer_on_paper(app: Flask) -> None:
    open_pulse(app)
    assert key(sign_in(app, "interviewer"), 7, READ) == "once"
    assert sealed(app) == []
    assert key(sign_in(app, "interviewer"), 7, READ) == "done"
    (answer,) = sealed(app)
    assert (answer["mode"], answer["source"], answer["language"]) == ("paper", "open", "es")
    assert answer["answers"]["trust_city"] == 1  # type: ignore[index]
    assert answer["answers"]["engagement_heard"] == -1  # type: ignore[index]
    assert "adult" not in answer["answers"]  # type: ignore[operator]


def test_of_a_counted_form_only_its_number_stays(app: Flask) -> None:
    """The database refuses anything else."""
    open_pulse(app)
    for _person in range(2):
        key(sign_in(app, "interviewer"), 7, READ)
    left = form(app, 7)
    assert (left.state, left.language, left.first_by, left.first_keyed) == ("done", None, None, None)
    (answer,) = sealed(app)
    assert "7" not in json.dumps({name: answer[name] for name in answer if name != "answers"})
    database: Database = app.extensions["database"]
    with pytest.raises(IntegrityError), database.transaction() as session:
        session.execute(update(PaperForm).values(language="es"))


def test_one_person_cannot_key_a_form_twice_nor_anybody_a_third_time(pulse: Flask) -> None:
    first, second = sign_in(pulse, "interviewer"), sign_in(pulse, "interviewer")
    key(first, 7, READ)
    page = f"{PAGE}/key?number=7&language=es"
    again = post_form(first, f"{PAGE}/key", {"number": "7", "language": "es", **READ}, page=page)
    assert again.status_code == 403
    assert "Another person must key it" in again.get_data(as_text=True)
    key(second, 7, READ)
    third = post_form(second, f"{PAGE}/key", {"number": "7", "language": "es", **READ}, page=page)
    assert third.status_code == 409
    assert len(sealed(pulse)) == 1


def test_where_they_differ_a_third_person_looks_at_the_paper(pulse: Flask) -> None:
    key(sign_in(pulse, "interviewer"), 9, READ)
    second = sign_in(pulse, "administrator")
    assert key(second, 9, {**READ, "trust_city": "3"}) == "differs"
    assert sealed(pulse) == []
    assert second.get(f"{PAGE}/forms/9").status_code == 403, "who keyed it does not settle it"
    analyst = sign_in(pulse, "analyst")
    page = analyst.get(f"{PAGE}/forms/9").get_data(as_text=True)
    assert not problems(page, language="en", direction="ltr")
    assert "First person: " in page
    assert 'name="trust_city"' in page
    assert 'name="engagement_kind"' not in page, "only what differs is asked"
    answer = post_form(analyst, f"{PAGE}/forms/9", {"trust_city": "3"})
    assert answer.status_code == 303
    (counted,) = sealed(pulse)
    assert counted["answers"]["trust_city"] == 3  # type: ignore[index]
    assert counted["answers"]["engagement_kind"] == 2  # type: ignore[index]
    assert form(pulse, 9).state == "done"
    database: Database = pulse.extensions["database"]
    with database.session() as session:
        tally = session.scalars(select(PaperTally)).one()
        assert (tally.forms, tally.counted, tally.compared, tally.differed) == (1, 1, 8, 1)


def test_a_person_who_may_not_take_part_is_not_counted(pulse: Flask) -> None:
    for _person in range(2):
        key(sign_in(pulse, "interviewer"), 3, {**READ, "adult": "2"})
    assert sealed(pulse) == []
    assert form(pulse, 3).state == "done"


def test_what_one_person_keyed_is_not_to_be_read_in_the_database(pulse: Flask) -> None:
    """Neither as text, nor from its length."""
    key(sign_in(pulse, "interviewer"), 1, READ)
    key(sign_in(pulse, "interviewer"), 2, {"adult": "1"})
    one, two = form(pulse, 1).first_keyed or b"", form(pulse, 2).first_keyed or b""
    assert b"trust_city" not in one
    assert len(one) == len(two)


def test_own_words_are_compared_by_their_letters() -> None:
    first = Keyed({"own_words": "More lights, please!", "trust_city": 1})
    assert (
        differences(first, Keyed({"own_words": "more lights  please", "trust_city": 1}), ("own_words",))
        == ()
    )
    assert differences(first, Keyed({"own_words": "No lights"}), ("own_words", "trust_city")) == (
        "own_words",
        "trust_city",
    )
    assert differences(first, Keyed(first.answers, "K7M4RX9WD"), ("trust_city",)) == ("code",)


def test_the_pages_say_what_waits_and_who_may_come(pulse: Flask) -> None:
    client = sign_in(pulse, "interviewer")
    key(client, 4, READ)
    for path in ("/en/staff/paper", PAGE, f"{PAGE}/key", f"{PAGE}/key?number=5&language=ar"):
        page = client.get(path).get_data(as_text=True)
        assert not problems(page, language="en", direction="ltr"), path
    assert "number=4" in client.get(PAGE).get_data(as_text=True)
    assert client.get(f"{PAGE}/key?number=x").status_code == 422
    assert client.get(f"{PAGE}/forms/4").status_code == 403
    assert sign_in(pulse, "facilitator").get("/en/staff/paper").status_code == 403
