"""A partner reads drafts of questionnaire and report, leaves remarks, and gets answers."""

from __future__ import annotations

import re

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from survey_app.accounts.models import AuditEntry
from survey_app.accounts.permissions import PARTNER, ROUTES, may
from tests.html import problems
from tests.survey_app.conftest import post_form, sign_in

PAGE = "/en/staff/remarks"
SENT = {
    "subject": "instrument-2026",
    "place": "trust_police",
    "body": "Say who is meant: officers on foot too?",
}


def test_a_remark_is_left_tracked_and_answered(app: Flask, session: Session) -> None:
    partner, analyst = sign_in(app, "partner"), sign_in(app, "analyst")
    html = partner.get(PAGE).get_data(as_text=True)
    assert problems(html, language="en", direction="ltr") == []
    assert "/en/staff/remarks/instrument/2026" in html
    assert post_form(partner, PAGE, {**SENT, "body": " "}).status_code == 422
    assert post_form(partner, PAGE, {**SENT, "subject": "report-none"}).status_code == 422
    left = post_form(partner, PAGE, SENT)
    assert left.status_code == 303
    page = left.headers["Location"]
    html = partner.get(page).get_data(as_text=True)
    assert problems(html, language="en", direction="ltr") == []
    assert "Waits for an answer" in html
    assert 'name="answer"' not in html
    refused = post_form(partner, page, {"answer": "Mine"}, page=PAGE)
    assert refused.status_code == 403
    assert post_form(analyst, page, {"answer": ""}).status_code == 422
    assert post_form(analyst, page, {"answer": "Yes. We say so now."}).status_code == 303
    html = partner.get(page).get_data(as_text=True)
    assert "Yes. We say so now." in html
    again = post_form(analyst, page, {"answer": "Again"}, page=PAGE)
    assert again.status_code == 409
    assert "Answered" in partner.get(PAGE).get_data(as_text=True)
    for entry in session.scalars(select(AuditEntry)):
        assert "officers" not in f"{entry.subject} {entry.detail}"


def test_the_questionnaire_is_read_in_the_language_of_the_page(sqlite_app: Flask) -> None:
    partner = sign_in(sqlite_app, "partner")
    post_form(partner, PAGE, SENT)
    for language, direction in (("en", "ltr"), ("ar", "rtl")):
        answer = partner.get(f"/{language}/staff/remarks/instrument/2026")
        html = answer.get_data(as_text=True)
        assert problems(html, language=language, direction=direction) == []
        assert re.search(r'id="q-trust_police"', html)
        assert "officers on foot" in html
    assert partner.get(f"{PAGE}/instrument/1999").status_code == 404


def test_a_partner_reads_and_remarks_and_does_nothing_else(sqlite_app: Flask) -> None:
    partner = sign_in(sqlite_app, "partner")
    for path in ("/en/staff/sessions", "/en/staff/waves", "/en/staff/accounts", "/en/staff/audit"):
        assert partner.get(path).status_code == 403
    own = {one for one in ROUTES if may(PARTNER, one) and not may(None, one)}
    assert not {one for one in own if one.split(".")[0] in {"community", "notes", "waves"}}
    assert "reports.preview" in own
    assert not own & {"reports.build", "reports.approve", "reports.publish", "remarks.answer"}
