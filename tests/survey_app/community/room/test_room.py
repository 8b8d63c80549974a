"""Residents in the room join in: by a code, without a script, without a trace; a moderator decides."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterator
from datetime import date
from itertools import pairwise

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import inspect, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from survey_app.accounts.models import AuditEntry
from survey_app.community import services
from survey_app.community.models import Comment
from survey_app.community.room import cookie
from survey_app.community.room import services as room
from survey_app.community.room.models import RoomComment, RoomOutcome, SessionRoom
from survey_app.community.room.queries import find_room, list_waiting
from survey_app.problems import ConflictProblem
from tests.html import problems
from tests.survey_app.community.conftest import make_session
from tests.survey_app.conftest import post_form, sign_in

SAID = (
    "The lights on our block are out again.",
    "Officers greet us now. That is new.",
    "The plan is only paper where I live.",
)


@pytest.fixture
def place(app: Flask) -> str:
    """The id of a session whose room is open."""
    with app.app_context(), app.extensions["database"].transaction() as session:
        meeting = make_session(session)
        room.open_room(session, meeting.id)
        return meeting.id


@pytest.fixture
def code(app: Flask, place: str) -> str:
    with app.app_context(), app.extensions["database"].session(read_only=True) as session:
        found = find_room(session, place)
        assert found is not None
        return found.code


@pytest.fixture
def look(app: Flask) -> Iterator[Session]:
    with app.app_context(), app.extensions["database"].session(read_only=True) as session:
        yield session


def send(client: FlaskClient, code: str, body: str, *, language: str = "en", **more: str) -> int:
    data = {"id": secrets.token_hex(16), "body": body, "language": language, **more}
    return client.post(f"/en/room/{code}", data=data).status_code


def waiting(app: Flask, place: str) -> list[str]:
    with app.app_context(), app.extensions["database"].session(read_only=True) as session:
        return [one.body for one in list_waiting(session, place)]


def test_the_code_opens_the_page_in_the_language_of_the_phone(app: Flask, code: str) -> None:
    client = app.test_client()
    answer = client.get(f"/r/{code}", headers={"Accept-Language": "ar,en;q=0.5"})
    assert answer.headers["Location"] == f"/ar/room/{code}"
    for language, direction in (("en", "ltr"), ("ar", "rtl"), ("zh", "ltr")):
        for page in (f"room/{code}", f"room/{code}/wall", "room/rules"):
            html = client.get(f"/{language}/{page}").get_data(as_text=True)
            assert problems(html, language=language, direction=direction) == []
            assert "<script" not in html
    assert client.get("/en/room/zzzzzz").status_code == 404


def test_comments_reach_the_moderator_together_and_the_wall_after_the_decision(
    app: Flask, place: str, code: str
) -> None:
    client = app.test_client()
    for number, body in enumerate(SAID, start=1):
        assert send(client, code, body) == 303
        assert len(waiting(app, place)) == (3 if number == 3 else 0)
    desk = sign_in(app, "facilitator")
    page = f"/en/staff/sessions/{place}/room"
    html = desk.get(page).get_data(as_text=True)
    assert problems(html, language="en", direction="ltr") == []
    assert SAID[0] not in client.get(f"/en/room/{code}/wall").get_data(as_text=True)
    ids = dict(
        re.findall(r'class="words"[^>]*>([^<]+)</p>.*?name="only" value="([0-9a-f]{32})"', html, re.S)
    )
    assert set(ids) == set(SAID)
    shown = {"only": ids[SAID[0]], "outcome": "shown"}
    assert post_form(desk, page, shown).status_code == 303
    no_reason = {"only": ids[SAID[1]], "outcome": "rejected"}
    assert post_form(desk, page, no_reason).status_code == 422
    rejected = {"only": ids[SAID[1]], "outcome": "rejected", "reason": "repeat"}
    assert post_form(desk, page, rejected).status_code == 303
    assert post_form(desk, page, rejected).status_code == 303  # decided already: passed over
    wall = client.get(f"/en/room/{code}/wall")
    html = wall.get_data(as_text=True)
    assert SAID[0] in html
    assert SAID[1] not in html
    assert "Left off the wall, and still counted: 1" in html
    assert "word for word: 1" in html
    assert wall.headers["Refresh"]
    assert "Refresh" not in client.get(f"/en/room/{code}/wall?still=1").headers


def test_what_is_rejected_is_counted_and_coded_like_everything_else(
    app: Flask, place: str, code: str, look: Session
) -> None:
    client = app.test_client()
    for body in SAID:
        send(client, code, body)
    with app.app_context(), app.extensions["database"].transaction() as session:
        rows = {one.body: one.id for one in list_waiting(session, place)}
        room.decide(session, place, [rows[SAID[0]]], outcome="rejected", reason="insult")
        room.decide(session, place, [rows[SAID[1]], rows[SAID[2]]], outcome="shown")
        room.close_room(session, place)
        services.finalise(session, place)
    comments = {one.body: one for one in look.scalars(select(Comment))}
    assert set(comments) == set(SAID)
    assert comments[SAID[0]].suggestions
    outcomes = {(one.outcome, one.reason) for one in look.scalars(select(RoomOutcome))}
    assert outcomes == {("rejected", "insult"), ("shown", None)}
    assert look.scalars(select(RoomComment)).all() == []


def test_sending_the_same_form_twice_counts_once(app: Flask, place: str, code: str) -> None:
    client = app.test_client()
    same = secrets.token_hex(16)
    for _again in range(3):
        assert send(client, code, SAID[0], id=same) == 303
    with app.app_context(), app.extensions["database"].transaction() as session:
        room.close_room(session, place)
    assert waiting(app, place) == [SAID[0]]


def test_what_may_lead_to_a_person_is_not_kept_unless_hidden(app: Flask, place: str, code: str) -> None:
    client = app.test_client()
    body = "Call me at 410-555-0132 about the alley."
    answer = client.post(f"/en/room/{code}", data={"id": "0" * 32, "body": body, "language": "en"})
    assert answer.status_code == 422
    html = answer.get_data(as_text=True)
    assert problems(html, language="en", direction="ltr") == []
    assert "<mark>410-555-0132</mark>" in html
    assert send(client, code, body, mask="y") == 303
    with app.app_context(), app.extensions["database"].transaction() as session:
        room.close_room(session, place)
    assert waiting(app, place) == ["Call me at [phone] about the alley."]


def test_nothing_in_the_database_tells_who_or_when(
    app: Flask, place: str, code: str, look: Session
) -> None:
    """No address, no agent, no time, no order of coming; the words open only with the session's key."""
    client = app.test_client()
    sent = [f"Comment number {number} about the park." for number in range(30)]
    for body in sent:
        client.post(
            f"/en/room/{code}",
            data={"id": secrets.token_hex(16), "body": body, "language": "en"},
            headers={"User-Agent": "odd-phone", "X-Forwarded-For": "203.0.113.7"},
        )
    for table in ("room_comments", "room_outcomes", "session_rooms"):
        columns = inspect(look.get_bind()).get_columns(table)
        assert not [one for one in columns if "time" in str(one["type"]).lower()]
    stored = [tuple(row) for row in look.execute(text("SELECT * FROM room_comments"))]
    flat = repr(stored)
    assert "odd-phone" not in flat
    assert "203.0.113.7" not in flat
    assert "park" not in flat
    order = [one.body for one in list_waiting(look, place)]
    assert sorted(order) == sorted(sent)
    # Thirty in the order of coming, or any run of ten of it, would be chance of one in millions.
    places = [sent.index(body) for body in order]
    assert places != sorted(places)
    steps = [later - earlier for earlier, later in pairwise(places)]
    assert sum(step == 1 for step in steps) < 10


