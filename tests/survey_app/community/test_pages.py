"""Every form of the facilitator's screens works by itself, without any script."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from survey_app.community import services
from survey_app.community.models import Comment, CommunitySession, HandOff, StagedImport
from survey_app.community.queries import find_comment
from survey_app.community.sources import Mapping
from survey_app.db import Database
from tests.html import problems
from tests.survey_app.conftest import post_form, sign_in

NEW = {
    "kind": "listening_session",
    "held_on": "2026-05-12",
    "place": "Cherry Hill library",
    "languages": ["en", "es"],
    "districts": ["9"],
    "attendance": "40",
    "held_with": ["no_home", "group_quarters"],
}


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    """For looking only: a session that may write would keep SQLite's pages waiting."""
    with database.session(read_only=True) as session:
        yield session


@pytest.fixture
def desk(app: Flask) -> FlaskClient:
    return sign_in(app, "facilitator")


@pytest.fixture
def notes(desk: FlaskClient) -> str:
    """The address of the notes of a fresh session whose opening statement was read."""
    created = post_form(desk, "/en/staff/sessions/new", NEW)
    assert created.status_code == 303
    page = created.headers["Location"]
    opened = post_form(desk, f"{page}/opening", {}, page=page)
    assert opened.headers["Location"] == f"{page}/notes"
    return f"{page}/notes"


def _html(desk: FlaskClient, url: str, *, language: str = "en") -> str:
    answer = desk.get(url)
    assert answer.status_code == 200, url
    html = answer.get_data(as_text=True)
    direction = "rtl" if language == "ar" else "ltr"
    assert problems(html, language=language, direction=direction) == [], url
    return html


def _say(desk: FlaskClient, notes: str, body: str, **more: str):
    return post_form(desk, notes, {"body": body, "language": "en", **more})


def _only(session: Session) -> Comment:
    session.rollback()
    session.expire_all()
    comment = session.scalars(select(Comment)).one()
    assert comment.words  # opened while its database session is
    return comment


def test_the_notes_wait_for_the_opening_statement(desk: FlaskClient) -> None:
    page = post_form(desk, "/en/staff/sessions/new", NEW).headers["Location"]
    assert "Read this to the room first" in _html(desk, page)
    answer = desk.get(f"{page}/notes")
    assert answer.headers["Location"] == f"{page}#opening"
    refused = post_form(desk, f"{page}/notes", {"body": "x", "language": "en"}, page=page)
    assert refused.status_code == 409


def test_a_session_with_mistakes_comes_back_with_what_was_typed(desk: FlaskClient) -> None:
    wrong = {**NEW, "held_on": "soon", "languages": [], "place": "The hall"}
    answer = post_form(desk, "/en/staff/sessions/new", wrong)
    html = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert 'value="The hall"' in html
    assert 'href="#held_on"' in html
    assert 'href="#languages"' in html
    assert problems(html, language="en", direction="ltr") == []
    far = post_form(desk, "/en/staff/sessions/new", {**NEW, "held_on": "0026-05-12"})
    assert far.status_code == 422
    assert "Check the date" in far.get_data(as_text=True)


def test_a_session_can_be_changed(desk: FlaskClient, notes: str, session: Session) -> None:
    page = notes.removesuffix("/notes")
    changed = {**NEW, "place": "The school", "attendance": "", "series_id": ""}
    answer = post_form(desk, f"{page}/edit", changed)
    assert answer.status_code == 303
    meeting = session.scalars(select(CommunitySession)).one()
    assert (meeting.place, meeting.attendance, meeting.youth) == ("The school", None, False)
    assert meeting.held_on == date(2026, 5, 12)
    assert "The school" in _html(desk, page)
    for reached, there in (("People without a home", True), ("People in jail", False)):
        assert (reached in _html(desk, page)) == there
    assert re.search('<input checked [^>]*value="group_quarters"', _html(desk, f"{page}/edit"))


def test_notes_are_written_down_and_listed_with_suggestions(desk: FlaskClient, notes: str) -> None:
    assert _say(desk, notes, "Two boys were shot by the carry-out.").status_code == 303
    assert _say(desk, notes, "Hay basura en el callejón", language="es").status_code == 303
    html = _html(desk, f"{notes}?language=es")
    assert html.index("Hay basura") < html.index("Two boys were shot")
    assert 'value="gun_violence" checked' in html
    assert '<option value="es" selected>' in html
    assert "2 comments" in html


