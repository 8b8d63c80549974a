"""The schedule, how a session is arranged, the voluntary cards: as a facilitator uses them."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from survey_app.community import services
from survey_app.community.models import CommunitySession
from survey_app.community.schedule.cards import Trait, card, shown_counts
from survey_app.jobs import now
from survey_app.problems import BadInputProblem
from tests.html import problems
from tests.survey_app.community.conftest import make_session
from tests.survey_app.conftest import post_form, sign_in

SERIES = {
    "name": "Town halls of the plan",
    "kind": "town_hall",
    "months": "6",
    "starts_on": "2025-01-01",
    "source": "Violence prevention plan, 3.2",
}
NEW = {
    "kind": "town_hall",
    "held_on": (now().date() + timedelta(days=30)).isoformat(),
    "place": "Cherry Hill library",
    "languages": ["en", "ar"],
    "hosts": "MONSE\n  Cherry Hill   Community Coalition \n",
    "interpreters": ["ar"],
    "accessibility": ["step_free", "childcare"],
    "agenda": ["first"],
}


def test_a_duty_is_followed_from_overdue_to_planned(app: Flask) -> None:
    desk = sign_in(app, "analyst")
    assert post_form(desk, "/en/staff/sessions/schedule/new", SERIES).status_code == 303
    html = desk.get("/en/staff/sessions/schedule").get_data(as_text=True)
    assert problems(html, language="en", direction="ltr") == []
    assert "Twice a year" in html
    assert "Overdue" in html
    assert ">Planned<" not in html
    address = html.split("/en/staff/sessions/new?series=", 1)[1].split('"', 1)[0]
    page = post_form(desk, "/en/staff/sessions/new", {**NEW, "series_id": address})
    assert page.status_code == 303
    assert ">Planned<" in desk.get("/en/staff/sessions/schedule").get_data(as_text=True)
    facilitator = sign_in(app, "facilitator")
    assert facilitator.get("/en/staff/sessions/schedule").status_code == 200
    assert facilitator.get("/en/staff/sessions/schedule/new").status_code == 403


def test_a_session_tells_how_it_is_arranged_and_always_asks_about_the_plan(app: Flask) -> None:
    desk = sign_in(app, "facilitator")
    page = post_form(desk, "/en/staff/sessions/new", NEW).headers["Location"]
    html = desk.get(page).get_data(as_text=True)
    assert problems(html, language="en", direction="ltr") == []
    for words in ("MONSE and Cherry Hill Community Coalition", "No steps, accessible toilet"):
        assert words in html
    assert "How is it going where you live?" in html
    assert "What should the City do first?" in html
    assert "Whom do you trust to help" not in html
    assert 'lang="ar" dir="rtl"' in html


@pytest.mark.parametrize(
    "wrong", [{"accessibility": ["castle"]}, {"agenda": ["x"]}, {"series_id": "x"}]
)
def test_what_is_not_on_the_lists_is_refused(app: Flask, wrong: dict[str, object]) -> None:
    desk = sign_in(app, "facilitator")
    assert post_form(desk, "/en/staff/sessions/new", {**NEW, **wrong}).status_code == 422


def test_a_session_of_the_young_opens_only_when_guardians_agreed(app: Flask, session: Session) -> None:
    with app.app_context():
        meeting = services.create_session(
            session,
            kind="listening_session",
            held_on=date(2026, 5, 1),
            place="School",
            districts=[],
            attendance=None,
            languages=["en"],
            youth=True,
        )
        with pytest.raises(BadInputProblem):
            services.confirm_opening(session, meeting.id)
        with pytest.raises(IntegrityError), session.begin_nested():
            session.execute(text("UPDATE community_sessions SET opening_read_on = '2026-05-01'"))
        services.confirm_opening(session, meeting.id, guardians_agreed=True)
        assert meeting.opening_read_on is not None


def test_notes_that_began_do_not_become_those_of_the_young(app: Flask, session: Session) -> None:
    known = {"kind": "town_hall", "held_on": date(2026, 5, 12), "place": "School", "districts": []}
    with app.app_context():
        meeting = make_session(session)
        with pytest.raises(BadInputProblem):
            services.change_session(
                session, meeting.id, **known, attendance=None, languages=["en"], youth=True
            )


def test_cards_are_kept_as_sums(app: Flask, session: Session, meeting: CommunitySession) -> None:
    session.commit()
    desk = sign_in(app, "facilitator")
    place = f"/en/staff/sessions/{meeting.id}"
    page = f"{place}/attendance"
    for path in (page, f"{place}/card"):
        html = desk.get(path).get_data(as_text=True)
        assert problems(html, language="en", direction="ltr") == []
    assert 'lang="es" dir="ltr"' in html
    sent = post_form(desk, page, {"age-1": "4", "age-0": "2", "race-1": "20", "district-9": "0"})
    assert sent.status_code == 303
    rows = session.execute(text("SELECT trait, code, people FROM attendance_counts ORDER BY 1, 2"))
    assert [tuple(row) for row in rows] == [("age", "0", 2), ("age", "1", 4), ("race", "1", 20)]
    session.rollback()
    shown = desk.get(place).get_data(as_text=True)
    assert "18 to 24 4" in shown
    assert post_form(desk, page, {"age-1": "many"}).status_code == 422


def test_small_groups_are_left_out_in_public_and_cannot_be_subtracted(app: Flask) -> None:
    trait = Trait("age", "Age", {"0": "a", "1": "b", "2": "c"})
    with app.test_request_context("/en/"):
        assert {one.id for one in card()} == {"age", "race", "language", "district"}
        small = shown_counts(trait, {"0": 3, "1": 12, "2": 40})
    assert [(one.label, one.people) for one in small] == [("a", None), ("b", None), ("c", 40)]
    assert [one.people for one in shown_counts(trait, {"0": 10, "2": 40})] == [10, 40]
