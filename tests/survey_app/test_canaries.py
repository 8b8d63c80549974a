"""Strings that must not be found again: typed everywhere, then looked for in all that is kept."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest
from flask import Flask

from survey_app.waves.services import create_wave, open_wave
from tests.survey_app.conftest import post_form, sign_in
from tests.survey_app.survey.resident import Resident
from tests.survey_app.test_faults import failing

AGENT, ADDRESS, WORDS, DRAFT = (
    "canary-agent",
    "203.0.113.77",
    "canary-words-sent",
    "canary-words-unsent",
)
NAME, PASSWORD, QUERY, FILE = "canary-name", "canary-password", "canary-query", "canary-file"
ALL = (AGENT, ADDRESS, WORDS, DRAFT, NAME, PASSWORD, QUERY, FILE)


def type_everywhere(app: Flask) -> str:
    """Use the survey, sign-in, searches and an upload; the text of the error pages met on the way."""
    with app.app_context(), app.extensions["database"].transaction() as session:
        wave = create_wave(session, questionnaire="2026", demo=True)
        session.flush()
        open_wave(session, wave, production=False)
    for words, sends in ((WORDS, True), (DRAFT, False)):
        client = app.test_client()
        client.environ_base |= {"HTTP_USER_AGENT": AGENT, "REMOTE_ADDR": ADDRESS}
        resident = Resident(client)
        resident.begin()
        resident.answer_all({"own_words": words})
        if sends:
            resident.send()
    client = app.test_client()
    client.environ_base |= {"HTTP_USER_AGENT": AGENT, "REMOTE_ADDR": ADDRESS}
    post_form(client, "/en/staff/sign-in", {"sign_in_name": NAME, "password": PASSWORD})
    pages = [client.get(f"/en/results/99999?q={QUERY}"), client.get(f"/en/{QUERY}")]
    desk = sign_in(app, "facilitator")
    pages.append(
        post_form(desk, f"/en/staff/sessions/{QUERY}/imports", {"file": FILE}, page="/en/staff/")
    )
    with failing(app.extensions["database"]):
        pages.append(client.get(f"/en/survey/review?q={QUERY}"))
        pages.append(client.post("/en/staff/sign-in", data={"password": PASSWORD}))
    return "".join(page.get_data(as_text=True) for page in pages)


def test_nothing_typed_is_found_in_what_is_kept(
    sqlite_app: Flask, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG, logger="survey_app"):
        shown = type_everywhere(sqlite_app)
    kept = b"".join(path.read_bytes() for path in sorted(tmp_path.rglob("*")) if path.is_file())
    assert b"Facilitator" in kept, "what is kept in plain is found, so the search works"
    for canary in ALL:
        assert canary.encode() not in kept, f"{canary} is in a file"
        assert canary not in caplog.text, f"{canary} is in the log"
    for canary in (PASSWORD, NAME, AGENT, ADDRESS, WORDS, DRAFT):
        assert canary not in shown, f"{canary} is in an error page"
