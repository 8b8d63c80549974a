"""The synthetic city: seeded, along its margins, with the changes it was given and no others."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from analysis.data import load_margin, margin_names
from analysis.data.raking import load_raking
from analysis.plan import run_case
from questionnaires.load import load_instrument
from questionnaires.schema import DONT_KNOW, NOT_APPLICABLE, PREFER_NOT, SKIPPED
from survey_app.demo.answers import answer_all
from survey_app.demo.own_words import own_words
from survey_app.demo.residents import draw_residents
from survey_app.demo.settings import load_city
from survey_app.demo.waves import make_open_answers, make_responses
from tests.analysis.data.asked import raked_columns

CITY = load_city()
SMALL = replace(CITY, population=4_000)


def responses(questionnaire: str, seed: int = 1) -> list[dict[str, Any]]:
    settings = next(one for one in CITY.waves if one.questionnaire == questionnaire)
    return make_responses(np.random.default_rng(seed), CITY, settings)


@pytest.fixture(scope="module")
def of_2025() -> list[dict[str, Any]]:
    return responses("2025")


def test_the_same_seed_makes_the_same_city() -> None:
    settings = replace(CITY.waves[0], drawn=90, open=30)
    first, again, other = (
        make_responses(np.random.default_rng(seed), SMALL, settings) for seed in (5, 5, 6)
    )
    assert first == again
    assert first != other


def test_residents_follow_the_margins() -> None:
    residents = draw_residents(np.random.default_rng(2), CITY)
    for name, variable, values in (
        ("district.csv", "rake_district", residents.district),
        ("education.csv", "rake_education", residents.education),
        ("tenure.csv", "rake_tenure", residents.tenure),
    ):
        table = load_margin(name)
        for level, count in zip(table[variable], table["count"] / table["count"].sum(), strict=True):
            assert np.mean(values == level) == pytest.approx(count, abs=0.06), (name, level)


@pytest.mark.parametrize("questionnaire", [one.questionnaire for one in CITY.waves])
def test_every_answer_is_one_the_questionnaire_has(questionnaire: str) -> None:
    instrument = load_instrument(questionnaire)
    chance = np.random.default_rng(3)
    residents = draw_residents(chance, SMALL)
    answers = answer_all(chance, SMALL, instrument, residents)
    closed = [question for question in instrument.questions if question.kind != "text"]
    assert list(answers) == [question.id for question in closed]
    for question in closed:
        allowed = set(question.codes) | {SKIPPED}
        allowed |= {DONT_KNOW} if question.dont_know else set()
        allowed |= {PREFER_NOT} if question.prefer_not else set()
        allowed |= {NOT_APPLICABLE} if question.only_if else set()
        if question.kind == "count":
            assert question.minimum is not None
            assert question.maximum is not None
            allowed |= set(range(question.minimum, question.maximum + 1))
        if question.kind == "area":
            allowed |= {1}
        for answer in answers[question.id]:
            codes = answer if isinstance(answer, list) else [answer]
            assert set(codes) <= allowed, question.id
            if set(codes) & set(question.exclusive):
                assert len(codes) == 1
        if question.only_if is not None:
            for condition, answer in zip(
                answers[question.only_if.question], answers[question.id], strict=True
            ):
                assert (answer == NOT_APPLICABLE) == (condition not in question.only_if.codes)


def test_all_four_kinds_of_missing_answers_occur(of_2025: list[dict[str, Any]]) -> None:
    found = {
        code
        for row in of_2025
        for code in row["answers"].values()
        if isinstance(code, int) and code < 0
    }
    assert found == {SKIPPED, DONT_KNOW, PREFER_NOT, NOT_APPLICABLE}


def test_the_two_sources_carry_what_belongs_to_them(of_2025: list[dict[str, Any]]) -> None:
    settings = CITY.waves[1]
    drawn = [row for row in of_2025 if row["source"] == "drawn"]
    came = [row for row in of_2025 if row["source"] == "open"]
    assert (len(drawn), len(came)) == (settings.drawn, settings.open)
    assert all(row["base_weight"] > 0 and row["stratum"] for row in drawn)
    assert all(row["base_weight"] is None and row["stratum"] is None for row in came)
    assert {row["language"] for row in of_2025} == set(own_words())
    sizes = [sum(row["stratum"] == s for row in drawn) for s in {row["stratum"] for row in drawn}]
    assert max(sizes) - min(sizes) <= 1


def test_written_answers_lead_to_no_response(of_2025: list[dict[str, Any]]) -> None:
    texts = make_open_answers(np.random.default_rng(4), CITY, of_2025)
    assert 200 < len(texts) < 600
    ids = {row["id"] for row in of_2025}
    assert not ids & {row["id"] for row in texts}
    groups = {(row["language"], row["police_district"]) for row in of_2025}
    for row in texts:
        if row["police_district"] is not None:
            assert (row["language"], row["police_district"]) in groups
            sharing = [
                one
                for one in of_2025
                if (one["language"], one["police_district"])
                == (row["language"], row["police_district"])
            ]
            assert len(sharing) >= 10


def weighted_share(rows: list[dict[str, Any]], question: str, codes: set[int], out: set[int]) -> float:
    """Percent of the drawn sample under the declared weighting, without the analysis feature."""
    drawn = [SimpleNamespace(**row) for row in rows if row["source"] == "drawn"]
    version = load_raking()
    columns = raked_columns(
        version,
        [{**row.answers, "stratum": row.stratum} for row in drawn],
        np.array([row.base_weight for row in drawn]),
        [row.id for row in drawn],
        seed="test",
    )
    columns["stratum"] = np.array([row.stratum for row in drawn])
    tables = {name: load_margin(name) for name in margin_names()}
    done = run_case(
        {"id": "w", "kind": "weights", "data": "rows", **version.plan}, {"rows": columns, **tables}
    )
    assert done.weights is not None
    given = np.array([row.answers[question] for row in drawn])
    base = (given > 0) & ~np.isin(given, list(out))
    counted = np.isin(given, list(codes))
    return float(100 * done.weights[base & counted].sum() / done.weights[base].sum())


def test_weighting_gives_back_the_city_and_its_change() -> None:
    """Within four standard errors (about 1.7 points each) of the shares in city.toml."""
    before, after = responses("2024", seed=8), responses("2025", seed=8)
    for question, codes in (("safe_after_dark", {1, 2}), ("trust_police", {1, 2})):
        for year, rows in (("2024", before), ("2025", after)):
            truth = 100 * sum(CITY.questions[question].shares[year][:2])
            assert weighted_share(rows, question, codes, set()) == pytest.approx(truth, abs=6.8)


def test_volunteers_are_not_the_city() -> None:
    rows = responses("2025", seed=9)
    trust = {
        source: np.mean(
            [row["answers"]["trust_police"] in (1, 2) for row in rows if row["source"] == source]
        )
        for source in ("drawn", "open")
    }
    assert trust["drawn"] - trust["open"] > 0.03
