"""The public rows give nobody away, and the figures come out of them again."""

from __future__ import annotations

import csv
import io
import subprocess
import sys
import zipfile
from collections import Counter
from collections.abc import Callable
from itertools import combinations
from pathlib import Path

import pytest
from sqlalchemy import select

from survey_app.reports.public_file import FEWEST, K
from survey_app.survey.models import Response
from survey_app.waves.queries import find_wave
from tests.shared import ROOT
from tests.survey_app.reports.conftest import City, computed

DATA = "data/city-2025.csv"
VISIBLE = ("stratum", "group_police_district", "group_race", "group_age4", "group_gender")
Rows = list[dict[str, str]]


@pytest.fixture
def edition(sqlite_city: City, tmp_path: Path) -> Path:
    path = tmp_path / "edition.zip"
    path.write_bytes(computed(sqlite_city).files["edition.zip"][1])
    return path


def rows_of(edition: Path, name: str = DATA) -> Rows:
    with zipfile.ZipFile(edition) as archive:
        return list(csv.DictReader(io.StringIO(archive.read(name).decode("utf-8-sig"))))


def reproduce(edition: Path) -> subprocess.CompletedProcess[str]:
    """As an outsider does: another folder, no settings, nothing but the package and the file."""
    return subprocess.run(
        [sys.executable, "-m", "analysis", "reproduce", str(edition)],
        cwd=edition.parent,
        env={"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin", "TZ": "Asia/Tokyo"},
        capture_output=True,
        text=True,
        check=False,
    )


def rewrite(edition: Path, name: str, change: Callable[[str], str]) -> None:
    """The same ZIP file with one file in it changed."""
    with zipfile.ZipFile(edition) as archive:
        files = {one: archive.read(one) for one in archive.namelist()}
    changed = change(files[name].decode())
    assert changed.encode() != files[name]
    files[name] = changed.encode()
    with zipfile.ZipFile(edition, "w") as archive:
        for one, body in files.items():
            archive.writestr(one, body)


def test_every_combination_is_shared(edition: Path) -> None:
    rows = rows_of(edition)
    for size in range(1, len(VISIBLE) + 1):
        for subset in combinations(VISIBLE, size):
            cells = Counter(tuple(row[name] for name in subset) for row in rows)
            assert min(n for cell, n in cells.items() if all(cell)) >= K, subset


def test_every_pair_of_characteristics_is_shared(edition: Path) -> None:
    rows = rows_of(edition)
    groups = [name for name in rows[0] if name.startswith("group_")]
    for pair in combinations([*groups, "stratum"], 2):
        cells = Counter(tuple(row[name] for name in pair) for row in rows)
        assert min(n for cell, n in cells.items() if all(cell)) >= K, pair


def test_nobody_stands_behind_a_figure_with_fewer_than_ten(edition: Path) -> None:
    rows = rows_of(edition)
    groups = [name for name in rows[0] if name.startswith("group_")]
    measures = [name for name in rows[0] if name.startswith("measure_")]
    assert len(measures) > 15
    for group in groups:
        for measure in measures:
            held = Counter(row[group] for row in rows if row[measure])
            assert all(n >= FEWEST for n in held.values()), (group, measure, held)


def test_what_leads_to_a_person_is_not_in_it(sqlite_city: City, edition: Path) -> None:
    with zipfile.ZipFile(edition) as archive:
        text = "".join(archive.read(name).decode("utf-8-sig") for name in archive.namelist())
    with sqlite_city.app.app_context(), sqlite_city.database.session(read_only=True) as session:
        wave = find_wave(session, "city-2025")
        keys = list(session.scalars(select(Response.id).where(Response.wave_id == wave.id)))
        assert keys
        assert not [key for key in keys if key in text]
    columns = set(rows_of(edition)[0])
    assert not columns & {"mode", "language", "csa", "area", "age_group", "race_ethnicity", "gender"}


def test_a_stranger_computes_every_figure_again(edition: Path) -> None:
    answer = reproduce(edition)
    assert answer.returncode == 0, answer.stdout + answer.stderr
    figures = rows_of(edition, "figures.csv")
    shown = [row for row in figures if row["percent"] or row["change_points"]]
    again = [row for row in shown if row["computed_from"] in {"public file", "comments"}]
    assert f"{len(again)} figures computed again" in answer.stdout
    assert ": 0 differ." in answer.stdout
    assert len(shown) - len(again) <= 0.05 * len(shown)


def test_a_changed_figure_is_named(edition: Path) -> None:
    figures = rows_of(edition, "figures.csv")
    line, row = next((at, row) for at, row in enumerate(figures, start=2) if row["percent"])
    forged = f"{float(row['percent']) + 0.0002:.4f}"
    rewrite(edition, "figures.csv", lambda text: text.replace(row["percent"], forged, 1))
    answer = reproduce(edition)
    assert answer.returncode == 1
    assert f"figures.csv line {line} ({row['wave']} {row['measure']}), percent" in answer.stdout
    assert f"printed {forged}, computed {float(row['percent']):.4f}" in answer.stdout


def test_a_changed_answer_is_seen(edition: Path) -> None:
    rows = rows_of(edition)
    at = next(number for number, row in enumerate(rows, start=1) if row["measure_trust_police"] == "1")

    def flip(text: str) -> str:
        lines = text.splitlines()
        cells = lines[at].split(",")
        cells[lines[0].split(",").index("measure_trust_police")] = "0"
        lines[at] = ",".join(cells)
        return "\n".join(lines) + "\n"

    rewrite(edition, DATA, flip)
    answer = reproduce(edition)
    assert answer.returncode == 1
    assert "trust_police" in answer.stdout


def test_another_file_is_refused_with_a_sentence(tmp_path: Path) -> None:
    other = tmp_path / "notes.zip"
    other.write_text("not a ZIP file")
    answer = reproduce(other)
    assert answer.returncode == 2
    assert "not a readable ZIP file" in answer.stderr
    with zipfile.ZipFile(other, "w") as archive:
        archive.writestr("README.txt", "hello")
    answer = reproduce(other)
    assert answer.returncode == 2
    assert "there is no plan.json; it is not an edition" in answer.stderr
