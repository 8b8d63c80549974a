"""The doctor says what is wrong and what to do, and its exit code tells machines."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from flask import Flask

from survey_app import schema
from survey_app.accounts.services import create_account
from survey_app.db import Database
from survey_app.jobs import Job, now
from survey_app.operations import doctor
from survey_app.operations.doctor import FAILURE, GOOD, WARNING, examine
from survey_app.survey.keys import make_pair
from tests.survey_app.conftest import PASSWORD
from tests.survey_app.operations.test_backup import run


def found(app: Flask, subject: str) -> list[tuple[str, str]]:
    with app.app_context():
        every = examine(app.extensions["database"], app.extensions["config"])
    return [(one.state, one.told) for one in every if one.subject == subject]


def test_a_healthy_installation_is_told_so(app: Flask, database: Database, tmp_path: Path) -> None:
    make_pair(app.extensions["config"].release_key_file)
    assert run(app, "backup", str(tmp_path / "b"))[0] == 0
    code, output = run(app, "doctor")
    assert code == 0, output
    assert "0 failures" in output
    assert [state for state, _ in found(app, "backup")] == [GOOD]
    assert [state for state, _ in found(app, "database")] == [GOOD]


def test_every_finding_says_what_to_do(app: Flask, database: Database) -> None:
    key = app.extensions["config"].release_key_file
    make_pair(key)
    key.chmod(0o644)
    assert (FAILURE, f"Others can read {key}; run: chmod go= {key}") in found(app, "keys")
    with database.transaction() as session:
        create_account(
            session, sign_in_name="boss", display_name="B", role="administrator", password=PASSWORD
        )
        gone = now() - timedelta(hours=2)
        session.add(Job(id="j", kind="k", created_at=gone, state="running", lease_until=gone))
    assert any(state == WARNING and "boss" in told for state, told in found(app, "accounts"))
    assert any("jobs work" in told for _, told in found(app, "jobs"))
    code, output = run(app, "doctor")
    assert code == 1
    assert "2 failures" in output


def test_another_version_and_a_full_disk_are_failures(sqlite_app: Flask, monkeypatch: object) -> None:
    monkeypatch.setattr(doctor, "LEAST_FREE", 2**62)  # type: ignore[attr-defined]
    assert all(state == FAILURE for state, _ in found(sqlite_app, "disk"))
    schema.downgrade(sqlite_app.extensions["database"].engine, "0018")
    assert "db upgrade" in found(sqlite_app, "database")[0][1]
