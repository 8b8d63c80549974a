"""Every session gets a public summary in its languages, after a second person approved it."""

from __future__ import annotations

from datetime import date

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from survey_app.accounts.models import StaffAccount
from survey_app.accounts.services import create_account
from survey_app.community import services
from survey_app.community.followup.queries import is_public, list_summaries
from survey_app.community.followup.services import approve_summary, write_summary
from survey_app.community.models import CommunitySession
from survey_app.problems import BadInputProblem, ConflictProblem, NotAllowedProblem
from tests.html import problems
from tests.survey_app.conftest import post_form, sign_in

BODIES = {"en": "Lights and alleys came up most.", "es": "Se habló de luces y callejones."}


def person(session: Session, name: str) -> StaffAccount:
    return create_account(session, sign_in_name=name, display_name=name, role="facilitator")


def test_nobody_approves_what_they_wrote(
    app: Flask, session: Session, meeting: CommunitySession
) -> None:
    with app.app_context():
        ann, bea = person(session, "ann"), person(session, "bea")
        services.finalise(session, meeting.id)
        write_summary(session, meeting.id, {"en": BODIES["en"]}, actor=ann)
        with pytest.raises(ConflictProblem):
            approve_summary(session, meeting.id, actor=bea)
        write_summary(session, meeting.id, BODIES, actor=ann)
        with pytest.raises(NotAllowedProblem):
            approve_summary(session, meeting.id, actor=ann)
        with pytest.raises(IntegrityError), session.begin_nested():
            session.execute(
                text(
                    "UPDATE session_summaries SET approved_by = written_by, approved_on = '2026-06-01'"
                )
            )
        approve_summary(session, meeting.id, actor=bea)
        assert is_public(meeting, list_summaries(session, meeting.id))
        # A changed word waits for approval again, in every language.
        write_summary(session, meeting.id, {**BODIES, "en": "Lights came up most."}, actor=bea)
        assert not is_public(meeting, list_summaries(session, meeting.id))
        with pytest.raises(NotAllowedProblem):
            approve_summary(session, meeting.id, actor=bea)


def test_an_open_session_has_no_public_summary(
    app: Flask, session: Session, meeting: CommunitySession
) -> None:
    with app.app_context():
        write_summary(session, meeting.id, BODIES, actor=person(session, "ann"))
        with pytest.raises(ConflictProblem):
            approve_summary(session, meeting.id, actor=person(session, "bea"))


def test_a_summary_names_nobody(app: Flask, session: Session, meeting: CommunitySession) -> None:
    with app.app_context():
        ann = person(session, "ann")
        with pytest.raises(BadInputProblem, match="Miller"):
            write_summary(session, meeting.id, {"en": "Officer Miller was praised."}, actor=ann)
        write_summary(
            session,
            meeting.id,
            {"en": "Call 311, or 410-555-0132, the office of the plan."},
            kept_because="public_contact",
            actor=ann,
        )
        with pytest.raises(BadInputProblem):
            write_summary(session, meeting.id, {"fr": "Autre langue."}, actor=ann)


@pytest.mark.parametrize(
    ("language", "said", "quoted", "retold"),
    [
        (
            "en",
            "We only want a place where we can play ball after school.",
            "A speaker: “we only want a place where we can play ball after school”.",
            "Young people asked for a ball court that is open after school.",
        ),
        ("zh", "放学以后我们没有地方可以打球。", "有人说没有地方可以打球。", "希望开放球场。"),
    ],
)
def test_nothing_the_young_said_is_quoted(
    app: Flask, session: Session, language: str, said: str, quoted: str, retold: str
) -> None:
    with app.app_context():
        meeting = services.create_session(
            session,
            kind="listening_session",
            held_on=date(2026, 5, 1),
            place="School",
            districts=[],
            attendance=None,
            languages=[language],
            youth=True,
        )
        services.confirm_opening(session, meeting.id, guardians_agreed=True)
        services.add_comment(session, meeting.id, body=said, language=language)
        ann = person(session, "ann")
        with pytest.raises(BadInputProblem):
            write_summary(session, meeting.id, {language: quoted}, actor=ann)
        write_summary(session, meeting.id, {language: retold}, actor=ann)


def test_the_page_of_a_session_in_every_language(
    app: Flask, session: Session, meeting: CommunitySession
) -> None:
    place = meeting.id
    session.commit()
    guest = app.test_client()
    assert guest.get(f"/en/sessions/{place}").status_code == 404
    desk = sign_in(app, "facilitator")
    page = f"/en/staff/sessions/{place}/summary"
    assert problems(desk.get(page).get_data(as_text=True), language="en", direction="ltr") == []
    sent = {f"body-{code}": body for code, body in BODIES.items()}
    assert post_form(desk, page, sent).status_code == 303
    with app.app_context():
        services.finalise(session, place)
        session.commit()
    before = guest.get(f"/en/sessions/{place}").get_data(as_text=True)
    assert "being written" in before
    assert BODIES["en"] not in before
    assert post_form(desk, f"{page}/approve", {}, page="/en/staff/account").status_code == 403
    second = sign_in(app, "publisher")
    assert post_form(second, f"{page}/approve", {}, page=page).status_code == 303
    for language, words in (("en", BODIES["en"]), ("es", BODIES["es"]), ("ar", BODIES["en"])):
        html = guest.get(f"/{language}/sessions/{place}").get_data(as_text=True)
        direction = "rtl" if language == "ar" else "ltr"
        assert problems(html, language=language, direction=direction) == []
        assert words in html
    html = guest.get("/en/sessions").get_data(as_text=True)
    assert problems(html, language="en", direction="ltr") == []
    assert f"/en/sessions/{place}" in html
