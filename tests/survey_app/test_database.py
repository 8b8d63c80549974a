"""Migrations make the tables of the models, go up and down, and the database keeps what it took."""

from __future__ import annotations

import secrets
import threading
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import create_engine, inspect, select, text

from survey_app import schema
from survey_app.accounts.models import SignInAttempt
from survey_app.db import Database
from survey_app.jobs import now


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Database:
    if request.param == "sqlite":
        return Database(f"sqlite:///{tmp_path / 'empty.db'}")
    server: str = request.getfixturevalue("postgres_server")
    name = f"e{secrets.token_hex(6)}"
    admin = create_engine(server.format(name="postgres"), isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    return Database(server.format(name=name))


def test_models_and_migrations_agree(database: Database) -> None:
    with database.engine.connect() as connection:
        assert schema.drift(connection) == []


def test_every_migration_goes_down_and_up_again(empty: Database) -> None:
    schema.upgrade(empty.engine)
    tables = set(inspect(empty.engine).get_table_names())
    schema.downgrade(empty.engine, "base")
    assert set(inspect(empty.engine).get_table_names()) == {"alembic_version"}
    schema.upgrade(empty.engine)
    assert set(inspect(empty.engine).get_table_names()) == tables


def test_two_processes_may_migrate_at_once(empty: Database) -> None:
    failures: list[Exception] = []

    def upgrade() -> None:
        try:
            schema.upgrade(empty.engine)
        except Exception as error:  # collected: a thread's exception would be lost
            failures.append(error)

    threads = [threading.Thread(target=upgrade) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures
    with empty.engine.connect() as connection:
        assert schema.schema_is_current(connection)


def test_sqlite_is_set_for_durability(sqlite_url: str) -> None:
    with Database(sqlite_url).engine.connect() as connection:
        answers = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "secure_delete")
        }
    assert answers == {
        "journal_mode": "wal",
        "synchronous": 2,
        "foreign_keys": 1,
        "secure_delete": 1,
    }


def test_writers_that_read_first_wait_for_each_other(database: Database) -> None:
    """Read-then-write from many threads: nobody meets a busy database, no count is lost."""

    def add() -> None:
        for _ in range(20):
            with database.transaction() as session:
                session.scalars(select(SignInAttempt)).all()
                session.add(SignInAttempt(name_hash="x", at=now()))

    threads = [threading.Thread(target=add) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with database.session(read_only=True) as session:
        assert len(session.scalars(select(SignInAttempt)).all()) == 80


def test_health_is_told_as_json(app: Flask, database: Database) -> None:
    answer = app.test_client().get("/healthz")
    assert answer.status_code == 200
    assert answer.is_json
    assert answer.json["status"] == "ok"
    schema.downgrade(database.engine, "0001")
    answer = app.test_client().get("/healthz")
    assert (answer.status_code, answer.json["status"]) == (503, "migration needed")
