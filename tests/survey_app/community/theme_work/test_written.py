"""What residents wrote in the survey: masked where it lies, worked on like comments, in no session."""

from __future__ import annotations

import secrets
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from survey_app import jobs
from survey_app.accounts.services import create_account
from survey_app.community.models import TYPED, Comment, CommunitySession
from survey_app.community.theme_work import services
from survey_app.community.theme_work.collections import (
    find_collection,
    find_work,
    list_waves,
    list_years,
)
from survey_app.community.theme_work.figures import draw_figures
from survey_app.community.theme_work.queries import list_collected, list_drawn
from survey_app.db import Database
from survey_app.problems import NotFoundProblem
from survey_app.survey.models import OpenAnswer
from survey_app.survey.weight_classes import put_classes, weight_class
from survey_app.waves.models import CLOSED, OPEN, Wave
from tests.html import problems
from tests.survey_app.community.theme_work.conftest import SAID
from tests.survey_app.conftest import post_form, sign_in

ANSWERS = 60
KEY = "survey-written-2025"


def write(session: Session, *, state: str = CLOSED) -> str:
    """A wave in which sixty people wrote something; its id."""
    wave = Wave(
        id=secrets.token_hex(16),
        slug="written-2025",
        kind="own",
        series="city",
        year=2025,
        questionnaire="2025",
        state=state,
        opened_on=date(2025, 9, 1),
        closed_on=date(2025, 11, 1) if state == CLOSED else None,
        title="Survey of 2025",
    )
    session.add(wave)
    session.flush()
    session.add_all(
        OpenAnswer(
            id=secrets.token_hex(16),
            wave_id=wave.id,
            question="own_words",
            language="en",
            police_district="Central" if number % 2 else None,
            weight_class=("low", "middle", None)[number % 3],
            body=f"{SAID[number % len(SAID)]} Call 410-555-01{number:02d}.",
        )
        for number in range(ANSWERS)
    )
    session.flush()
    return wave.id


def bring_in(app: Flask, database: Database) -> None:
    """As the page does it: a job for the worker."""
    with app.app_context():
        with database.transaction() as session:
            jobs.request_job(
                session, kind="themes.bring_in", arguments={"collection": KEY}, unique_key=KEY
            )
        jobs.work(database, once=True)


def test_they_are_masked_in_their_own_table_and_have_no_second_copy(
    app: Flask, database: Database
) -> None:
    with database.transaction() as session:
        write(session)
    bring_in(app, database)
    bring_in(app, database)
    with app.app_context(), database.session(read_only=True) as session:
        work = find_work(session, find_collection(session, KEY))
        assert (work.comments, work.decided, work.waiting) == (ANSWERS, 0, 0)
        bodies = set(session.scalars(select(OpenAnswer.body)))
        assert all("[phone]" in body and "410" not in body for body in bodies)
        comments = list(session.scalars(select(Comment)))
        assert {one.words.current.body for one in comments} == bodies
        assert {one.plain_body for one in comments} == {None}
        assert session.scalar(select(func.count()).select_from(CommunitySession)) == 0
        assert list_years(session) == []


def test_a_draw_of_them_is_stratified_by_language_and_weight_and_gives_shares(
    app: Flask, database: Database
) -> None:
    with database.transaction() as session:
        write(session)
    bring_in(app, database)
    with app.app_context(), database.transaction() as session:
        collection = find_collection(session, KEY)
        draw = services.create_draw(session, collection=collection, size=40, actor=None)
        assert set(draw.strata) == {"en, low", "en, middle", "en, open"}
        trash = {one.id for one in list_collected(session, collection)[:20]}
        for name in ("ann", "bob"):
            account = create_account(
                session,
                sign_in_name=name,
                display_name=name,
                role="analyst",
                password=secrets.token_hex(12),
            )
            services.join_draw(session, draw.id, account)
            for one in list_drawn(session, draw.id):
                codes = {"neighborhood_upkeep"} if one.comment_id in trash else {"none"}
                services.code_blind(session, draw.id, one.comment_id, codes, account=account)
        figures = draw_figures(session, draw)
        upkeep = next(one for one in figures.themes if one.code == "neighborhood_upkeep")
        assert (figures.settled, figures.comments, figures.sessions) == (40, ANSWERS, 0)
        assert upkeep.share is not None
        assert upkeep.share.standing.shown
        assert find_work(session, collection).decided == 40


