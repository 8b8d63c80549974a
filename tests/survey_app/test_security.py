"""Headers on every answer; forms from elsewhere are refused; errors are pages."""

from __future__ import annotations

import base64
import hashlib
import re
from pathlib import Path

import pytest
from flask import Flask

from survey_app.app import create_app
from survey_app.config import Config
from survey_app.security import HEADERS
from survey_app.survey.keys import make_pair
from tests.survey_app.test_config import production


@pytest.mark.parametrize(
    "path", ["/en/", "/en/nowhere", "/healthz", "/en/staff/sign-in", "/static/site.css"]
)
def test_every_answer_carries_the_headers(sqlite_app: Flask, path: str) -> None:
    answer = sqlite_app.test_client().get(path)
    for name, value in HEADERS.items():
        assert answer.headers[name] == value
    assert "unsafe-inline" not in answer.headers["Content-Security-Policy"]


def test_the_inlined_style_is_the_one_the_policy_allows(sqlite_app: Flask) -> None:
    answer = sqlite_app.test_client().get("/en/")
    style = re.search(r"<style>(.*?)</style>", answer.get_data(as_text=True), re.S)
    assert style
    digest = base64.b64encode(hashlib.sha256(style.group(1).encode()).digest()).decode()
    assert f"'sha256-{digest}'" in answer.headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site", "Origin": "http://localhost"},
    ],
)
def test_a_form_from_another_site_is_refused(sqlite_app: Flask, headers: dict[str, str]) -> None:
    answer = sqlite_app.test_client().post("/en/survey", headers=headers)
    assert answer.status_code == 403


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/en/nowhere", 404),
        ("GET", "/xx/", 404),
        ("GET", "/xx/survey", 404),
        ("POST", "/en/help", 405),
        ("GET", "/en/staff/jobs/none", 302),
    ],
)
def test_wrong_addresses_get_a_page_in_the_layout(
    sqlite_app: Flask, method: str, path: str, status: int
) -> None:
    answer = sqlite_app.test_client().open(path, method=method)
    assert answer.status_code == status
    if status >= 400:
        html = answer.get_data(as_text=True)
        assert html.count("<h1") == 1
        assert "Traceback" not in html


def test_an_unknown_page_speaks_the_language_of_its_address(sqlite_app: Flask) -> None:
    html = sqlite_app.test_client().get("/ar/nowhere").get_data(as_text=True)
    assert '<html lang="ar" dir="rtl">' in html


def test_an_unexpected_error_is_a_page_and_its_message_stays_out_of_the_log(
    sqlite_app: Flask, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail() -> str:
        raise RuntimeError("what a resident typed")

    monkeypatch.setitem(sqlite_app.view_functions, "pages.home", fail)
    answer = sqlite_app.test_client().get("/en/")
    assert answer.status_code == 500
    assert "what a resident typed" not in answer.get_data(as_text=True)
    assert "what a resident typed" not in caplog.text
    assert "RuntimeError" in caplog.text


def test_the_browser_chooses_the_first_language(sqlite_app: Flask) -> None:
    client = sqlite_app.test_client()
    answer = client.get("/", headers={"Accept-Language": "ar-EG,ar;q=0.9,en;q=0.5"})
    assert answer.headers["Location"] == "/ar/"
    assert client.get("/", headers={"Accept-Language": "tlh"}).headers["Location"] == "/en/"


def test_in_production_a_cookie_is_sent_over_https_only(
    sqlite_url: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    settings = production(tmp_path_factory.mktemp("keys"), DATABASE_URL=sqlite_url)
    key = Path(settings["RELEASE_KEY_FILE"])
    key.unlink()
    make_pair(key)
    app = create_app(Config.from_environment(settings))
    answer = app.test_client().get("/en/staff/sign-in")
    given = answer.headers.getlist("Set-Cookie")
    assert given
    assert all({"Secure", "HttpOnly"} <= set(one.split("; ")) for one in given)
    assert answer.headers["Strict-Transport-Security"].startswith("max-age=31536000")
    app.extensions["database"].engine.dispose()
