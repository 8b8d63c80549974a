"""Sessions end: when nothing happens, after hours in any case, and everywhere at once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from survey_app.accounts.audit import record
from survey_app.accounts.models import StaffSession
from survey_app.db import Database
from survey_app.jobs import now
from tests.survey_app.conftest import post_form, sign_in


def change(app: Flask, **values: object) -> StaffSession:
    database: Database = app.extensions["database"]
    with database.transaction() as session:
        row = session.scalars(select(StaffSession)).one()
        for name, value in values.items():
            setattr(row, name, value)
    return row


def test_an_idle_session_ends_and_one_in_use_goes_on(app: Flask) -> None:
    client = sign_in(app, "analyst")
    row = change(app, idle_until=now() + timedelta(minutes=5))
    assert client.get("/en/staff/").status_code == 200
    assert change(app).idle_until > row.idle_until + timedelta(minutes=30)
    change(app, idle_until=now() - timedelta(seconds=1))
    assert client.get("/en/staff/").status_code == 302


def test_sending_a_form_keeps_a_session_alive(app: Flask) -> None:
    client = sign_in(app, "administrator")
    before = change(app, idle_until=now() + timedelta(minutes=5)).idle_until
    page = client.get("/en/staff/accounts").get_data(as_text=True)
    change(app, idle_until=before)
    token = page.split('name="csrf_token" value="', 1)[1].split('"', 1)[0]
    new = {"sign_in_name": "x", "role": "analyst", "csrf_token": token}
    assert client.post("/en/staff/accounts", data=new).status_code == 200
    assert change(app).idle_until > before


def test_the_absolute_end_does_not_move(app: Flask) -> None:
    client = sign_in(app, "analyst")
    end = change(app).expires_at
    assert end < now() + timedelta(hours=12, minutes=1)
    client.get("/en/staff/")
    assert change(app).expires_at == end
    change(app, expires_at=now() - timedelta(seconds=1))
    assert client.get("/en/staff/").status_code == 302


def test_a_page_that_asks_for_itself_keeps_nobody_signed_in(app: Flask) -> None:
    client = sign_in(app, "analyst")
    before = change(app, idle_until=now() + timedelta(minutes=5)).idle_until
    client.get("/en/staff/jobs/none")
    assert change(app).idle_until == before


def test_signing_out_everywhere_ends_other_browsers(app: Flask) -> None:
    first = sign_in(app, "facilitator")
    database: Database = app.extensions["database"]
    with database.transaction() as session:
        known = session.scalars(select(StaffSession)).one()
        session.add(
            StaffSession(
                token_hash="f" * 64,
                account_id=known.account_id,
                stage="full",
                expires_at=known.expires_at,
                idle_until=known.idle_until,
            )
        )
    assert "2 browsers" in first.get("/en/staff/account").get_data(as_text=True)
    url = "/en/staff/account/sign-out-everywhere"
    assert post_form(first, url, {}, page="/en/staff/account").status_code == 303
    with database.session(read_only=True) as session:
        assert session.scalars(select(StaffSession)).all() == []


@pytest.mark.parametrize(
    ("subject", "detail"),
    [
        ("my neighbor said\nthat", {}),
        ("long " * 40, {}),
        ("s", {"text": "They sell drugs on our corner."}),
        ("s", {"list": ["a"]}),
        ("s", {"two words": 1}),
    ],
)
def test_the_audit_log_takes_no_sentences(app: Flask, subject: str, detail: dict[str, object]) -> None:
    with app.extensions["database"].session() as session, pytest.raises(ValueError, match="audit log"):
        record(session, actor=None, action="x", subject=subject, detail=detail)
