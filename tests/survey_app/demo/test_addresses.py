"""The demonstration's addresses agree with its answers: as many codes used as drawn responses."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from flask import Flask
from sqlalchemy import select

from analysis.fieldwork.outcomes import outcomes
from survey_app.demo.addresses import share_out
from survey_app.demo.settings import load_city
from survey_app.demo.waves import build_wave
from survey_app.invitations.keys import load_keys
from survey_app.invitations.queries import count_outcomes, list_outcomes, outcome_table
from survey_app.survey.models import Response
from survey_app.waves.models import Wave


def test_codes_used_are_drawn_responses_by_stratum_and_rates_follow(sqlite_app: Flask) -> None:
    city = load_city()
    database, config = sqlite_app.extensions["database"], sqlite_app.extensions["config"]
    settings = city.waves[0]
    with sqlite_app.app_context(), database.transaction() as session:
        build_wave(session, city, settings, keys=load_keys(config))
        wave = session.scalars(select(Wave)).one()
        addresses = list_outcomes(session, wave.id)
        counted = count_outcomes(session, wave.id)
        drawn = session.scalars(select(Response).where(Response.source == "drawn")).all()
    assert len(addresses) == settings.addresses
    used = Counter(one.stratum for one in addresses if one.disposition == "I")
    assert used == Counter(row.stratum for row in drawn)
    weights = {(one.stratum, one.base_weight) for one in addresses}
    assert weights == {(row.stratum, row.base_weight) for row in drawn}
    table = outcome_table(addresses, wave.slug)
    found = outcomes(table, "disposition", table.raw("base_weight").astype(np.float64))
    in_the_database = outcomes(counted, "disposition", counted.numbers("base_weight"))
    assert in_the_database.counts == pytest.approx(found.counts)
    assert counted.numbers("addresses").sum() == len(addresses)
    rates = found.rates()
    assert 0.19 < rates["RR1"] < 0.23
    assert rates["RR1"] < rates["RR3"] < rates["RR5"]


def test_shares_are_whole_and_equal() -> None:
    assert share_out(11, 3) == [4, 4, 3]
