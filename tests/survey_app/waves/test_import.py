"""Foreign waves: what does not fit is told by row, column and value, and nothing is half-imported."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from questionnaires.foreign import load_mapping
from questionnaires.foreign_schema import ForeignWave
from questionnaires.foreign_wording import labels_digest, wording_digest
from survey_app.accounts.audit import list_entries
from survey_app.accounts.models import AuditEntry
from survey_app.db import Database
from survey_app.problems import BadFileProblem, BadInputProblem, ConflictProblem
from survey_app.survey.models import Response
from survey_app.waves import queries, services
from survey_app.waves.answered import read_responses
from survey_app.waves.columns import all_columns, group_levels
from survey_app.waves.foreign_store import load_foreign_of, load_foreign_wording_of
from survey_app.waves.importing import import_wave, remove_foreign_wave
from survey_app.waves.models import Wave
from tests.survey_app.conftest import make_app

QUESTION = "Do you trust the library?"
LABELS = ((1, "Yes"), (2, "No"))

MAPPING = f"""
[wave]
slug = "town-2021"
year = 2021
title = "Town survey 2021"
publisher = "Town"
citation = "Town. 2021. Town survey."
url = "https://town.example"
population = "Adults"
licence_note = "Free to use."
notes = ["Made for a test."]

[columns]
weight = "w"
strata = "st"
psu = "unit"

[answers]
codebook = "book.csv"
empty = ["", "NA"]
missing = [{{ value = -9, code = -4 }}, {{ value = 8, code = -2 }}, {{ value = 9, code = -3 }}]

[[filters]]
column = "town"
values = ["5"]

[[domains]]
id = "race"
column = "r"
levels = [
  {{ id = "black", label = "Black", value = "1" }},
  {{ id = "white", label = "White", value = "2" }},
]

[[items]]
id = "trust_library"
column = "q1"
title = "Trust the library"
wording_sha256 = "{wording_digest(QUESTION)}"
labels_sha256 = "{labels_digest(LABELS)}"
choices = [
  {{ value = 1, code = 1, text = "Yes" }},
  {{ value = 2, code = 2, text = "No" }},
]

