"""What the report is told: counts by people and by the machine, sessions, attendance."""

from __future__ import annotations

from datetime import date

from flask import Flask
from sqlalchemy.orm import Session

from survey_app.community import services
from survey_app.community.counts import KindCount, ThemeCounts, coded_rows, theme_counts

from .conftest import make_session


def _year(session: Session) -> ThemeCounts:
    first = make_session(session, attendance=40)
    second = make_session(session, kind="listening_session", attendance=None, districts=["1", "9"])
    draft = make_session(session, attendance=500)
    last_year = make_session(session, held_on=date(2025, 12, 31), attendance=7)

    def say(meeting, body: str, *codes: str) -> None:
        comment = services.add_comment(session, meeting.id, body=body, language="en")
        if codes:
            services.decide_themes(session, meeting.id, comment.id, codes, role="analyst")

    say(first, "Two boys were shot and killed.")
    say(first, "Two boys were shot here.", "youth_and_schools")
    say(second, "Another was shot and killed.", "gun_violence", "reentry")
    say(second, "Hello everybody, glad we meet.", "none")
    say(second, "What they said.", "unclear")
    say(draft, "Two boys were shot and killed.")
    say(last_year, "Two boys were shot and killed.")
    for meeting in (first, second, last_year):
        services.finalise(session, meeting.id)
    return theme_counts(session, 2026)


def test_a_person_s_codes_stand_in_place_of_the_machine_s(app: Flask, session: Session) -> None:
    with app.app_context():
        counts = _year(session)
    found = {one.code: (one.by_people, one.by_machine, one.sessions) for one in counts.themes}
    assert found["gun_violence"] == (1, 1, 2)
    assert found["youth_and_schools"] == (1, 0, 1)
    assert found["reentry"] == (1, 0, 1)
    assert found["homelessness"] == (0, 0, 0)
    assert len(found) == 21
    assert counts.themes[0].code == "gun_violence"
    assert (counts.none, counts.unclear) == (1, 1)


def test_only_finalised_sessions_of_the_year_count(app: Flask, session: Session) -> None:
    with app.app_context():
        counts = _year(session)
    assert (counts.sessions, counts.comments, counts.decided, counts.machine_read) == (2, 5, 4, 1)
    assert counts.kinds == (
        KindCount("listening_session", 1, 0, 0),
        KindCount("town_hall", 1, 40, 1),
    )
    assert (counts.attendance, counts.counted) == (40, 1)
    assert counts.districts == ("1", "9")


def test_machine_only_themes_are_marked(app: Flask, session: Session) -> None:
    with app.app_context():
        meeting = make_session(session)
        services.add_comment(session, meeting.id, body="Somebody was shot.", language="en")
        services.finalise(session, meeting.id)
        counts = theme_counts(session, 2026)
    assert counts.themes[0].machine_only
    assert [row.by_person for row in coded_rows(session, 2026)] == [False]


def test_a_year_without_sessions_is_all_zeros(app: Flask, session: Session) -> None:
    counts = theme_counts(session, 1999)
    assert (counts.sessions, counts.comments, counts.kinds) == (0, 0, ())
    assert not any(one.comments for one in counts.themes)
