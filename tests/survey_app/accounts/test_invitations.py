"""Nobody chooses a password for somebody else: a link, once, for a while."""

from __future__ import annotations

import re
from datetime import timedelta

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from survey_app.accounts.models import AuditEntry, StaffInvitation
from survey_app.db import Database
from survey_app.jobs import now
from tests.html import problems
from tests.survey_app.conftest import PASSWORD, post_form, sign_in

LIST = "/en/staff/accounts"
NEW = {"sign_in_name": "Bea", "display_name": "Bea Example", "role": "analyst"}


def link_in(html: str) -> str:
    found = re.search(r"http://localhost(/en/join/[\w-]+)", html)
    assert found
    return found.group(1)


def invite(admin: FlaskClient, **changes: str) -> str:
    answer = post_form(admin, LIST, {**NEW, **changes})
    assert answer.status_code == 200
    html = answer.get_data(as_text=True)
    assert problems(html, language="en", direction="ltr") == []
    return link_in(html)


def enter(app: Flask, password: str) -> int:
    who: dict[str, object] = {"sign_in_name": "bea", "password": password}
    return post_form(app.test_client(), "/en/staff/sign-in", who).status_code


def test_the_invited_person_chooses_the_password_once(app: Flask) -> None:
    link = invite(sign_in(app, "administrator"))
    assert enter(app, "") == 422
    guest = app.test_client()
    html = guest.get(link).get_data(as_text=True)
    assert problems(html, language="en", direction="ltr") == []
    assert "Bea Example" in html
    assert post_form(guest, link, {"password": "short"}).status_code == 422
    assert post_form(guest, link, {"password": PASSWORD}).status_code == 303
    assert enter(app, PASSWORD) == 303
    assert guest.get(link).status_code == 404
    assert post_form(guest, link, {"password": "another-long-password"}).status_code in {400, 404}
    assert enter(app, "another-long-password") == 422


def test_a_link_ends_after_three_days_and_when_a_newer_one_is_made(app: Flask) -> None:
    admin = sign_in(app, "administrator")
    first = invite(admin)
    account = re.search(r"/accounts/([0-9a-f-]{36})/invitation", admin.get(LIST).get_data(as_text=True))
    assert account
    names = dict(
        re.findall(r'id="name-([0-9a-f-]{36})"><bdi>([^<]+)', admin.get(LIST).get_data(as_text=True))
    )
    bea = next(one for one, name in names.items() if name == "Bea Example")
    answer = post_form(admin, f"{LIST}/{bea}/invitation", {}, page=LIST)
    second = link_in(answer.get_data(as_text=True))
    assert app.test_client().get(first).status_code == 404
    assert app.test_client().get(second).status_code == 200
    database: Database = app.extensions["database"]
    with database.transaction() as session:
        row = session.scalars(select(StaffInvitation)).one()
        assert row.expires_at < now() + timedelta(hours=73)
        row.expires_at = now() - timedelta(seconds=1)
    assert app.test_client().get(second).status_code == 404


def test_a_new_link_ends_sessions_and_the_old_second_factor(app: Flask) -> None:
    client = sign_in(app, "publisher")
    admin = sign_in(app, "administrator")
    html = admin.get(LIST).get_data(as_text=True)
    ids = dict(re.findall(r'id="name-([0-9a-f-]{36})"><bdi>([^<]+)', html))
    publisher = next(one for one, name in ids.items() if name == "Publisher")
    link = link_in(
        post_form(admin, f"{LIST}/{publisher}/invitation", {}, page=LIST).get_data(as_text=True)
    )
    assert client.get("/en/staff/reports").status_code == 200
    guest = app.test_client()
    html = guest.get(link).get_data(as_text=True)
    assert post_form(guest, link, {"password": "a-very-new-password"}).status_code == 303
    assert client.get("/en/staff/reports").status_code == 302
    name = re.search(r"<bdi translate=\"no\">(publisher-\w+)</bdi>", html)
    assert name
    who: dict[str, object] = {"sign_in_name": name.group(1), "password": "a-very-new-password"}
    answer = post_form(app.test_client(), "/en/staff/sign-in", who)
    assert answer.headers["Location"].startswith("/en/staff/account/second-factor")


def test_the_database_and_the_log_hold_no_link(app: Flask, session: Session) -> None:
    token = invite(sign_in(app, "administrator")).rsplit("/", 1)[1]
    assert token not in session.scalars(select(StaffInvitation.token_hash)).all()
    for entry in session.scalars(select(AuditEntry)):
        assert token not in entry.subject + str(entry.detail)


def test_the_command_prints_a_link(app: Flask) -> None:
    runner = app.test_cli_runner()
    made = runner.invoke(args=["accounts", "create", "zoe", "--role", "administrator"])
    assert made.exit_code == 0, made.output
    link = re.search(r"/en/join/[\w-]+", made.output)
    assert link
    assert app.test_client().get(link.group()).status_code == 200
    again = runner.invoke(args=["accounts", "invite", "zoe"])
    assert "/en/join/" in again.output
    assert app.test_client().get(link.group()).status_code == 404
