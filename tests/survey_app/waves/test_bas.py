"""The Baltimore Area Survey through the import and the plan runner gives R's published figures."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from analysis.plan import run_case
from questionnaires.compare import compare_measures
from questionnaires.foreign import FOLDER, load_mapping
from survey_app.db import Database
from survey_app.survey.models import Response
from survey_app.waves import queries
from survey_app.waves.answered import read_responses
from survey_app.waves.columns import Columns, all_columns, measure_levels
from survey_app.waves.foreign_store import load_foreign_of, load_foreign_wording_of
from survey_app.waves.importing import import_wave
from tests.shared import shared_path

ITEMS = {"nhd_safechg": "safety_change_5y", "con_gtrust": "trust_local_government"}
#: group and level as the benchmark names them -> as the mapping does
GROUPS = {
    "sex": ("gender", {"female": "woman", "male": "man"}),
    "race": ("race", {"black": "black", "white": "white", "latinx": "latino", "other": "other"}),
    "age4": ("age4", {"18-34": "18_34", "35-54": "35_54", "55-69": "55_69", "70+": "70_up"}),
    "educ3": (
        "education3",
        {"no degree": "no_degree", "associate/bachelor": "degree", "graduate": "graduate"},
    ),
    "tenure": ("tenure", {"own": "own", "rent": "rent", "other": "other"}),
}


def data_file(year: int) -> Path:
    return shared_path("data", "surveys", "bas", f"bas{year}.csv")


@pytest.fixture
def both(app: Flask, database: Database) -> Iterator[Session]:
    """A session on a database into which both waves were imported."""
    with app.app_context(), database.transaction() as session:
        for year in (2023, 2024):
            import_wave(session, load_mapping(FOLDER / f"bas-{year}.toml"), data_file(year))
    with app.app_context(), database.session(read_only=True) as session:
        yield session


def estimate(session: Session, columns: Columns, year: int, requests: list[dict[str, object]]) -> list:
    wave = queries.find_wave(session, f"bas-{year}")
    case = {"id": "bas", "kind": "estimate", "data": "rows", "requests": requests, **wave.plan}
    return run_case(case, {"rows": columns}).result["results"]


def test_every_row_of_the_reference_table_comes_out_to_its_printed_digits(both: Session) -> None:
    path = shared_path("data", "benchmarks", "bas_city_reference_r_survey.csv")
    with path.open(newline="") as stream:
        reference = [row for row in csv.DictReader(stream) if row["item"] in ITEMS]
    compared = 0
    for year in (2023, 2024):
        wave = queries.find_wave(both, f"bas-{year}")
        columns = all_columns(wave, read_responses(both, wave))
        wanted = [row for row in reference if row["year"] == str(year)]
        requests = []
        for row in wanted:
            question, code = ITEMS[row["item"]], float(row["response_code"])
            answered = ~(columns[question] != columns[question])
            name = f"{question}_{row['response_code']}"
            columns[name] = (columns[question] == code).astype(float)
            columns[name][~answered] = float("nan")
            request: dict[str, object] = {"name": name, "var": name, "deff": True}
            if row["group"] != "all":
                group, levels = GROUPS.get(row["group"], ("police_district", {}))
                level = levels.get(row["group_value"], row["group_value"])
                request["domain"] = [{"var": f"group_{group}", "in": [level]}]
            requests += [{**request, "stat": "mean"}, {**request, "stat": "ciprop"}]
        results = estimate(both, columns, year, requests)
        for row, got, share in zip(wanted, results[::2], results[1::2], strict=True):
            place = f"{year} {row['item']} {row['response_code']} {row['group']} {row['group_value']}"
            assert got["n"] == int(row["n"]), place
            assert got["df"] == int(row["df"]), place
            figures = {"pct": got["estimate"], "se_pct": got["se"]}
            figures["wald_low"], figures["wald_high"] = got["ci"]
            if got["estimate"] > 0:  # the table prints 0 to 0 there; a logit of nothing has no limits
                figures["logit_low"], figures["logit_high"] = share["ci"]["logit"]
            for name, figure in figures.items():
                told = float(row[name])
                assert 100 * figure == pytest.approx(told, abs=5.01e-5), f"{place} {name}"
            if row["deff"] != "NA":
                assert got["deff_wr"] == pytest.approx(float(row["deff"]), abs=5.01e-5), place
            compared += 1
    assert compared == len(reference) == 468


@pytest.mark.parametrize(
    ("year", "measure_id", "percent", "error"),
    [
        (2023, "safety_change_5y_worse", 35.829, 2.540),
        (2023, "safety_change_5y_better", 14.094, 1.799),
        (2024, "safety_change_5y_better", 21.052, 2.488),
        (2023, "trust_local_government", 19.761, 1.983),
    ],
)
def test_the_headline_figures(
    both: Session, year: int, measure_id: str, percent: float, error: float
) -> None:
    wave = queries.find_wave(both, f"bas-{year}")
    rows = read_responses(both, wave)
    columns = all_columns(wave, rows)
    columns["counted"] = measure_levels(rows, load_foreign_of(wave).measure(measure_id))
    [got] = estimate(both, columns, year, [{"name": "x", "stat": "mean", "var": "counted"}])
    assert 100 * got["estimate"] == pytest.approx(percent, abs=0.001)
    assert 100 * got["se"] == pytest.approx(error, abs=0.001)


def test_the_stored_mapping_decides_which_trend_may_be_drawn(both: Session) -> None:
    old, new = (load_foreign_of(queries.find_wave(both, f"bas-{year}")) for year in (2023, 2024))
    assert old == load_mapping(FOLDER / "bas-2023.toml")
    assert compare_measures(old, new, "safety_change_5y_better").kind == "identical"
    assert compare_measures(old, new, "trust_local_government").kind == "reworded"


def test_rows_wording_and_citation_are_kept(both: Session) -> None:
    wave = queries.find_wave(both, "bas-2023")
    count = select(func.count()).select_from(Response).where(Response.wave_id == wave.id)
    assert both.scalar(count) == 818 == wave.mapping["rows_kept"]
    assert wave.mapping["rows_read"] == 1352
    assert "Bader" in wave.citation
    words = load_foreign_wording_of(wave)["safety_change_5y"]
    assert "five years" in words.question.lower()
    assert len(words.labels) == 5
