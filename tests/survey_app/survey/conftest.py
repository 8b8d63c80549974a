"""An open wave and its words, for tests of the survey."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from flask import Flask

from questionnaires.load import load_instrument
from survey_app.config import Config
from survey_app.db import Database
from survey_app.survey.words import Words
from survey_app.waves.models import Wave
from survey_app.waves.services import create_wave, open_wave
from tests.survey_app.survey.resident import Resident


@dataclass(frozen=True)
class City:
    """An application with the wave of 2026 open."""

    app: Flask
    database: Database
    wave: Wave

    @property
    def config(self) -> Config:
        config: Config = self.app.extensions["config"]
        return config

    def resident(self, language: str = "en") -> Resident:
        return Resident(self.app.test_client(), language)


def make_city(app: Flask) -> City:
    database: Database = app.extensions["database"]
    with app.app_context(), database.transaction() as session:
        wave = create_wave(session, questionnaire="2026", demo=True)
        session.flush()
        open_wave(session, wave, production=False)
    return City(app, database, wave)


@pytest.fixture
def city(app: Flask) -> City:
    """On each kind of database."""
    return make_city(app)


@pytest.fixture
def sqlite_city(sqlite_app: Flask) -> City:
    """On SQLite, for tests that are about pages and not about storage."""
    return make_city(sqlite_app)


@pytest.fixture(scope="session")
def english() -> Words:
    """The words of 2026 as written."""
    instrument = load_instrument("2026")
    texts = {message.context: message.text for message in instrument.messages()}
    return Words("en", instrument, texts, {line.id: line.number for line in instrument.help_lines})
