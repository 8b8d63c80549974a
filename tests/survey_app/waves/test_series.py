"""Several series on one engine: what their waves are called, and that each is open once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
from flask import Flask
from flask_babel import force_locale
from sqlalchemy.orm import Session

from survey_app.accounts.permissions import INTERVIEWER
from survey_app.accounts.services import create_account
from survey_app.db import Database
from survey_app.problems import ConflictProblem
from survey_app.waves import queries, services
from survey_app.waves.models import Wave
from survey_app.waves.periods import Period
from survey_app.waves.titles import wave_title


@pytest.fixture
def session(app: Flask, database: Database) -> Iterator[Session]:
    with app.app_context(), database.session() as session:
        yield session


def plan(session: Session, questionnaire: str, day: date) -> Wave:
    return services.create_wave(session, questionnaire=questionnaire, demo=True, day=day)


def test_waves_are_named_by_the_period_of_their_series(session: Session) -> None:
    day = date(2026, 9, 30)
    assert plan(session, "2026", day).slug == "city-2026"
    assert plan(session, "partners", day).slug == "partners-2026"
    assert plan(session, "pulse", day).slug == "pulse-2026-q3"
    assert plan(session, "pulse", date(2026, 10, 1)).slug == "pulse-2026-q4"
    with pytest.raises(ConflictProblem, match="pulse-2026-q3"):
        plan(session, "pulse", day)


def test_each_series_has_one_open_wave(session: Session) -> None:
    city, pulse = plan(session, "2026", date(2026, 9, 1)), plan(session, "pulse", date(2026, 9, 1))
    services.open_wave(session, city, production=False)
    services.open_wave(session, pulse, production=False)
    assert queries.find_open_wave(session) is city
    assert queries.find_open_wave(session, series="pulse") is pulse
    assert queries.find_open_wave(session, series="partners") is None
    with pytest.raises(ConflictProblem, match="Close"):
        services.open_wave(session, plan(session, "pulse", date(2026, 12, 1)), production=False)


def test_a_quarter_is_told_in_the_language_of_the_page(app: Flask) -> None:
    wave = Wave(kind="own", series="pulse", year=2026, quarter=3, title="")
    with app.app_context():
        with force_locale("en"):
            assert wave_title(wave) == "Pulse after events Q3 2026"
        with force_locale("ru"):
            assert "2026" in str(Period(2026, 3))
            assert "Q3" not in str(Period(2026, 3))


def test_an_interviewer_is_a_role_of_its_own_in_both_databases(session: Session) -> None:
    account = create_account(
        session,
        sign_in_name="ines",
        display_name="Ines",
        role=INTERVIEWER,
        password="long-enough-password",
    )
    session.commit()
    assert account.role == "interviewer"