def test_the_same_form_sent_twice_is_one_comment(
    desk: FlaskClient, notes: str, session: Session
) -> None:
    note_id = re.search(r'name="id" value="([0-9a-f]{32})"', _html(desk, notes))
    assert note_id
    for _ in range(2):
        assert _say(desk, notes, "Once.", id=note_id.group(1)).status_code == 303
    assert _only(session).body == "Once."


def test_personal_data_is_marked_and_can_be_masked_or_kept(
    desk: FlaskClient, notes: str, session: Session
) -> None:
    assert _say(desk, notes, "Call me, 410-555-0123").status_code == 303
    html = _html(desk, notes)
    assert re.search(r"<mark[^>]*>410-555-0123</mark>", html)
    assert "Does this lead to a person?" in html
    page = f"{notes}/{_only(session).id}"
    finalise = notes.replace("/notes", "/finalise")
    assert "1 note may lead to a person" in _html(desk, finalise)
    early = post_form(desk, notes.replace("/notes", "/finalised"), {}, page=notes)
    assert early.status_code == 409
    assert post_form(desk, f"{page}/mask", {}, page=notes).status_code == 303
    assert _only(session).body == "Call me, [phone]"
    post_form(desk, page, {"body": "The desk: 410-555-0123", "language": "en"})
    kept = {"reason": "public_contact", "only": "410-555-0123"}
    assert post_form(desk, f"{page}/keep", kept, page=notes).status_code == 303
    assert _only(session).to_check == 0


def test_the_right_door_is_offered_and_the_hand_off_has_no_content(
    desk: FlaskClient, notes: str, session: Session
) -> None:
    _say(desk, notes, "The officer slammed my cousin to the ground for no reason.")
    assert "First the right door: Misconduct by an officer" in _html(desk, notes)
    page = f"{notes}/{_only(session).id}"
    for _ in range(2):
        assert post_form(desk, f"{page}/door", {"door": "misconduct"}, page=notes).status_code == 303
    assert "First the right door" not in _html(desk, notes)
    session.rollback()
    logged = session.scalars(select(HandOff)).one()
    assert (logged.door, logged.role) == ("misconduct", "facilitator")
    assert {column.name for column in HandOff.__table__.columns} == {"id", "session_id", "door", "role"}


def test_edit_undo_take_out_and_bring_back(desk: FlaskClient, notes: str, session: Session) -> None:
    _say(desk, notes, "First wording")
    page = f"{notes}/{_only(session).id}"
    assert "First wording" in _html(desk, page)
    post_form(desk, page, {"body": "Second wording", "language": "en"})
    assert _only(session).body == "Second wording"
    post_form(desk, f"{page}/undo", {}, page=notes)
    assert _only(session).body == "First wording"
    assert post_form(desk, f"{page}/remove", {}, page=notes).status_code == 303
    assert "First wording" not in _html(desk, notes)
    assert "First wording" in _html(desk, f"{notes}?show=removed")
    post_form(desk, f"{page}/restore", {}, page=notes)
    assert "First wording" in _html(desk, notes)


def test_a_form_that_saw_an_earlier_wording_overwrites_nothing(
    desk: FlaskClient, notes: str, session: Session
) -> None:
    _say(desk, notes, "What was said")
    comment = _only(session)
    page, seen = f"{notes}/{comment.id}", str(comment.revision)
    post_form(desk, page, {"body": "What the first heard", "language": "en", "base": seen})
    post_form(desk, page, {"body": "What the second heard", "language": "en", "base": seen})
    html = _html(desk, notes)
    assert "What the first heard" in html
    assert "What the second heard" in html
    late = post_form(desk, f"{page}/remove", {"base": seen}, page=notes)
    assert late.status_code == 409
    assert post_form(desk, f"{page}/both", {}, page=notes).status_code == 303
    assert "2 comments" in _html(desk, notes)


