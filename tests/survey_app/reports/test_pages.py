"""Public results and the report desk: valid pages, the demo mark everywhere, the right people."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from xml.etree import ElementTree

import pytest
import schemathesis
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from survey_app.i18n import offered
from survey_app.jobs import run_next
from survey_app.reports.services.build import store_edition
from survey_app.reports.services.editions import approve_edition, publish_edition
from tests.html import problems
from tests.survey_app.conftest import PASSWORD, post_form, sign_in, sign_in_as
from tests.survey_app.reports.city import make_wave
from tests.survey_app.reports.conftest import City, computed

YEAR = "/en/results/2025"
MARK = "made up"


@pytest.fixture
def published(sqlite_city: City) -> City:
    edition = sqlite_city.store()
    with sqlite_city.app.app_context(), sqlite_city.database.transaction() as session:
        approve_edition(session, edition, actor=sqlite_city.publisher)
        publish_edition(session, edition, actor=sqlite_city.publisher)
    return sqlite_city


def page(client: FlaskClient, url: str) -> str:
    """The page, valid in its own language."""
    answer = client.get(url)
    assert answer.status_code == 200, url
    html = answer.get_data(as_text=True)
    code = url.split("/")[1]
    assert problems(html, language=code, direction=offered()[code].direction) == []
    return html


def test_before_anything_is_published_the_page_says_so(sqlite_city: City) -> None:
    client = sqlite_city.app.test_client()
    sqlite_city.store()
    assert "Nothing has been published yet" in page(client, "/en/results")
    assert client.get(YEAR).status_code == 404
    assert client.get(f"{YEAR}/figures.csv").status_code == 404
    assert client.get(f"{YEAR}/trust_police.svg").status_code == 404


@pytest.mark.parametrize("language", list(offered()))
def test_every_public_page_is_valid_in_every_language(published: City, language: str) -> None:
    client = published.app.test_client()
    page(client, f"/{language}/results")
    year = page(client, f"/{language}/results/2025")
    measures = set(re.findall(rf'href="(/{language}/results/2025/measure/[a-z0-9_]+)"', year))
    assert len(measures) > 20
    for address in sorted(measures):
        page(client, address)
    page(client, f"/{language}/results/2025/open-link")


def test_the_page_leads_with_three_primary_measures_and_what_changed(published: City) -> None:
    html = page(published.app.test_client(), YEAR)
    head = html.split('id="changed"')[0]
    assert head.count('<section class="card key"') == 3
    assert "more than chance alone would explain" in head
    worse, better = html.split('id="changed"')[1].split('id="heard"')[0].split("Got better")
    assert "with respect" in worse
    assert "Trust the police who serve" in better
    assert "Trust the police who serve" not in worse


def test_every_figure_is_shown_with_its_range_and_its_people(published: City) -> None:
    html = page(published.app.test_client(), YEAR)
    rows = re.findall(r"<tr><th scope=\"row\">\d{4}</th>(.*?)</tr>", html)
    assert len(rows) > 30
    for row in rows:
        assert re.search(r"\d+% to \d+%", row) or "Not shown" in row, row
        assert re.search(r'<td class="num">\d', row) or "Not shown" in row, row


def test_withheld_groups_say_why_on_the_page(published: City) -> None:
    html = page(published.app.test_client(), f"{YEAR}/measure/trust_police")
    row = re.search(r"Another gender</th>(.*?)</tr>", html)
    assert row is not None
    assert "could point to a person" in row.group(1)
    assert "%" not in row.group(1)
    assert "too few people answered to say anything reliable" in html
    assert "points below the drawn sample" in html


def test_the_open_link_has_no_margin_of_error(published: City) -> None:
    html = page(published.app.test_client(), f"{YEAR}/open-link")
    assert "no margin of error" in html
    table = html.split("<tbody>")[1].split("</tbody>")[0]
    assert "%" in table
    assert not re.search(r"\d+% to \d+%", table)


def test_pictures_exist_in_both_variants_and_say_their_finding(published: City) -> None:
    client = published.app.test_client()
    for language in offered():
        html = page(client, f"/{language}/results/2025")
        addresses = set(re.findall(r'(?:srcset|src)="([^"]+\.svg[^"]*)"', html))
        assert len(addresses) >= 40
        for address in addresses:
            answer = client.get(address.replace("&amp;", "&"))
            assert answer.status_code == 200, address
            assert answer.content_type == "image/svg+xml"
            assert "immutable" in answer.headers["Cache-Control"]
            assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
            ElementTree.fromstring(answer.data)  # noqa: S314 - drawn by this program
    html = page(client, YEAR)
    alternatives = re.findall(r'alt="([^"]*)"', html)
    assert any("2025: " in text and "Up " in text for text in alternatives)
    assert all("%" in text for text in alternatives)


def test_a_demonstration_is_marked_in_page_picture_and_table(published: City) -> None:
    client = published.app.test_client()
    for url in (YEAR, f"{YEAR}/measure/trust_police", f"{YEAR}/open-link"):
        assert MARK in page(client, url).split("<main")[0]
    assert b"made-up figures" in client.get(f"{YEAR}/trust_police.svg").data
    table = client.get(f"{YEAR}/figures.csv")
    assert table.data.decode("utf-8-sig").splitlines()[1].startswith("yes,")
    assert "demonstration" in table.headers["Content-Disposition"]


def test_the_declared_analysis_can_be_taken_away(published: City) -> None:
    plan = published.app.test_client().get(f"{YEAR}/plan.json").get_json()
    assert [case["id"] for case in plan["cases"]] == ["city-2024", "city-2025"]
    assert plan["cases"][1]["weighting"][0]["step"] == "rake"


def test_indicators_are_marked_reproducible_and_hold_nothing_withheld(published: City) -> None:
    client = published.app.test_client()
    answer = client.get("/api/v1/indicators.json")
    document = answer.get_json()
    assert document["demo"] is True
    assert MARK in document["note"]
    found = {one["id"]: one for one in document["indicators"]}
    police = found["2021-2026/2.2/trust_police"]
    assert police["low"] < police["value"] < police["high"]
    assert police["change"]["direction"] == "up"
    assert found["2021-2026/672/trust_city"]["kind"] == "city_measure"
    assert found["2021-2026/672/trust_city"]["change"] is None, "reworded since the year before"
    assert "sessions/held" in found
    again = client.get("/api/v1/indicators.json", headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304
    missing = client.get("/api/v1/indicators.json?year=1999")
    assert (missing.status_code, missing.content_type) == (404, "application/json")


def test_the_interface_for_programs_answers_as_it_is_described(published: City) -> None:
    """Requests made from the description by schemathesis, answers held to its schemas."""
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", published.app)
    asked = Counter[str]()

    @settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
    @given(data=st.data())
    def ask(data: st.DataObject) -> None:
        for operation in schema.get_all_operations():
            case = data.draw(operation.ok().as_strategy())
            response = case.call(headers={"Accept-Encoding": "identity"})
            case.validate_response(response)
            asked[f"{operation.ok().path} {response.status_code}"] += 1

    ask()
    assert any(name.startswith("/indicators.json 200") for name in asked), asked


def test_the_table_of_indicators_says_what_the_document_says(published: City) -> None:
    client = published.app.test_client()
    document = client.get("/api/v1/indicators.json").get_json()
    text = client.get("/api/v1/indicators.csv").get_data().decode("utf-8-sig")
    lines = list(csv.DictReader(io.StringIO(text, newline="")))
    assert [line["id"] for line in lines] == [one["id"] for one in document["indicators"]]
    assert {line["demo"] for line in lines} == {"yes"}
    for line, one in zip(lines, document["indicators"], strict=True):
        assert line["value"] == ("" if one["value"] is None else str(one["value"]))
        assert line["change_direction"] == ((one.get("change") or {}).get("direction") or "")
    for wrong in ("199", "20255", "20a5", "٢٠٢٥", ""):
        assert client.get(f"/api/v1/indicators.json?year={wrong}").status_code == 422, wrong


def test_browsers_ask_again_by_tag_and_get_nothing_new(published: City) -> None:
    client = published.app.test_client()
    for url in (YEAR, f"{YEAR}/trust_police.svg", f"{YEAR}/figures.csv"):
        for encoding in ("identity", "br", "gzip"):
            first = client.get(url, headers={"Accept-Encoding": encoding})
            tag = first.headers["ETag"]
            again = client.get(url, headers={"Accept-Encoding": encoding, "If-None-Match": tag})
            assert (again.status_code, again.data) == (304, b""), (url, encoding)


def test_the_first_page_is_light(published: City) -> None:
    """Page, style and every picture in one variant, compressed as they are sent."""
    client = published.app.test_client()
    sent = {"Accept-Encoding": "br"}
    size = len(client.get(YEAR, headers=sent).data)
    size += len(client.get("/static/reports.css", headers=sent).data)
    html = client.get(YEAR).get_data(as_text=True)
    for address in re.findall(r'<img src="([^"]+)"', html):
        size += len(client.get(address.replace("&amp;", "&"), headers=sent).data)
    assert size < 40_000


@pytest.mark.usefixtures("built_before")
def test_the_desk_takes_a_report_from_closed_wave_to_public_page(sqlite_city: City) -> None:
    app = sqlite_city.app
    with app.app_context(), sqlite_city.database.transaction() as session:
        make_wave(session, 2026, close=False)
    analyst, publisher = app.test_client(), sign_in(app, "publisher")
    post_form(analyst, "/en/staff/sign-in", {"sign_in_name": "analyst", "password": PASSWORD})
    desk = page(analyst, "/en/staff/reports")
    assert "This wave is not closed" in desk
    refused = post_form(analyst, "/en/staff/reports/build", {"year": 2026}, page="/en/staff/reports")
    assert refused.status_code == 409
    assert "not closed" in refused.get_data(as_text=True)
    queued = post_form(analyst, "/en/staff/reports/build", {"year": 2025}, page="/en/staff/reports")
    assert queued.status_code == 303
    with app.app_context():
        run_next(sqlite_city.database, "test")
    done = page(analyst, queued.location)
    address = re.search(r'href="(/en/staff/reports/[0-9a-f]{32})"', done)
    assert address is not None
    preview = address.group(1)
    for url in (preview, f"{preview}/measure/trust_police", f"{preview}/open-link"):
        assert "Preview: not published" in page(publisher, url)
    picture = re.search(r'<img src="([^"]+)"', page(publisher, preview))
    assert picture is not None
    assert publisher.get(picture.group(1)).status_code == 200
    assert app.test_client().get(picture.group(1)).status_code == 302, "a preview is for staff"
    assert "somebody else approves it" not in page(publisher, "/en/staff/reports")
    desk_of = "/en/staff/reports"
    assert post_form(analyst, f"{preview}/approve", {}, page=desk_of).status_code == 403
    assert post_form(publisher, f"{preview}/publish", {}, page=desk_of).status_code == 409
    assert post_form(publisher, f"{preview}/approve", {}, page=desk_of).status_code == 303
    assert "Publish for good" in page(publisher, desk_of)
    assert "Nothing has been published yet" in page(app.test_client(), "/en/results")
    assert post_form(publisher, f"{preview}/publish", {}, page=desk_of).status_code == 303
    assert "Safety and trust in Baltimore, 2025" in page(app.test_client(), "/en/results")
    assert "Build a correcting edition" in page(analyst, desk_of)
    again = post_form(analyst, "/en/staff/reports/build", {"year": 2025}, page=desk_of)
    assert again.status_code == 422


def test_a_publisher_who_built_a_report_is_told_to_find_somebody_else(sqlite_city: City) -> None:
    app = sqlite_city.app
    with app.app_context(), sqlite_city.database.transaction() as session:
        edition = store_edition(session, computed(sqlite_city), built_by=sqlite_city.publisher).id
    client = sign_in_as(app, "publisher")
    desk = page(client, "/en/staff/reports")
    assert "somebody else approves it" in desk
    refused = post_form(client, f"/en/staff/reports/{edition}/approve", {}, page="/en/staff/reports")
    assert refused.status_code == 403
    assert "second person" in refused.get_data(as_text=True)