def test_the_audit_log_holds_nothing_of_what_residents_wrote(
    app: Flask, place: str, code: str, look: Session
) -> None:
    canary = "canary sentence about the corner store"
    client = app.test_client()
    for number in range(3):
        send(client, code, f"{canary} {number}")
    desk = sign_in(app, "facilitator")
    page = f"/en/staff/sessions/{place}/room"
    ids = re.findall(r'name="only" value="(\w{32})"', desk.get(page).get_data(as_text=True))
    for one in ids:
        post_form(desk, page, {"only": one, "outcome": "rejected", "reason": "advert"})
    notes = f"/en/staff/sessions/{place}/notes"
    post_form(desk, notes, {"body": canary, "language": "en"})
    post_form(desk, f"{page}/close", {}, page=page)
    post_form(
        desk, f"/en/staff/sessions/{place}/finalised", {}, page=f"/en/staff/sessions/{place}/finalise"
    )
    entries = [(one.action, one.subject, repr(one.detail)) for one in look.scalars(select(AuditEntry))]
    assert entries
    assert not [one for one in entries if "canary" in repr(one)]
    # Single decisions are not in it either: their times would tell who typed when.
    assert {one[0] for one in entries} <= {
        "account.create",
        "account.sign_in",
        "session.create",
        "session.opening_read",
        "room.open",
        "room.close",
        "session.finalise",
    }


