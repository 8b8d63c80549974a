"""From SQLite to PostgreSQL: the same rows, or nothing."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from survey_app.db import Database, make_engine
from survey_app.operations.transfer import prove, snapshot
from tests.survey_app.conftest import make_app
from tests.survey_app.operations.test_backup import fill, run

pytestmark = pytest.mark.postgresql


@pytest.fixture
def empty_postgres(postgres_server: str) -> str:
    with create_engine(postgres_server.format(name="postgres")).connect() as connection:
        outside = connection.execution_options(isolation_level="AUTOCOMMIT")
        outside.execute(text("DROP DATABASE IF EXISTS moved WITH (FORCE)"))
        outside.execute(text("CREATE DATABASE moved"))
    return postgres_server.format(name="moved")


def test_copy_to_postgresql_and_go_on_there(
    sqlite_url: str, empty_postgres: str, tmp_path: Path
) -> None:
    app = make_app(sqlite_url, tmp_path)
    database: Database = app.extensions["database"]
    fill(database)
    with database.transaction() as session:  # SQLite takes what the column of PostgreSQL cannot hold
        session.execute(text("UPDATE jobs SET kind = :long"), {"long": "k" * 61})
    code, output = run(app, "db", "copy-to", empty_postgres)
    assert code == 1
    assert "refused a row of table jobs" in output
    assert "kkk" not in output
    with database.transaction() as session:
        session.execute(text("UPDATE jobs SET kind = 'k'"))
    code, output = run(app, "db", "copy-to", empty_postgres)
    assert code == 0, output
    assert "sealed_answers                      40 rows" in output
    moved = make_engine(empty_postgres)
    with snapshot(database.engine) as here, snapshot(moved) as there:
        assert prove(here) == prove(there)
    moved.dispose()
    # Written there, the numbers of the audit log go on where they were.
    config = app.extensions["config"]
    object.__setattr__(config, "database_url", empty_postgres)
    code, output = run(app, "db", "copy-to", empty_postgres)
    assert code == 1
    assert "has rows already" in output
