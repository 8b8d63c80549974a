"""Metrics and log lines are useful to a machine and useless to whoever looks for a person."""

from __future__ import annotations

import json
import logging
import re
import shutil
from pathlib import Path

from flask import Flask
from sqlalchemy import text

from survey_app.app import create_app
from survey_app.config import Config
from survey_app.operations.logs import JsonFormatter, PlainFormatter

TOKEN = "t" * 40


def configured(url: str, folder: Path, **more: str) -> Flask:
    settings = {"DATABASE_URL": url, "SURVEY_INSTANCE": str(folder), **more}
    return create_app(Config.from_environment(settings))


def test_there_is_no_such_page_without_the_setting(sqlite_app: Flask) -> None:
    assert sqlite_app.test_client().get("/metrics").status_code == 404


def test_metrics_ask_for_their_token(database_url: str, tmp_path: Path) -> None:
    app = configured(database_url, tmp_path, METRICS_TOKEN=TOKEN)
    client = app.test_client()
    assert client.get("/metrics").status_code == 401
    for _ in range(23):
        client.get("/en/")
    client.get("/en/secret-path-of-somebody")
    body = client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"}).get_data(as_text=True)
    assert 'survey_requests_total{area="public",kind="2xx"} 20' in body
    assert 'survey_requests_total{area="public",kind="4xx"} 0' in body, "one visit is not told"
    assert "survey_schema_current 1" in body
    assert "secret-path" not in body
    for line in body.splitlines():
        assert re.fullmatch(r'# (HELP|TYPE) \w+ .+|\w+(\{\w+="[^"]+"(,\w+="[^"]+")?\})? [\d.]+', line)
    app.extensions["database"].engine.dispose()


def test_log_lines_tell_kind_and_place_of_an_error_and_not_its_words() -> None:
    try:
        raise ValueError("I am afraid of my neighbor at 410-555-0188")
    except ValueError as error:
        record = logging.LogRecord(
            "survey_app.jobs", logging.ERROR, __file__, 1, "job %s failed", ("abc",),
            (type(error), error, error.__traceback__),
        )  # fmt: skip
    told = json.loads(JsonFormatter().format(record))
    assert told["message"] == "job abc failed"
    assert told["error"].startswith("ValueError at operations/test_metrics.py:")
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\dZ", told["at"]), "to the minute"
    assert "afraid" not in json.dumps(told) + PlainFormatter().format(record)


def test_public_results_come_from_the_replica_and_from_the_primary_when_it_is_down(
    sqlite_url: str, tmp_path: Path
) -> None:
    replica = tmp_path / "replica.db"
    shutil.copy(tmp_path / "city.db", replica)
    app = configured(sqlite_url, tmp_path, DATABASE_REPLICA_URL=f"sqlite:///{replica}")
    with app.extensions["replica"][0].transaction() as session:  # so that we see where it is read
        session.execute(text("DROP TABLE editions"))
    client = app.test_client()
    assert client.get("/en/results").status_code in {500, 503}
    assert client.get("/en/survey").status_code < 500
    gone = "postgresql://nobody@/none?host=/nowhere"
    app = configured(sqlite_url, tmp_path, DATABASE_REPLICA_URL=gone)
    assert app.test_client().get("/en/results").status_code == 200