[[measures]]
id = "trust_library"
question = "trust_library"
title = "Trust the library"
codes = [1]
direction = "higher_better"
"""

HEADER = "town,w,st,unit,r,q1"
GOOD = (
    "5,1.5,a,u1,1,1",
    "5,2,a,u2,2,2.0",
    "6,oops,,,,77",  # another town: not read, so not wrong
    "5,0,b,u1,3,8",
    "5,1,b,u2,1,9",
    "5,1,b,u2,1,-9",
    "5,1,b,u3,2,NA",
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "town.toml").write_text(MAPPING)
    book = [f"2021,q1,{QUESTION},{value},{label}" for value, label in LABELS]
    header = "year,variable,question_or_description,value,label"
    (tmp_path / "book.csv").write_text("\n".join([header, *book]))
    return tmp_path


@pytest.fixture
def foreign(folder: Path) -> ForeignWave:
    return load_mapping(folder / "town.toml")


@pytest.fixture
def session(app: Flask, database: Database) -> Iterator[Session]:
    with app.app_context(), database.session() as session:
        yield session


def write(folder: Path, *rows: str, header: str = HEADER) -> Path:
    path = folder / "town.csv"
    path.write_text("\n".join([header, *rows]) + "\n")
    return path


def counts(session: Session) -> tuple[int, int]:
    waves, rows = (session.scalar(select(func.count()).select_from(t)) for t in (Wave, Response))
    return waves or 0, rows or 0


def test_rows_become_codes_missing_codes_weights_design_and_groups(
    session: Session, foreign: ForeignWave, folder: Path
) -> None:
    told: list[int] = []
    data = write(folder, *GOOD)
    wave = import_wave(session, foreign, data, progress=told.append)
    session.commit()
    columns = all_columns(wave, read_responses(session, wave))
    rows = sorted(
        zip(
            columns["stratum"].tolist(),
            columns["psu"].tolist(),
            columns["weight"].tolist(),
            columns["trust_library__missing"].tolist(),
            columns["group_race"].tolist(),
            strict=True,
        )
    )
    assert rows == [
        ("a", "u1", 1.5, 0, "black"),
        ("a", "u2", 2.0, 0, "white"),
        ("b", "u1", 0.0, -2, ""),
        ("b", "u2", 1.0, -4, "black"),
        ("b", "u2", 1.0, -3, "black"),
        ("b", "u3", 1.0, -1, "white"),
    ]
    assert sorted(c for c in columns["trust_library"].tolist() if c == c) == [1.0, 2.0]
    assert wave.plan == {
        "version": "as_published",
        "design": {"weights": "weight", "strata": "stratum", "psu": "psu"},
        "weighting": [],
    }
    assert (wave.mapping["rows_read"], wave.mapping["rows_kept"]) == (7, 6)
    assert sum(told) == data.stat().st_size
    assert load_foreign_of(wave) == foreign
    assert load_foreign_wording_of(wave)["trust_library"].question == QUESTION
    assert group_levels(wave) == {"race": ("black", "white")}
    assert list_entries(session)[0].action == "wave.import"


def test_everything_wrong_is_told_by_row_column_and_value_and_nothing_is_stored(
    session: Session, foreign: ForeignWave, folder: Path
) -> None:
    data = write(
        folder,
        GOOD[0],
        "5,1,a,u1,1,3",
        "5,-1,a,u1,1,1",
        "5,,a,u1,1,1",
        "5,nan,a,u1,1,1",
        "5,1,,u1,1,1",
        "5,1,a",
    )
    with pytest.raises(BadFileProblem) as caught:
        import_wave(session, foreign, data)
    places = [(error.row, error.field) for error in caught.value.errors]
    assert places == [(2, "q1"), (3, "w"), (4, "w"), (5, "w"), (6, "st"), (7, None)]
    told = str(caught.value)
    assert "row 2, field q1: '3'" in told
    assert "row 3, field w: '-1'" in told
    session.commit()
    assert counts(session) == (0, 0)


def test_a_long_list_of_errors_is_cut_after_fifty(
    session: Session, foreign: ForeignWave, folder: Path
) -> None:
    with pytest.raises(BadFileProblem) as caught:
        import_wave(session, foreign, write(folder, *["5,1,a,u1,1,3"] * 60))
    assert len(caught.value.errors) == 60
    assert str(caught.value).endswith("and 10 more")


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"town,w,st,unit,r\n5,1,a,u,1\n", "field q1: The header has no such column"),
        (b"town,w,st,unit,r,q1,q1\n", "field q1: The header has this column more than once"),
        (b"", "field w: The header has no such column"),
        (HEADER.encode() + b"\n6,1,a,u,1,1\n", "No row is left"),
        (HEADER.encode() + b"\n5,0,a,u,1,1\n", "No row is left"),
        (HEADER.encode() + b"\n5,1,a,u\xff,1,1\n", "row 1: This row cannot be read"),
        (HEADER.encode() + b'\n5,1,a,"u"x,1,1\n', "row 1: This row cannot be read"),
    ],
)
def test_a_file_that_is_no_such_table_is_refused(
    session: Session, foreign: ForeignWave, folder: Path, content: bytes, says: str
) -> None:
    path = folder / "town.csv"
    path.write_bytes(content)
    with pytest.raises(BadFileProblem, match=says):
        import_wave(session, foreign, path)
    assert counts(session) == (0, 0)


def test_an_optional_column_may_be_missing(
    session: Session, foreign: ForeignWave, folder: Path
) -> None:
    [race] = foreign.domains
    may_lack = replace(foreign, domains=(replace(race, optional=True),))
    wave = import_wave(
        session, may_lack, write(folder, "5,1,a,u1,1", "5,1,b,u2,2", header="town,w,st,unit,q1")
    )
    columns = all_columns(wave, read_responses(session, wave))
    assert columns["group_race"].tolist() == ["", ""]
    assert sorted(columns["trust_library"].tolist()) == [1.0, 2.0]


def test_the_codebook_must_lie_beside_the_data_and_say_the_same(
    session: Session, foreign: ForeignWave, folder: Path
) -> None:
    data = write(folder, *GOOD)
    book = folder / "book.csv"
    book.write_text(book.read_text().replace("library", "city"))
    with pytest.raises(BadInputProblem, match="differ from what the mapping was written for"):
        import_wave(session, foreign, data)
    book.unlink()
    with pytest.raises(BadInputProblem, match="needs this codebook beside the data file"):
        import_wave(session, foreign, data)


def test_a_second_import_is_refused_until_the_wave_is_removed(
    session: Session, foreign: ForeignWave, folder: Path
) -> None:
    data = write(folder, *GOOD)
    first = import_wave(session, foreign, data)
    session.commit()
    keys = set(session.scalars(select(Response.id)))
    with pytest.raises(ConflictProblem, match="wave remove town-2021"):
        import_wave(session, foreign, data)
    assert counts(session) == (1, 6)
    remove_foreign_wave(session, first)
    session.commit()
    assert counts(session) == (0, 0)
    import_wave(session, foreign, data)
    session.commit()
    assert set(session.scalars(select(Response.id))) == keys


def test_our_own_waves_cannot_be_removed(session: Session) -> None:
    wave = services.create_wave(session, questionnaire="2026", demo=True)
    with pytest.raises(ConflictProblem):
        remove_foreign_wave(session, wave)


def test_the_commands_tell_what_they_did(app: Flask, foreign: ForeignWave, folder: Path) -> None:
    data = write(folder, *GOOD)
    run = app.test_cli_runner()
    mapping = str(folder / "town.toml")
    done = run.invoke(args=["wave", "import", mapping, str(data)])
    assert done.exit_code == 0, done.output
    assert "6 of 7 rows" in done.output
    assert "Town. 2021. Town survey." in done.output
    again = run.invoke(args=["wave", "import", mapping, str(data)])
    assert again.exit_code == 1
    assert "was imported before" in again.output
    assert "town-2021\tclosed" in run.invoke(args=["wave", "list"]).output
    assert run.invoke(args=["wave", "remove", "town-2021"]).exit_code == 0
    write(folder, "5,1,a,u1,1,3")
    broken = run.invoke(args=["wave", "import", mapping, str(data)])
    assert broken.exit_code == 1
    assert "row 1, field q1" in broken.output
    with app.app_context(), app.extensions["database"].session(read_only=True) as session:
        assert counts(session) == (0, 0)
        actions = list(session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)))
        assert actions == ["wave.import", "wave.remove"]
        with pytest.raises(Exception, match="no wave called"):
            queries.find_wave(session, "town-2021")


def test_commands_on_a_database_that_is_not_migrated_say_what_to_do(folder: Path) -> None:
    (folder / "town.csv").write_text(HEADER)
    app = make_app(f"sqlite:///{folder / 'new.db'}", folder)
    run = app.test_cli_runner()
    for arguments in (
        ["wave", "import", str(folder / "town.toml"), str(folder / "town.csv")],
        ["wave", "list"],
        ["wave", "remove", "town-2021"],
        ["demo", "build"],
    ):
        done = run.invoke(args=arguments)
        assert done.exit_code == 1
        assert "flask --app wsgi db upgrade" in done.output
    app.extensions["database"].engine.dispose()
