"""The staff pages about waves: coarse counts, steps with confirmation, who may do what."""

from __future__ import annotations

import json
import re
import secrets

import pytest
from flask import Flask
from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from survey_app import jobs
from survey_app.accounts.audit import list_entries
from survey_app.db import Database
from survey_app.survey.keys import load_public_key
from survey_app.survey.models import OpenAnswer, Response, SealedAnswer
from survey_app.survey.sealing import seal
from survey_app.waves import counts, queries, services
from survey_app.waves.models import CLOSED, DRAFT, OPEN, PAUSED, Wave
from survey_app.waves.outreach import count_outreach
from tests.survey_app.conftest import post_form, sign_in

LIST = "/en/staff/waves"


def state_of(app: Flask, slug: str) -> str:
    with app.app_context(), app.extensions["database"].session(read_only=True) as session:
        return queries.find_wave(session, slug).state


def add_wave(app: Flask, *, opened: bool = False) -> str:
    with app.app_context(), app.extensions["database"].transaction() as session:
        wave = services.create_wave(session, questionnaire="2026", demo=True)
        if opened:
            services.open_wave(session, wave, production=False)
        return wave.id


def add_responses(session: Session, wave_id: str, count: int, *, source: str = "open") -> None:
    rows = [
        {
            "id": secrets.token_hex(16),
            "wave_id": wave_id,
            "language": "en",
            "source": source,
            "mode": "web",
            "answers": {"trust_police": 1},
            "domains": {},
        }
        for _ in range(count)
    ]
    session.execute(insert(Response), rows)


def test_an_administrator_takes_a_wave_through_its_life(app: Flask) -> None:
    client = sign_in(app, "administrator")
    made = post_form(client, LIST, {"questionnaire": "2026"})
    assert made.status_code == 303
    page = made.headers["Location"]
    for step, state in (("open", OPEN), ("pause", PAUSED), ("resume", OPEN)):
        confirm = client.get(f"{page}/{step}").get_data(as_text=True)
        assert "<h1>" in confirm
        assert state_of(app, "city-2026") != state or step == "resume"
        answer = post_form(client, f"{page}/{step}", {})
        assert (answer.status_code, answer.headers["Location"]) == (303, page)
        assert state_of(app, "city-2026") == state
    shown = client.get(page).get_data(as_text=True)
    assert re.search(r"<code>[0-9a-f]{64}</code>", shown)
    assert "988" in shown
    assert "raking_2020" in shown


def seal_answer(app: Flask, wave_id: str, text: str) -> None:
    body = {
        "language": "en",
        "source": "open",
        "mode": "web",
        "stratum": None,
        "psu": None,
        "base_weight": None,
        "police_district": None,
        "csa": None,
        "answers": {"trust_police": 2},
        "texts": {"own_words": text},
    }
    with app.app_context(), app.extensions["database"].transaction() as session:
        sealed = seal(load_public_key(app.extensions["config"]), json.dumps(body).encode())
        session.add(SealedAnswer(id=secrets.token_hex(16), wave_id=wave_id, ciphertext=sealed))


def test_closing_is_a_job_that_releases_what_is_sealed(app: Flask, database: Database) -> None:
    wave_id = add_wave(app, opened=True)
    for text in ("one", "two", "three"):
        seal_answer(app, wave_id, text)
    client = sign_in(app, "administrator")
    first, second = (post_form(client, f"{LIST}/city-2026/close", {}) for _ in range(2))
    assert first.status_code == 303
    assert first.headers["Location"] == second.headers["Location"]
    assert state_of(app, "city-2026") == OPEN
    with app.app_context():
        jobs.work(database, once=True)
    assert state_of(app, "city-2026") == CLOSED
    with database.session(read_only=True) as session:
        assert not session.scalars(select(SealedAnswer.id)).all()
        assert len(session.scalars(select(Response.id)).all()) == 3
        assert set(session.scalars(select(OpenAnswer.body))) == {"one", "two", "three"}
        closing = next(one for one in list_entries(session) if one.action == "wave.close")
        assert closing.role == "administrator"
    assert client.get(f"{LIST}/city-2026/open").status_code == 409
    assert post_form(client, f"{LIST}/city-2026/archive", {}).status_code == 303


