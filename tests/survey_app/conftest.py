"""An application on SQLite and on PostgreSQL, migrated and empty, for every test of survey_app."""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Iterator
from pathlib import Path

import pyotp
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import create_engine, select, text
from sqlalchemy.orm import Session

from survey_app import schema
from survey_app.accounts.models import StaffAccount
from survey_app.accounts.permissions import NEED_SECOND_FACTOR
from survey_app.accounts.services import create_account, seal_secret
from survey_app.app import create_app
from survey_app.config import Config
from survey_app.db import Database

PASSWORD = "a-long-enough-password"


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One migrated SQLite file, copied for each test: migrating takes longer than copying."""
    path = tmp_path_factory.mktemp("migrated") / "city.db"
    database = Database(f"sqlite:///{path}")
    schema.upgrade(database.engine)
    with database.engine.connect() as connection:
        connection.exec_driver_sql("COMMIT")
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    database.engine.dispose()
    return path


@pytest.fixture(scope="session")
def migrated_postgres(postgres_server: str) -> str:
    """The URL of a PostgreSQL server with a migrated template database `migrated`."""
    with create_engine(postgres_server.format(name="postgres")).connect() as connection:
        connection.execution_options(isolation_level="AUTOCOMMIT").execute(
            text("CREATE DATABASE migrated")
        )
    database = Database(postgres_server.format(name="migrated"))
    schema.upgrade(database.engine)
    database.engine.dispose()
    return postgres_server


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def database_url(
    request: pytest.FixtureRequest, tmp_path: Path, migrated_sqlite: Path
) -> Iterator[str]:
    """A fresh migrated database of each kind."""
    if request.param == "sqlite":
        shutil.copy(migrated_sqlite, tmp_path / "city.db")
        yield f"sqlite:///{tmp_path / 'city.db'}"
        return
    server: str = request.getfixturevalue("migrated_postgres")
    name = f"t{secrets.token_hex(6)}"
    admin = create_engine(server.format(name="postgres"), isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name} TEMPLATE migrated"))
    yield server.format(name=name)
    with admin.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    admin.dispose()


@pytest.fixture
def sqlite_url(tmp_path: Path, migrated_sqlite: Path) -> str:
    """A fresh migrated SQLite database, for tests that are about pages and not about storage."""
    shutil.copy(migrated_sqlite, tmp_path / "city.db")
    return f"sqlite:///{tmp_path / 'city.db'}"


def make_app(url: str, folder: Path) -> Flask:
    app = create_app(Config.from_environment({"DATABASE_URL": url, "SURVEY_INSTANCE": str(folder)}))
    app.testing = False
    return app


@pytest.fixture
def app(database_url: str, tmp_path: Path) -> Iterator[Flask]:
    app = make_app(database_url, tmp_path)
    yield app
    app.extensions["database"].engine.dispose()


@pytest.fixture
def sqlite_app(sqlite_url: str, tmp_path: Path) -> Iterator[Flask]:
    app = make_app(sqlite_url, tmp_path)
    yield app
    app.extensions["database"].engine.dispose()


@pytest.fixture
def database(app: Flask) -> Database:
    found: Database = app.extensions["database"]
    return found


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    with database.session() as session:
        yield session


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


def sign_in(app: Flask, role: str) -> FlaskClient:
    """A client signed in with a fresh account of this role. CSRF: see `post_form`."""
    name = f"{role}-{secrets.token_hex(4)}"
    database: Database = app.extensions["database"]
    with app.app_context(), database.transaction() as session:
        create_account(
            session, sign_in_name=name, display_name=role.title(), role=role, password=PASSWORD
        )
    return sign_in_as(app, name)


def sign_in_as(app: Flask, name: str) -> FlaskClient:
    """A client signed in with this account, with a second factor set up where its role needs one."""
    database: Database = app.extensions["database"]
    secret = pyotp.random_base32(32)
    with app.app_context(), database.transaction() as session:
        account = session.scalars(select(StaffAccount).where(StaffAccount.sign_in_name == name)).one()
        second = account.role in NEED_SECOND_FACTOR
        if second:
            account.totp_sealed = seal_secret(secret, app.extensions["config"].secret_key)
    client = app.test_client()
    answer = post_form(client, "/en/staff/sign-in", {"sign_in_name": name, "password": PASSWORD})
    assert answer.status_code == 303, answer.get_data(as_text=True)
    if second:
        code = {"code": pyotp.TOTP(secret).now()}
        answer = post_form(client, answer.headers["Location"], code)
        assert answer.status_code == 303, answer.get_data(as_text=True)
    return client


def post_form(client: FlaskClient, url: str, data: dict[str, object], *, page: str | None = None):
    """Send a staff form as a browser would: fetch the page, take its token, post."""
    html = client.get(page or url).get_data(as_text=True)
    marker = 'name="csrf_token" value="'
    token = html.split(marker, 1)[1].split('"', 1)[0] if marker in html else ""
    return client.post(url, data={**data, "csrf_token": token})
