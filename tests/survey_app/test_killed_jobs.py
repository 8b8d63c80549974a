"""Whatever the work is: workers killed in the middle leave what one quiet worker leaves."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from flask import Flask

from survey_app import jobs
from tests.survey_app.conftest import make_app
from tests.survey_app.killed import QUICK, SLOW, census, harass, states, work


def test_every_kind_of_work_is_looked_at(sqlite_app: Flask) -> None:
    ours = {kind for kind in jobs._kinds if not kind.startswith("test.")}
    assert set(QUICK) | set(SLOW) == ours


@pytest.mark.parametrize("kind", QUICK)
def test_killed_workers_leave_what_a_quiet_one_leaves(
    kind: str, sqlite_app: Flask, migrated_sqlite: Path, tmp_path: Path
) -> None:
    quiet_folder = tmp_path / "quiet"
    quiet_folder.mkdir()
    shutil.copy(migrated_sqlite, quiet_folder / "city.db")
    quiet = make_app(f"sqlite:///{quiet_folder / 'city.db'}", quiet_folder)
    for app in (quiet, sqlite_app):
        QUICK[kind](app)
    commits, _ = work(quiet)
    assert harass(sqlite_app, commits) == 2, "both workers died in the middle"
    assert census(sqlite_app) == census(quiet)
    assert states(sqlite_app) == states(quiet)
    assert {state for _kind, state in states(quiet)} <= {"done"}
    quiet.extensions["database"].engine.dispose()
