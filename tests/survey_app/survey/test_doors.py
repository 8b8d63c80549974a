"""Other doors to the same survey: the pulse, partners with a code, a kiosk, an interviewer's screen."""

from __future__ import annotations

import json
import re
from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from survey_app.db import Database
from survey_app.invitations.codes import digest_of, make_code
from survey_app.invitations.keys import load_keys
from survey_app.invitations.models import InvitationCase, InvitationCell, InvitationSample
from survey_app.survey.keys import load_private_key
from survey_app.survey.models import Draft, SealedAnswer
from survey_app.survey.sealing import unseal
from survey_app.waves.models import Wave
from survey_app.waves.services import create_wave, open_wave
from tests.html import problems
from tests.survey_app.conftest import post_form, sign_in
from tests.survey_app.survey.resident import Resident


def open_series(app: Flask, questionnaire: str) -> Wave:
    database: Database = app.extensions["database"]
    with app.app_context(), database.transaction() as session:
        wave = create_wave(session, questionnaire=questionnaire, demo=True, day=date(2026, 11, 2))
        open_wave(session, wave, production=False)
    return wave


def sealed(app: Flask) -> list[dict[str, object]]:
    """What was sent, opened with the key that only the worker has."""
    database: Database = app.extensions["database"]
    key = load_private_key(app.extensions["config"])
    with app.app_context(), database.session() as session:
        return [
            json.loads(unseal(key, row.ciphertext)) for row in session.scalars(select(SealedAnswer))
        ]


def drafts(app: Flask) -> int:
    database: Database = app.extensions["database"]
    with database.session() as session:
        return session.scalar(select(func.count()).select_from(Draft)) or 0


def partner_code(app: Flask, wave: Wave) -> str:
    """The code of the only invitation of a wave."""
    database: Database = app.extensions["database"]
    with app.app_context(), database.transaction() as session:
        keys = load_keys(app.extensions["config"])
        code = make_code(keys.making, wave.id, 1)
        session.add(
            InvitationSample(
                wave_id=wave.id,
                addresses=1,
                expected_percent=60,
                languages=["en", "es"],
                imported_on=date(2026, 11, 2),
            )
        )
        session.add(
            InvitationCell(id="c", wave_id=wave.id, stratum="partners", base_weight=1, addresses=1)
        )
        session.flush()
        session.add(
            InvitationCase(
                wave_id=wave.id,
                number=1,
                digest=digest_of(keys.finding, wave.id, code),
                cell_id="c",
                base_weight=1,
                batch="1",
            )
        )
    return code


def test_the_pulse_is_answered_at_its_own_address_and_draft(sqlite_app: Flask) -> None:
    open_series(sqlite_app, "2026")
    wave = open_series(sqlite_app, "pulse")
    resident = Resident(sqlite_app.test_client())
    resident.open("/en/survey")
    resident.send(adult="1", city="1")
    city_page = resident.url
    resident.open("/en/pulse")
    assert 'name="code"' not in resident.page
    resident.send(adult="1", event="1")
    assert resident.url == "/en/pulse/event"
    resident.answer_all({"engagement_kind": "1", "trust_city": "2", "engagement_trust_change": "1"})
    assert "Much more now" in resident.text
    resident.send()
    assert "Thank you" in resident.title
    (answer,) = sealed(sqlite_app)
    assert (answer["mode"], answer["source"]) == ("web", "open")
    assert answer["answers"] == {
        "engagement_kind": 1,
        "engagement_heard": -1,
        "engagement_follow": -1,
        "trust_city": 2,
        "engagement_trust_change": 1,
    }
    assert wave.slug == "pulse-2026-q4"
    resident.open(city_page)
    assert resident.url == city_page, "the unfinished survey of the city is still there"


def test_partners_begin_with_a_code_that_works_once(sqlite_app: Flask) -> None:
    wave = open_series(sqlite_app, "partners")
    code = partner_code(sqlite_app, wave)
    resident = Resident(sqlite_app.test_client())
    resident.open("/en/partners")
    assert not problems(resident.page, language="en", direction="ltr")
    resident.send(partner="1")
    assert resident.status == 422
    assert "Write the code from your invitation" in resident.text
    resident.send(partner="1", code=code)
    resident.answer_all({"partner_trust": "1"})
    resident.send()
    (answer,) = sealed(sqlite_app)
    assert answer["source"] == "drawn"
    assert "agency" not in json.dumps(answer)
    again = Resident(sqlite_app.test_client())
    again.open("/en/partners")
    again.send(partner="1", code=code)
    assert "It works once" in again.text


