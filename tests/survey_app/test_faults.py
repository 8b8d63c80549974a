"""When disk or database fail: what people are told, what is kept, and that it ends by itself."""

from __future__ import annotations

import resource
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import event, text
from sqlalchemy.exc import OperationalError

from survey_app import jobs
from survey_app.config import Config
from survey_app.db import Database, get_session
from survey_app.i18n import catalogue
from survey_app.languages.models import INTERFACE


@contextmanager
def failing(database: Database) -> Iterator[None]:
    """Every statement fails as it does on a disk where nothing can be written."""

    def fail(*_arguments: object) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    event.listen(database.engine, "before_cursor_execute", fail)
    try:
        yield
    finally:
        event.remove(database.engine, "before_cursor_execute", fail)


@pytest.mark.parametrize("language", ["en", "ar", "ru"])
def test_a_resident_is_told_in_their_language_and_keeps_what_was_typed(
    sqlite_app: Flask, language: str
) -> None:
    form = {"own_words": 'Two "lines"\nof <words>', "violence_seen": ["1", "2"]}
    client = sqlite_app.test_client()
    with failing(sqlite_app.extensions["database"]):
        answer = client.post(f"/{language}/survey/experience", data=form)
    html = answer.get_data(as_text=True)
    assert answer.status_code == 503
    assert f'lang="{language}"' in html
    assert catalogue(language, INTERFACE).gettext("The system is busy") in html
    assert html.count('name="violence_seen"') == 2
    assert "of &lt;words&gt;" in html
    assert f'action="/{language}/survey/experience"' in html


def test_nothing_of_a_sign_in_is_put_into_an_error_page(sqlite_app: Flask) -> None:
    client = sqlite_app.test_client()
    token = client.get("/en/staff/sign-in").get_data(as_text=True).split('csrf_token" value="')[1]
    form = {
        "sign_in_name": "somebody",
        "password": "canary-password",
        "csrf_token": token.split('"')[0],
    }
    with failing(sqlite_app.extensions["database"]):
        answer = client.post("/en/staff/sign-in", data=form)
    assert answer.status_code == 503
    assert "canary-password" not in answer.get_data(as_text=True)


def test_after_a_full_disk_the_same_process_goes_on(sqlite_url: str) -> None:
    database = Database(sqlite_url)
    with database.transaction() as session:
        session.execute(text("CREATE TABLE filler (body BLOB)"))
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, before[1]))
    try:
        with pytest.raises(OperationalError), database.transaction() as session:
            session.execute(text("INSERT INTO filler VALUES (zeroblob(3000000))"))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    with database.transaction() as session:
        session.execute(text("INSERT INTO filler VALUES (zeroblob(3000000))"))
    with database.session(read_only=True) as session:
        assert session.scalar(text("SELECT count(*) FROM filler")) == 1


@jobs.job_function("test.away")
def do_nothing(_context: jobs.JobContext) -> dict[str, str]:
    return {}


def test_a_worker_waits_for_a_database_that_is_away(sqlite_url: str) -> None:
    database, stop = Database(sqlite_url), threading.Event()
    worker = threading.Thread(target=jobs.work, args=(database,), kwargs={"stop": stop}, daemon=True)
    with failing(database):
        worker.start()
        time.sleep(0.5)
        assert worker.is_alive()
    time.sleep(2.5)
    with database.transaction() as session:
        job = jobs.request_job(session, kind="test.away", arguments={})
    limit = time.monotonic() + 20
    while time.monotonic() < limit:
        with database.session(read_only=True) as session:
            if jobs.find_job(session, job.id).state == jobs.DONE:
                break
        time.sleep(0.1)
    else:
        pytest.fail("the worker does nothing any more")
    stop.set()
    worker.join(timeout=10)


def test_a_start_needs_no_disk_that_can_be_written(tmp_path: Path) -> None:
    first = Config.from_environment({"SURVEY_INSTANCE": str(tmp_path)})
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, before[1]))
    try:
        again = Config.from_environment({"SURVEY_INSTANCE": str(tmp_path)})
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert again.secret_key == first.secret_key


@pytest.mark.parametrize(
    "database_url", [pytest.param("postgresql", marks=pytest.mark.postgresql)], indirect=True
)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_connection_lost_after_the_page_was_made_spoils_nothing(app: Flask, method: str) -> None:
    """A database that restarts while a page is on its way: closing the session meets a dead line."""
    database: Database = app.extensions["database"]
    with app.test_request_context("/", method=method):
        number = get_session().connection().exec_driver_sql("SELECT pg_backend_pid()").scalar()
        with database.engine.connect() as other:
            other.execute(text("SELECT pg_terminate_backend(:number)"), {"number": number})
            there = text("SELECT count(*) FROM pg_stat_activity WHERE pid = :number")
            while other.scalar(there, {"number": number}):
                other.rollback()  # what was seen of the activity is kept for the transaction
                time.sleep(0.01)
    with app.test_request_context("/", method=method):
        assert get_session().scalar(text("SELECT 1")) == 1


@pytest.mark.postgresql
@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_a_commit_is_on_disk_before_it_is_told_whatever_the_server_says(app: Flask) -> None:
    """The tests' own server is set to tell first, for speed: an application's connections are not."""
    with app.test_request_context("/", method="POST"):
        assert get_session().scalar(text("SHOW synchronous_commit")) == "on"
