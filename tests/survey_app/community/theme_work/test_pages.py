"""The work on themes by its pages, without any script."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from survey_app import jobs
from survey_app.community.models import Comment, ThemeDecision, ThemeSuggestion
from survey_app.community.theme_work.models import ThemeModel
from survey_app.db import Database
from tests.html import problems
from tests.survey_app.conftest import post_form, sign_in

BASE = "/en/staff/themes"


def html(client: FlaskClient, url: str) -> str:
    answer = client.get(url, follow_redirects=True)
    assert answer.status_code == 200, url
    page = answer.get_data(as_text=True)
    assert problems(page, language="en", direction="ltr") == [], url
    return page


@pytest.fixture
def desk(sqlite_app: Flask, heard_on_sqlite: str) -> FlaskClient:
    return sign_in(sqlite_app, "analyst")


def comment_on(page: str) -> str:
    found = re.search(r'name="comment" value="(\w+)"', page)
    assert found is not None
    return found[1]


def test_the_queue_shows_the_words_that_led_to_a_suggestion_and_takes_a_decision(
    sqlite_app: Flask, desk: FlaskClient
) -> None:
    queue = f"{BASE}/queue/2026"
    page = html(desk, queue)
    assert "60 without themes decided" in page
    first = comment_on(page)
    accept = {"comment": first, "accept": "y"}
    assert post_form(desk, queue, accept).headers["Location"].endswith(f"after={first}")
    second = comment_on(html(desk, f"{queue}?after={first}"))
    assert second != first
    both = {"comment": second, "theme": ["none", "reentry"]}
    refused = post_form(desk, queue, both)
    assert refused.status_code == 422
    assert "stand alone" in refused.get_data(as_text=True)
    assert post_form(desk, queue, {"comment": second, "theme": ["unclear"]}).status_code == 303
    database: Database = sqlite_app.extensions["database"]
    with database.session(read_only=True) as session:
        suggested = {one.code for one in session.get(Comment, first).suggestions}
        decision = session.get(ThemeDecision, first)
        assert {one.code for one in decision.themes} == suggested
        assert decision.role == "analyst"
        assert [one.code for one in session.get(ThemeDecision, second).themes] == ["unclear"]


def test_a_blind_reader_sees_no_suggestion(sqlite_app: Flask, desk: FlaskClient) -> None:
    made = post_form(desk, f"{BASE}/draws/new/2026", {"size": "40"})
    page = made.headers["Location"]
    assert "Read this draw" in html(desk, page)
    joined = post_form(desk, f"{page}/join", {}, page=f"{page}/read")
    assert joined.headers["Location"] == f"{page}/read"
    shown = html(desk, f"{page}/read")
    assert "0 of 40 read" in shown
    assert "because of" not in shown
    assert " checked" not in shown
    assert 'class="suggested"' not in shown
    other = sign_in(sqlite_app, "facilitator")
    post_form(other, f"{page}/join", {}, page=f"{page}/read")
    for client, code in ((desk, "reentry"), (other, "none")):
        first = comment_on(html(client, f"{page}/read"))
        sent = {"comment": first, "theme": [code]}
        assert post_form(client, f"{page}/read", sent).status_code == 303
    listed = html(desk, f"{page}/disagreements")
    assert "Only A" in listed
    assert other.get(f"{page}/disagreements").status_code == 403
    case = f"{page}/disagreements/{first}"
    assert "Settle a difference" in html(desk, case)
    assert post_form(desk, case, {"theme": ["none"]}).status_code == 303
    assert "What stands" in html(desk, f"{page}/disagreements")
    assert "Too few comments are settled" in html(desk, page)


def test_a_size_that_cannot_be_is_told_beside_the_field(desk: FlaskClient) -> None:
    refused = post_form(desk, f"{BASE}/draws/new/2026", {"size": "9x"})
    assert refused.status_code == 422
    assert "between 30 and 60" in refused.get_data(as_text=True)


def test_the_codebook_tells_what_a_proposed_version_would_change(desk: FlaskClient) -> None:
    page = html(desk, f"{BASE}/codebook")
    assert "proposed" in page
    assert "Another meaning: 0 earlier codes" in page
    assert "New: nothing was coded by it before." in page


def test_a_model_is_learnt_by_a_job_and_reads_again_when_it_is_used(
    sqlite_app: Flask, desk: FlaskClient
) -> None:
    database: Database = sqlite_app.extensions["database"]
    queue = f"{BASE}/queue/2026"
    for _ in range(30):
        waiting = comment_on(html(desk, queue))
        assert post_form(desk, queue, {"comment": waiting, "accept": "y"}).status_code == 303
    model = f"{BASE}/model"
    assert "30 comments with" in html(desk, model)
    assert post_form(desk, f"{model}/train", {}, page=model).status_code == 303
    with sqlite_app.app_context():
        jobs.work(database, once=True)
    with database.session(read_only=True) as session:
        made = session.scalars(select(ThemeModel)).one()
        assert (made.comments, made.in_use) == (30, False)
        decided = session.scalar(select(func.count()).select_from(ThemeDecision))
    used = post_form(desk, f"{model}/use", {"model": made.id}, page=model)
    assert used.status_code == 303
    assert "Read the comments again" in html(desk, used.headers["Location"])
    with sqlite_app.app_context():
        jobs.work(database, once=True)
    with database.session(read_only=True) as session:
        assert set(session.scalars(select(ThemeSuggestion.model_id))) == {made.id}
        assert session.scalar(select(func.count()).select_from(ThemeDecision)) == decided
    assert "In use" in html(desk, model)
    refused = post_form(desk, f"{model}/delete", {"model": made.id}, page=model)
    assert refused.status_code == 409
