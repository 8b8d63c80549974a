"""The files for other programs, read back by other people's programs."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from pathlib import Path

import openpyxl
import pyreadstat
import pytest
from frictionless import Package
from lxml import etree

from survey_app.reports.exports.statistics_files import stata_name
from survey_app.reports.services.build import Built
from tests.shared import shared_path
from tests.survey_app.reports.conftest import DRAWN_IN, City, computed


@pytest.fixture
def built(sqlite_city: City) -> Built:
    return computed(sqlite_city)


def body(built: Built, name: str) -> bytes:
    return built.files[name][1]


def public_rows(built: Built) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(body(built, "survey.csv").decode(), newline="")))


def test_the_edition_is_a_valid_data_package(built: Built, tmp_path: Path) -> None:
    with zipfile.ZipFile(io.BytesIO(body(built, "edition.zip"))) as archive:
        archive.extractall(tmp_path)
    report = Package(str(tmp_path / "datapackage.json")).validate()
    assert report.valid, report.flatten(["title", "rowNumber", "fieldNumber", "note"])[:5]
    assert len(report.tasks) >= 8


@pytest.mark.parametrize("language", DRAWN_IN)
@pytest.mark.parametrize("ending", ["sav", "dta"])
def test_spss_and_stata_hold_the_public_rows(
    built: Built, tmp_path: Path, language: str, ending: str
) -> None:
    path = tmp_path / f"survey.{ending}"
    path.write_bytes(body(built, f"survey.{language}.{ending}"))
    read = pyreadstat.read_sav if ending == "sav" else pyreadstat.read_dta
    table, meta = read(path)
    rows = public_rows(built)
    assert len(table) == len(rows)
    name = {"sav": str, "dta": stata_name}[ending]
    for column in ("group_race", "stratum"):
        labels = meta.variable_value_labels[name(column)]
        assert len(set(labels.values())) == len(labels) >= 3
        blank = sum(not row[column] for row in rows)
        assert int(table[name(column)].isna().sum()) == blank
    share = name("measure_trust_police")
    for row, value in zip(rows, table[share], strict=True):
        told = row["measure_trust_police"]
        assert value == float(told) if told else value != value
    assert meta.column_names_to_labels[share]
    for row, value in zip(rows, table["weight"], strict=True):
        assert value == pytest.approx(float(row["weight"]), abs=1e-6)


def test_labels_are_in_the_language_of_the_file(built: Built, tmp_path: Path) -> None:
    labels = {}
    for language in DRAWN_IN:
        path = tmp_path / f"{language}.sav"
        path.write_bytes(body(built, f"survey.{language}.sav"))
        labels[language] = pyreadstat.read_sav(path)[1].column_names_to_labels
    for column in ("group_race", "rake_education", "measure_trust_police", "weight"):
        told = {labels[language][column] for language in DRAWN_IN}
        assert len(told) == len(DRAWN_IN), column


def test_the_codebook_file_meets_its_schema(built: Built) -> None:
    schema = shared_path("data", "schemas", "ddi-codebook-2.5", "schemas", "codebook.xsd")
    document = etree.fromstring(body(built, "survey.ddi.xml"))
    etree.XMLSchema(etree.parse(str(schema))).assertValid(document)


def test_the_codebook_file_counts_what_the_rows_hold(built: Built) -> None:
    space = {"d": "ddi:codebook:2_5"}
    document = etree.fromstring(body(built, "survey.ddi.xml"))
    rows = public_rows(built)
    assert [one.get("name") for one in document.iterfind(".//d:var", space)] == list(rows[0])
    black = document.xpath(
        "//d:var[@name='group_race']/d:catgry[d:catValu='black']/d:catStat/text()", namespaces=space
    )
    assert black == [str(sum(row["group_race"] == "black" for row in rows))]
    codebook = json.loads(body(built, "codebook.json"))
    race = next(one for one in codebook["columns"] if one["name"] == "group_race")
    assert str(race["levels"]["black"]) == black[0]


def test_the_final_weight_is_what_the_plan_makes_of_the_rows(built: Built) -> None:
    total = sum(float(row["weight"]) for row in public_rows(built))
    snapshot = json.loads(built.snapshot)
    ours = next(one for one in snapshot["weights"] if one["wave"] == snapshot["wave"])
    assert total == pytest.approx(ours["total"], rel=1e-6)


def test_no_cell_of_the_workbook_is_a_formula(built: Built) -> None:
    book = openpyxl.load_workbook(io.BytesIO(body(built, "figures.xlsx")))
    rows = list(book["figures"].iter_rows())
    lines = list(csv.reader(io.StringIO(body(built, "figures.csv").decode("utf-8-sig"), newline="")))
    assert len(rows) == len(lines)
    assert {cell.data_type for row in rows for cell in row} <= {"s", "n"}


def test_no_file_tells_when_it_was_made(built: Built) -> None:
    assert body(built, "survey.en.sav")[92:109] == b"01 Jan 8000:00:00"
    assert b"<timestamp>\x1101 Jan 1980 00:00</timestamp>" in body(built, "survey.en.dta")
    with zipfile.ZipFile(io.BytesIO(body(built, "figures.xlsx"))) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