def kiosk(app: Flask, series: str, language: str = "en") -> FlaskClient:
    """A device that a facilitator has made a kiosk."""
    client = sign_in(app, "facilitator")
    answer = post_form(client, f"/{language}/staff/kiosk", {"series": series})
    assert answer.headers["Location"].endswith(f"/{language}/kiosk")
    return client


def test_a_kiosk_is_a_device_that_staff_made_one_and_left(sqlite_app: Flask) -> None:
    open_series(sqlite_app, "pulse")
    assert sqlite_app.test_client().get("/en/kiosk").status_code == 403
    client = kiosk(sqlite_app, "pulse")
    assert client.get("/en/kiosk").status_code == 200
    assert "/sign-in" in client.get("/en/staff/").headers["Location"], "staff are signed out"
    stranger = sqlite_app.test_client()
    stranger.set_cookie("kiosk-device", "pulse")
    assert stranger.get("/en/kiosk").status_code == 403


def test_nothing_leads_out_of_a_kiosk(sqlite_app: Flask) -> None:
    open_series(sqlite_app, "pulse")
    person = Resident(kiosk(sqlite_app, "pulse"))
    person.open("/en/kiosk")
    person.send(adult="1", event="1")
    while "Thank you" not in person.title:
        assert not problems(person.page, language="en", direction="ltr")
        links = re.findall(r'<a [^>]*href="([^"]*)"', person.page)
        assert all(link.startswith(("#", "/en/kiosk")) for link in links), links
        assert "tel:" not in person.page
        person.send()
    (answer,) = sealed(sqlite_app)
    assert answer["mode"] == "kiosk"


def test_who_steps_up_next_finds_nothing_of_the_person_before(sqlite_app: Flask) -> None:
    open_series(sqlite_app, "pulse")
    client = kiosk(sqlite_app, "pulse")
    before = Resident(client)
    before.open("/en/kiosk")
    before.send(adult="1", event="1")
    before.send(engagement_kind="2")
    unfinished = before.url
    after = Resident(client)
    # The page that the browser still shows is sent again, without a look at the first page.
    after.url = "/en/kiosk"
    after.send(adult="1", event="1")
    assert after.url == "/en/kiosk/event"
    assert after.ticked() == {}
    assert drafts(sqlite_app) == 1, "the draft of the person before is erased"
    after.open("/en/kiosk")
    after.open(unfinished)
    assert after.status == 410, "the first page takes the key away"
    after.open("/en/kiosk")
    after.send(adult="1", event="1")
    after.send(exit="1")
    assert after.url == "/en/kiosk"
    assert drafts(sqlite_app) == 1


def test_an_interview_is_read_aloud_by_staff_and_sent_as_such(sqlite_app: Flask) -> None:
    open_series(sqlite_app, "2026")
    assert sqlite_app.test_client().get("/en/staff/interview").status_code == 302
    assert sign_in(sqlite_app, "facilitator").get("/en/staff/interview").status_code == 403
    client = sign_in(sqlite_app, "interviewer")
    assert client.post("/en/staff/interview", data={"adult": "1", "city": "1"}).status_code == 400
    page = client.get("/en/staff/interview").get_data(as_text=True)
    assert not problems(page, language="en", direction="ltr")
    token = {"csrf_token": page.split('name="csrf_token" value="')[1].split('"')[0]}
    person = Resident(client)
    person.open("/en/staff/interview")
    person.send(adult="1", city="1", **token)
    assert 'class="aloud' in person.page
    assert "Do not read these aloud" in person.text
    person.send(trust_police="1", **token)
    while not person.url.endswith("thank-you"):
        assert not problems(person.page, language="en", direction="ltr")
        before = person.url
        person.send(**token)
        assert person.url != before
    assert "Next interview" in person.text
    (answer,) = sealed(sqlite_app)
    assert answer["mode"] == "interviewer"


def test_an_interview_that_stops_leaves_nothing(sqlite_app: Flask) -> None:
    open_series(sqlite_app, "2026")
    client = sign_in(sqlite_app, "interviewer")
    page = client.get("/en/staff/interview").get_data(as_text=True)
    token = {"csrf_token": page.split('name="csrf_token" value="')[1].split('"')[0]}
    person = Resident(client)
    person.open("/en/staff/interview")
    person.send(adult="1", city="1", **token)
    person.send(exit="1", **token)
    assert person.url == "/en/staff/interview"
    assert drafts(sqlite_app) == 0


@pytest.mark.parametrize("role", ["interviewer", "facilitator"])
def test_the_desk_leads_to_what_the_role_may_do(sqlite_app: Flask, role: str) -> None:
    page = sign_in(sqlite_app, role).get("/en/staff/").get_data(as_text=True)
    assert ("/en/staff/interview" in page) == (role == "interviewer")
    assert ("/en/staff/kiosk" in page) == (role == "facilitator")