def test_nobody_reads_them_while_the_wave_is_open(app: Flask, database: Database) -> None:
    with database.transaction() as session:
        write(session, state=OPEN)
    with app.app_context(), database.session(read_only=True) as session:
        assert list_waves(session) == []
        with pytest.raises(NotFoundProblem):
            find_collection(session, KEY)


def test_the_database_refuses_one_in_a_session_or_with_words_beside_it(
    app: Flask, database: Database, heard: str
) -> None:
    with database.transaction() as session:
        write(session)
        answer = session.scalars(select(OpenAnswer.id)).first()
    wrong: list[dict[str, object]] = [
        {"source": "survey", "session_id": heard},
        {"source": "survey", "plain_body": "a copy of the words"},
        {"source": TYPED, "session_id": None},
    ]
    for changes in wrong:
        row = Comment(id=secrets.token_hex(16), open_answer_id=answer, language="en", **changes)
        with pytest.raises(IntegrityError), database.transaction() as session:
            session.add(row)


def test_an_analyst_brings_a_wave_in_and_works_on_it_by_its_pages(sqlite_app: Flask) -> None:
    database: Database = sqlite_app.extensions["database"]
    with database.transaction() as session:
        write(session)
    desk = sign_in(sqlite_app, "analyst")

    def html(url: str) -> str:
        page = desk.get(url, follow_redirects=True).get_data(as_text=True)
        assert problems(page, language="en", direction="ltr") == [], url
        return page

    base = "/en/staff/themes"
    assert "60 answers are not brought in yet" in html(base)
    assert post_form(desk, f"{base}/bring-in/{KEY}", {}, page=base).status_code == 303
    with sqlite_app.app_context():
        jobs.work(database, once=True)
    assert f"{base}/queue/{KEY}" in html(base)
    queue = html(f"{base}/queue/{KEY}")
    assert "60 without themes decided" in queue
    assert "[phone]" in queue
    comment = queue.split('name="comment" value="')[1][:32]
    sent = post_form(desk, f"{base}/queue/{KEY}", {"comment": comment, "theme": ["reentry"]})
    assert sent.status_code == 303
    assert "59 without themes decided" in html(f"{base}/queue/{KEY}")
    made = post_form(desk, f"{base}/draws/new/{KEY}", {"size": "40"})
    assert "answers written in the survey" in html(made.headers["Location"])
    facilitator = sign_in(sqlite_app, "facilitator")
    assert post_form(facilitator, f"{base}/bring-in/{KEY}", {}, page=base).status_code == 403
    assert "Trust Survey 2025" in facilitator.get(base).get_data(as_text=True)


def test_a_class_of_weight_is_told_only_where_every_class_is_shared() -> None:
    def body(district: str, weight: float | None) -> dict[str, object]:
        return {"language": "en", "police_district": district, "base_weight": weight}

    many = [body("Central", weight) for weight in (10.0, 300.0) for _ in range(10)]
    rare = [body("Eastern", 10.0) for _ in range(12)] + [body("Eastern", 300.0)]
    lone = [body("Western", 10.0) for _ in range(12)] + [body("Western", None)]
    put_classes([*many, *rare, *lone], 100.0, 10)
    assert [one["weight_class"] for one in many] == ["low"] * 10 + ["high"] * 10
    assert {one["weight_class"] for one in (*rare, *lone)} == {None}
    assert weight_class(100.0, 100.0) == "middle"
    assert weight_class(None, 100.0) is None