@pytest.mark.parametrize(
    ("count", "told"), [(0, 0), (9, 0), (10, 10), (19, 10), (20, 20), (1234, 1230)]
)
def test_counts_go_in_steps_of_ten(count: int, told: int) -> None:
    assert counts.coarse(count).at_least == told


def test_an_open_wave_shows_no_answer_and_no_exact_count(app: Flask, database: Database) -> None:
    wave_id = add_wave(app, opened=True)
    with database.transaction() as session:
        add_responses(session, wave_id, 17, source="drawn")
        add_responses(session, wave_id, 8)
        session.add(SealedAnswer(id=secrets.token_hex(16), wave_id=wave_id, ciphertext=b"x"))
        for _ in range(5):
            session.add(SealedAnswer(id=secrets.token_hex(16), wave_id=wave_id, ciphertext=b"y"))
        session.flush()
        count_outreach(session, session.get_one(Wave, wave_id))  # the job of the day
    client = sign_in(app, "analyst")
    for url in (LIST, f"{LIST}/city-2026", f"{LIST}/city-2026/outreach"):
        html = client.get(url).get_data(as_text=True)
        assert "at least 30" in html
        for exact in ("31", "25", "17", "71"):
            main = re.sub(r"<[^>]*>|<code>.*?</code>", " ", html.partition("<main")[2])
            assert not re.search(rf"\b{exact}\b", main), main
    html = client.get(f"{LIST}/city-2026/outreach").get_data(as_text=True)
    assert "at least 10" in html
    assert "fewer than 10" in html


def test_steps_are_for_administrators_and_need_the_token(app: Flask) -> None:
    add_wave(app)
    page = f"{LIST}/city-2026"
    for role in ("analyst", "publisher"):
        client = sign_in(app, role)
        assert client.get(page).status_code == 200
        assert "/open" not in client.get(page).get_data(as_text=True)
        assert client.get(f"{page}/open").status_code == 403
        assert post_form(client, f"{page}/open", {}, page=page).status_code == 403
        assert post_form(client, LIST, {"questionnaire": "2025"}, page=page).status_code == 403
    assert sign_in(app, "facilitator").get(LIST).status_code == 403
    admin = sign_in(app, "administrator")
    assert admin.post(f"{page}/open").status_code == 400
    assert state_of(app, "city-2026") == DRAFT


def test_unknown_waves_steps_and_states(app: Flask) -> None:
    add_wave(app)
    client = sign_in(app, "administrator")
    assert client.get(f"{LIST}/city-1999").status_code == 404
    assert client.get(f"{LIST}/city-2026/burn").status_code == 404
    assert post_form(client, f"{LIST}/city-2026/pause", {}, page=LIST).status_code == 409
    assert post_form(client, LIST, {"questionnaire": "1999"}).status_code == 422
    assert post_form(client, LIST, {"questionnaire": "2026"}).status_code == 409


def test_foreign_waves_show_their_name_and_citation_and_no_steps(
    app: Flask, database: Database
) -> None:
    with database.transaction() as session:
        session.add(
            Wave(
                id="w",
                slug="town-2021",
                kind="foreign",
                series="town",
                year=2021,
                questionnaire="town-2021",
                state=CLOSED,
                title="Town survey 2021",
                publisher="Town",
                citation="Town. 2021. Town survey.",
                url="https://town.example",
                mapping={"rows_read": 7, "rows_kept": 6},
            )
        )
    client = sign_in(app, "administrator")
    html = client.get(f"{LIST}/town-2021").get_data(as_text=True)
    assert "Town. 2021. Town survey." in html
    assert client.get(f"{LIST}/town-2021/archive").status_code == 409
    assert "Town survey 2021" in client.get(LIST).get_data(as_text=True)
