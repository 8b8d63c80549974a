"""Stored answers as columns: codes, the four kinds of missing, groups, and what weighting reads."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from flask import Flask
from sqlalchemy.orm import Session

from questionnaires.load import load_instrument
from survey_app.db import Database
from survey_app.survey.models import Response
from survey_app.waves import services
from survey_app.waves.answered import count_answers, count_responses, read_responses
from survey_app.waves.columns import Columns, all_columns, group_levels, measure_levels
from survey_app.waves.models import Wave

PEOPLE: list[dict[str, Any]] = [
    {
        "source": "drawn",
        "stratum": "Western",
        "base_weight": 100.0,
        "police_district": "Western",
        "answers": {
            "trust_police": 1,
            "violence_seen": [1, 4],
            "race_ethnicity": [1],
            "gender": 1,
            "age_group": 3,
            "education": 4,
            "tenure": 2,
            "adults_in_household": 2,
            "violence_workers_aware": 2,
            "violence_workers_trust": -4,
            "area": 1,
        },
    },
    {
        "source": "drawn",
        "stratum": "Northern",
        "base_weight": 200.0,
        "police_district": None,
        "answers": {
            "trust_police": -2,
            "violence_seen": -3,
            "race_ethnicity": [1, 2],
            "gender": 2,
            "age_group": 7,
            "education": 6,
            "tenure": 1,
            "adults_in_household": -3,
            "area": -3,
        },
    },
    {
        "source": "open",
        "stratum": None,
        "base_weight": None,
        "police_district": "Northern",
        "answers": {"trust_police": 4, "violence_seen": [6], "race_ethnicity": [3], "area": 1},
    },
]


@pytest.fixture
def session(app: Flask, database: Database) -> Iterator[Session]:
    with app.app_context(), database.session() as session:
        yield session


@pytest.fixture
def wave(session: Session) -> Wave:
    wave = services.create_wave(session, questionnaire="2026", demo=True)
    for at, person in enumerate(PEOPLE):
        session.add(
            Response(id=f"{at}" * 32, wave_id=wave.id, language="en", mode="web", domains={}, **person)
        )
    session.commit()
    return wave


@pytest.fixture
def columns(session: Session, wave: Wave) -> Columns:
    return all_columns(wave, read_responses(session, wave))


def same(found: np.ndarray, wanted: list[float | None]) -> bool:
    return [None if np.isnan(value) else float(value) for value in found] == wanted


def test_codes_leave_the_base_when_missing_and_say_why(columns: Columns) -> None:
    assert same(columns["trust_police"], [1, None, 4])
    assert columns["trust_police__missing"].tolist() == [0, -2, 0]
    assert columns["violence_workers_trust__missing"].tolist() == [-4, -1, -1]
    assert columns["area__missing"].tolist() == [0, -3, 0]
    assert "own_words" not in columns
    assert "area" not in columns


def test_several_answers_become_a_column_each(columns: Columns) -> None:
    assert same(columns["violence_seen__1"], [1, None, 0])
    assert same(columns["violence_seen__4"], [1, None, 0])
    assert same(columns["violence_seen__6"], [0, None, 1])
    assert columns["violence_seen__missing"].tolist() == [0, -3, 0]


def test_groups_are_as_answered(columns: Columns, wave: Wave) -> None:
    assert columns["group_race"].tolist() == ["black", "black", "latino"]
    assert columns["group_age4"].tolist() == ["35_54", "70_up", ""]
    assert columns["group_education3"].tolist() == ["degree", "graduate", ""]
    assert columns["group_police_district"].tolist() == ["Western", "", "Northern"]
    for group, levels in group_levels(wave).items():
        assert set(columns[f"group_{group}"].tolist()) <= {*levels, ""}


def test_weighting_reads_the_drawn_sample_only(columns: Columns) -> None:
    assert same(columns["design_weight"], [200, 400, None])
    assert columns["rake_race"].tolist()[0::2] == ["black", ""]
    assert columns["rake_race"].tolist()[1] in ("black", "white")
    assert columns["rake_district"].tolist() == ["Western", "Northern", ""]


def test_one_source_at_a_time(session: Session, wave: Wave) -> None:
    assert len(all_columns(wave, read_responses(session, wave, source="drawn"))["source"]) == 2
    came = all_columns(wave, read_responses(session, wave, source="open"))
    assert came["trust_police"].tolist() == [4.0]
    assert "design_weight" not in came


def test_every_column_has_a_value_for_every_response(columns: Columns) -> None:
    assert {len(values) for values in columns.values()} == {3}
    instrument = load_instrument("2026")
    for question in instrument.questions:
        if question.kind != "text":
            assert f"{question.id}__missing" in columns


def test_a_measure_is_one_nought_or_outside_its_base(session: Session, wave: Wave) -> None:
    measure = load_instrument("2026").measure("trust_police")
    assert measure_levels(read_responses(session, wave), measure).tolist() == ["1", "", "0"]


def test_only_the_answers_asked_for_are_kept(session: Session, wave: Wave) -> None:
    rows = read_responses(session, wave, questions={"trust_police"})
    assert set(rows.answers) == {"trust_police"}
    assert rows.answer("race_ethnicity").values == (None,)
    assert len(rows) == 3


def test_the_database_counts_answers_of_one_source(session: Session, wave: Wave) -> None:
    assert count_answers(session, wave, "trust_police", source="open") == {4: 1}
    assert count_answers(session, wave, "trust_police", source="drawn") == {1: 1, -2: 1}
    assert count_answers(session, wave, "not_asked", source="drawn") == {}
    assert count_responses(session, wave, source="drawn") == 2


def test_a_wave_nobody_answered_has_empty_columns(session: Session) -> None:
    wave = services.create_wave(session, questionnaire="2025", demo=True)
    columns = all_columns(wave, read_responses(session, wave))
    assert {len(values) for values in columns.values()} == {0}
    assert columns["trust_police"].dtype == np.float64
