"""A wave with a drawn sample, for tests about invitations."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Flask
from flask_babel import force_locale

from survey_app.config import Config
from survey_app.db import Database
from survey_app.invitations.codes import make_code
from survey_app.invitations.keys import load_keys
from survey_app.invitations.sample_file import SampleRow
from survey_app.invitations.services.importing import SampleTerms, prepare_sample, store_sample
from survey_app.waves.models import Wave
from survey_app.waves.services import create_wave, open_wave


@dataclass(frozen=True)
class Drawn:
    """An application with a wave of 2026 and its sample."""

    app: Flask
    database: Database
    wave: Wave
    rows: tuple[SampleRow, ...]

    @property
    def config(self) -> Config:
        config: Config = self.app.extensions["config"]
        return config

    def code(self, number: int) -> str:
        return make_code(load_keys(self.config).making, self.wave.id, number)


def rows(addresses: int = 80, strata: tuple[str, ...] = ("Central", "Eastern")) -> list[SampleRow]:
    """Addresses spread evenly over strata, without PSUs."""
    return [SampleRow(strata[at % len(strata)], "", 40.0, str(at % 2 + 1)) for at in range(addresses)]


def draw(
    app: Flask,
    sample: list[SampleRow] | None = None,
    *,
    opened: bool = True,
    incentive: int | None = None,
    languages: tuple[str, ...] = ("en", "es"),
    expected_percent: int = 50,
) -> Drawn:
    """Create the wave, bring in the sample, open the wave."""
    database: Database = app.extensions["database"]
    sample = sample if sample is not None else rows()
    terms = SampleTerms(expected_percent, languages, incentive)
    with app.app_context(), force_locale("en"), database.transaction() as session:
        wave = create_wave(session, questionnaire="2026", demo=True)
        session.flush()
        keys = load_keys(app.extensions["config"])
        store_sample(session, wave, prepare_sample(wave.id, sample, terms, keys), terms)
        if opened:
            open_wave(session, wave, production=False)
    return Drawn(app, database, wave, tuple(sample))