def test_split_and_merge_without_any_script(desk: FlaskClient, notes: str, session: Session) -> None:
    _say(desk, notes, "More lights. Fewer cars.")
    page = f"{notes}/{_only(session).id}"
    assert "Split a note in two" in _html(desk, f"{page}/split")
    whole = post_form(desk, f"{page}/split", {"body": "More lights. Fewer cars."}, page=notes)
    assert whole.status_code == 422
    post_form(desk, f"{page}/split", {"body": "More lights.\n\nFewer cars."}, page=notes)
    session.rollback()
    found = {one.body: one.id for one in session.scalars(select(Comment))}
    assert set(found) == {"More lights.", "Fewer cars."}
    assert "Fewer cars." in _html(desk, f"{page}/merge")
    post_form(desk, f"{page}/merge", {"other": found["Fewer cars."]}, page=notes)
    assert "1 comment" in _html(desk, notes)


def test_themes_are_accepted_changed_and_checked(
    desk: FlaskClient, notes: str, session: Session
) -> None:
    _say(desk, notes, "Two boys were shot by the carry-out.")
    page = f"{notes}/{_only(session).id}/themes"
    html = _html(desk, page)
    assert html.count('name="theme"') == 23
    accepted = post_form(desk, page, {"theme": ["gun_violence"], "show": "undecided"})
    assert "show=undecided" in accepted.headers["Location"]
    assert "Gun violence</span>" in _html(desk, notes)
    wrong = post_form(desk, page, {"theme": ["none", "reentry"]})
    assert wrong.status_code == 422
    assert "stand alone" in wrong.get_data(as_text=True)
    post_form(desk, page, {"theme": ["unclear"]})
    session.rollback()
    comment = find_comment(session, _only(session).session_id, _only(session).id)
    assert comment.decision is not None
    assert [one.code for one in comment.decision.themes] == ["unclear"]
    assert comment.decision.role == "facilitator"


def test_finalising_closes_the_notes(app: Flask, desk: FlaskClient, notes: str) -> None:
    page = notes.removesuffix("/notes")
    _say(desk, notes, "Two boys were shot by the carry-out.")
    asked = _html(desk, f"{page}/finalise")
    assert "1 comment is written down." in asked
    assert "1 has only the machine" in asked
    assert post_form(desk, f"{page}/finalised", {}, page=f"{page}/finalise").status_code == 303
    html = _html(desk, notes)
    assert 'id="capture"' not in html
    assert "Accept" in html, "theme work goes on"
    assert ">Edit<" not in html
    late = post_form(desk, notes, {"body": "late", "language": "en"}, page=notes)
    assert late.status_code == 409
    assert post_form(desk, f"{page}/reopen", {}, page=notes).status_code == 403
    analyst = sign_in(app, "analyst")
    assert "Open the notes again" in analyst.get(page).get_data(as_text=True)
    assert post_form(analyst, f"{page}/reopen", {}, page=page).status_code == 303
    assert 'id="capture"' in _html(desk, notes)


def test_answers_for_the_script(desk: FlaskClient, notes: str, session: Session) -> None:
    token = re.search(r'name="csrf_token" value="([^"]+)"', _html(desk, notes))
    assert token
    known = {"csrf_token": token.group(1), "language": "en", "id": "ab" * 16, "since": "0"}
    piece = {"X-Fragment": "1"}
    saved = desk.post(notes, data={**known, "body": "Somebody was shot."}, headers=piece)
    assert saved.status_code == 201
    assert (saved.json["made"], saved.json["revision"], saved.json["count"]) == (1, 1, "1 comment")
    assert saved.json["cards"][0]["html"].lstrip().startswith('<li class="note-card"')
    again = desk.post(notes, data={**known, "body": "Somebody was shot."}, headers=piece)
    assert (again.json["made"], again.json["revision"]) == (1, 1)
    empty = desk.post(notes, data={**known, "id": "cd" * 16, "body": " "}, headers=piece)
    assert (empty.status_code, empty.json["error"]) == (422, "Write what was said.")
    news = desk.get(f"{notes}/changes?since=1")
    assert (news.json["open"], news.json["cards"]) == (True, [])
    url = f"{notes}/{'ab' * 16}/themes"
    decided = desk.post(url, data={**known, "theme": "gun_violence"}, headers=piece)
    assert "Change themes" in decided.json["html"]
    post_form(desk, notes.replace("/notes", "/finalised"), {}, page=notes)
    assert desk.get(f"{notes}/changes?since=1").json["open"] is False


def test_many_comments_come_in_pages(desk: FlaskClient, notes: str) -> None:
    for number in range(27):
        _say(desk, notes, f"Note number {number}.")
    first, second = _html(desk, notes), _html(desk, f"{notes}?page=2")
    assert first.count('class="note-card"') == 25
    assert second.count('class="note-card"') == 2
    assert "Page 2 of 2" in second


