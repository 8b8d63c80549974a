"""Where people leave: sums that grow by many at once, and an attacker who watches them."""

from __future__ import annotations

from flask import Flask
from sqlalchemy import func, select

from questionnaires.load import load_instrument
from survey_app.db import Database
from survey_app.waves.leaving import BATCH, REVIEW, Tally, list_leaving
from survey_app.waves.models import PageCount
from survey_app.waves.queries import find_open_wave
from tests.survey_app.survey.conftest import make_city


def written(database: Database) -> int:
    with database.session(read_only=True) as session:
        return session.scalar(select(func.sum(PageCount.passed))) or 0


def test_one_person_changes_nothing_that_is_stored(sqlite_app: Flask) -> None:
    """Whoever compares the database before and after a draft was saved sees no page counted."""
    city = make_city(sqlite_app)
    resident = city.resident()
    resident.begin()
    for _page in range(5):
        resident.send()
        assert written(city.database) == 0


def test_events_are_written_together_and_of_everybody(app: Flask) -> None:
    city = make_city(app)
    tally: Tally = app.extensions["tally"]
    for number in range(BATCH // 2 - 1):
        tally.note(city.wave.id, passed="front", reached="near_home" if number % 2 else "area")
        tally.write(city.database)
    assert written(city.database) == 0
    tally.note(city.wave.id, passed="front", reached="near_home")
    tally.write(city.database)
    assert written(city.database) == BATCH // 2
    tally.write(city.database, least=0)
    assert written(city.database) == BATCH // 2, "what was written is not written again"


def test_a_page_tells_tens_and_a_rough_share(app: Flask) -> None:
    city = make_city(app)
    tally: Tally = app.extensions["tally"]
    for number in range(64):
        tally.note(city.wave.id, passed="front", reached="near_home")
        if number % 4:
            tally.note(city.wave.id, passed="near_home", reached="around_city")
    for _ in range(7):
        tally.note(city.wave.id, passed="around_city", reached=REVIEW)
    tally.write(city.database, least=0)
    with city.database.session(read_only=True) as session:
        wave = find_open_wave(session)
        assert wave is not None
        lines = {one.page: one for one in list_leaving(session, wave, load_instrument("2026"))}
    assert (lines["near_home"].reached, lines["near_home"].left) == (60, 25)
    assert (lines[REVIEW].reached, lines[REVIEW].left) == (0, None)