def test_one_phone_is_limited_and_the_room_is_not(
    app: Flask, place: str, code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cookie, "MOST_SENT", 2)
    monkeypatch.setattr("survey_app.community.room.public_routes.MOST_SENT", 2)
    busy = app.test_client()
    assert [send(busy, code, body) for body in SAID] == [303, 303, 429]
    # Everybody else in the room comes from the same address.
    for number in range(5):
        assert send(app.test_client(), code, f"{SAID[2]} {number}") == 303
    monkeypatch.setattr(room, "MOST_UNDECIDED", 3)
    assert send(app.test_client(), code, SAID[0]) == 429


def test_a_session_is_not_finalised_while_comments_wait(app: Flask, place: str, code: str) -> None:
    send(app.test_client(), code, SAID[0])
    with app.app_context(), app.extensions["database"].session() as session:
        with pytest.raises(ConflictProblem):
            services.finalise(session, place)
        room.close_room(session, place)
        with pytest.raises(ConflictProblem):
            services.finalise(session, place)
        room.decide(session, place, [one.id for one in list_waiting(session, place)], outcome="shown")
        services.finalise(session, place)
        session.commit()
    assert app.test_client().get(f"/en/room/{code}").status_code == 404


def test_the_young_need_their_guardian_and_are_not_quoted(app: Flask) -> None:
    with app.app_context(), app.extensions["database"].transaction() as session:
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
        services.confirm_opening(session, meeting.id, guardians_agreed=True)
        place, code = meeting.id, room.open_room(session, meeting.id).code
    client = app.test_client()
    assert send(client, code, SAID[0]) == 422
    for body in SAID:
        assert send(client, code, body, guardian="y") == 303
    with app.app_context(), app.extensions["database"].transaction() as session:
        ids = [one.id for one in list_waiting(session, place)]
        assert room.decide(session, place, ids, outcome="shown") == 3
    html = client.get(f"/en/room/{code}/wall").get_data(as_text=True)
    assert not [body for body in SAID if body in html]
    assert "On the wall: 3" in html or "never shown" in html


def test_a_room_waits_for_the_opening_statement_and_a_form_from_elsewhere_is_refused(
    app: Flask, code: str
) -> None:
    with app.app_context(), app.extensions["database"].session() as session:
        meeting = services.create_session(
            session,
            kind="town_hall",
            held_on=date(2026, 5, 1),
            place="School",
            districts=[],
            attendance=None,
            languages=["en"],
        )
        with pytest.raises(ConflictProblem):
            room.open_room(session, meeting.id)
    answer = app.test_client().post(
        f"/en/room/{code}", data={"body": "x"}, headers={"Origin": "https://evil.example"}
    )
    assert answer.status_code == 403


def test_a_rejection_has_its_reason_by_constraint(app: Flask, place: str, session: Session) -> None:
    with pytest.raises(IntegrityError), session.begin_nested():
        session.execute(
            text(
                "INSERT INTO room_outcomes (id, session_id, outcome, reason) "
                "SELECT 'x', session_id, 'rejected', NULL FROM session_rooms"
            )
        )
    assert session.scalars(select(SessionRoom)).one().session_id == place