@pytest.mark.parametrize("language", ["es", "ar"])
def test_pages_in_other_languages_are_whole(desk: FlaskClient, notes: str, language: str) -> None:
    _say(desk, notes, "Two boys were shot by the carry-out.")
    base = notes.removesuffix("/notes").replace("/en/", f"/{language}/")
    for page in (base, f"{base}/notes", f"{base}/finalise", base.rsplit("/", 1)[0]):
        _html(desk, page, language=language)


def test_a_publisher_does_not_read_raw_notes(app: Flask, notes: str) -> None:
    assert sign_in(app, "publisher").get(notes).status_code == 403


def test_whose_words_they_are_is_shown_with_them(
    app: Flask, desk: FlaskClient, notes: str, tmp_path: Path
) -> None:
    path = tmp_path / "words.csv"
    path.write_text("said\nMore lights\n", encoding="utf-8")
    with app.app_context(), app.extensions["database"].transaction() as writing:
        services.import_comments(
            writing,
            notes.split("/")[-2],
            path,
            mapping=Mapping(text="said", language="en"),
            attribution="From the river city, CC BY 4.0",
        )
    for page in (notes, notes.removesuffix("/notes")):
        assert "From the river city, CC BY 4.0" in _html(desk, page)


def test_a_file_may_be_larger_than_a_form(desk: FlaskClient, notes: str) -> None:
    start = notes.replace("/notes", "/imports")
    token = re.search(r'name="csrf_token" value="([^"]+)"', _html(desk, start))
    assert token
    for size, status in ((3 << 20, 303), (6 << 20, 413)):
        body = b"said\n" + b"more light, please\n" * 10 + b"x," * (size // 2) + b"\n"
        sent = desk.post(
            start,
            data={"csrf_token": token.group(1), "file": (io.BytesIO(body), "a.csv")},
            content_type="multipart/form-data",
        )
        assert sent.status_code == status, (size, sent.status_code)


def test_a_file_is_looked_at_before_it_comes_in(
    desk: FlaskClient, notes: str, session: Session
) -> None:
    start = notes.replace("/notes", "/imports")
    token = re.search(r'name="csrf_token" value="([^"]+)"', _html(desk, start))
    assert token
    data = "id,said,lang\n1,More lights.,en\n2,Menos carros.,Español\n3,,en\n"
    for content in (data, data.replace("3,,en\n", "3,more LIGHTS,en\n")):
        sent = desk.post(
            start,
            data={"csrf_token": token.group(1), "file": (io.BytesIO(content.encode()), "a.csv")},
            content_type="multipart/form-data",
        )
        assert sent.status_code == 303
    wrong, right = (f"{start}/{one}" for one in _staged(session))
    html = _html(desk, f"{wrong}?text=said&language_column=lang")
    assert "1 row is wrong" in html
    assert "Import 2" not in html
    chosen = {"text": "said", "language": "en", "language_column": "lang"}
    assert post_form(desk, wrong, chosen, page=start).status_code == 422
    assert session.scalars(select(Comment)).all() == []
    html = _html(desk, f"{right}?text=said&language_column=lang")
    assert "1 repeats another row" in html
    assert post_form(desk, right, chosen, page=start).status_code == 303
    assert "Menos carros." in _html(desk, notes)
    assert post_form(desk, f"{wrong}/drop", {}, page=start).status_code == 303
    assert desk.get(wrong).status_code == 404


def _staged(session: Session) -> list[str]:
    """Ids of what waits to be imported, the file with an empty cell first."""
    session.rollback()
    tables = {
        one.id: services.find_staged(session, one.session_id, one.id).tables[0]
        for one in session.scalars(select(StagedImport))
    }
    return sorted(tables, key=lambda one: all(cells[1] for _row, cells in tables[one].rows))


def test_a_page_of_notes_is_pasted(desk: FlaskClient, notes: str) -> None:
    start = notes.replace("/notes", "/imports")
    sent = post_form(desk, start, {"page": "More lights.\n\nFewer cars."})
    html = _html(desk, sent.headers["Location"])
    assert "Import 2 comments" in html
    assert "Pasted page" in _html(desk, start)
    empty = post_form(desk, start, {"page": "  "})
    assert empty.status_code == 422
