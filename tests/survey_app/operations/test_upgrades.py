"""From every released revision with rows in it, the newest is reached and nothing is lost."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from alembic.script import ScriptDirectory
from sqlalchemy import Boolean, Date, DateTime, LargeBinary, MetaData, Table, create_engine, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.types import JSON, Float, Integer

from survey_app import schema
from survey_app.db import Database
from survey_app.operations.transfer import prove, snapshot

REVISIONS = [
    one.revision
    for one in reversed(list(ScriptDirectory.from_config(schema.alembic_config()).walk_revisions()))
]
#: Tables whose rows every revision may hold, and that every later one keeps as they are.
SIMPLE = ("jobs", "staff_accounts", "audit_entries", "waves", "submission_receipts", "drafts")


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Any:
    """Makes new empty databases."""

    def make() -> Database:
        name = f"u{secrets.token_hex(6)}"
        if request.param == "sqlite":
            return Database(f"sqlite:///{tmp_path / name}.db")
        server: str = request.getfixturevalue("postgres_server")
        admin = create_engine(server.format(name="postgres"), isolation_level="AUTOCOMMIT")
        with admin.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {name}"))
        admin.dispose()
        return Database(server.format(name=name))

    return make


#: What a column of this name may hold, where a constraint is choosy.
KNOWN: dict[str, Any] = {
    "role": "analyst",
    "state": "draft",
    "kind": "own",
    "quarter": None,
    "wave_id": "w",
    "id": "w",
    "stage": "full",
}


def row_for(table: Table) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for column in table.columns:
        kind = column.type
        if column.name in KNOWN and not isinstance(kind, Integer):
            value = KNOWN[column.name]
        elif isinstance(kind, Boolean):
            value = False
        elif isinstance(kind, Integer | Float):
            value = 1
        elif isinstance(kind, DateTime):
            value = datetime(2026, 1, 2, 3, 4)
        elif isinstance(kind, Date):
            value = date(2026, 1, 2)
        elif isinstance(kind, LargeBinary):
            value = b"\x00sealed"
        elif isinstance(kind, JSON):
            value = {"é": [1, None]}
        else:
            value = "x"
        found[column.name] = None if column.nullable and column.name not in KNOWN else value
    if table.name == "jobs":
        found["state"] = "done"
    return {name: value for name, value in found.items() if name != "quarter"}


def fill(database: Database) -> dict[str, int]:
    """A row in every simple table of this revision; how many rows each has."""
    with database.engine.begin() as connection:
        found = MetaData()
        found.reflect(bind=connection)
        for table in found.sorted_tables:
            if table.name in SIMPLE:
                connection.execute(table.insert(), row_for(table))
        return {name: 1 for name in SIMPLE if name in found.tables}


@pytest.mark.parametrize(
    "revisions",
    [
        pytest.param((REVISIONS[0], REVISIONS[len(REVISIONS) // 2], REVISIONS[-2]), id="some"),
        pytest.param(REVISIONS[:-1], id="each", marks=pytest.mark.thorough),
    ],
)
def test_a_released_revision_with_rows_reaches_the_newest(empty: Any, revisions: Sequence[str]) -> None:
    for revision in revisions:
        database = empty()
        schema.upgrade(database.engine, revision)
        filled = fill(database)
        schema.upgrade(database.engine)
        with snapshot(database.engine) as connection:
            assert schema.schema_is_current(connection)
            there = {name: proof.rows for name, proof in prove(connection).items()}
            assert schema.drift(connection) == []
        assert {name: there[name] for name in filled} == filled, revision
        with pytest.raises(IntegrityError), database.transaction() as session:
            session.execute(text("INSERT INTO jobs (id) VALUES ('incomplete')"))
        database.engine.dispose()


def test_what_leads_to_comments_stays_when_their_table_is_made_anew(empty: Any) -> None:
    """SQLite makes a table anew to change a constraint: what points to it neither goes nor doubles."""
    database = empty()
    schema.upgrade(database.engine, "0011")
    with database.engine.begin() as connection:
        found = MetaData()
        found.reflect(bind=connection)
        for name, known in (
            ("community_sessions", {"kind": "town_hall", "state": "finalised", "attendance": 20}),
            ("comments", {"source": "typed", "session_id": "w", "import_id": None, "position": None}),
            ("theme_decisions", {"comment_id": "w"}),
            ("decided_themes", {"comment_id": "w"}),
        ):
            row = row_for(found.tables[name]) | known
            if name == "community_sessions":
                row |= {"finalised_on": date(2026, 1, 2), "series_id": None, "youth": False}
            connection.execute(found.tables[name].insert(), row)
    schema.upgrade(database.engine)
    with snapshot(database.engine) as connection:
        there = {name: proof.rows for name, proof in prove(connection).items()}
    assert (there["comments"], there["theme_decisions"], there["decided_themes"]) == (1, 1, 1)
    database.engine.dispose()
