"""Staff sign in, stay signed in, sign out; guessing is slowed down."""

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from survey_app.accounts.models import AuditEntry, StaffSession
from survey_app.accounts.services import create_account
from tests.survey_app.conftest import PASSWORD, post_form, sign_in


def test_sign_in_opens_the_desk_and_sign_out_closes_it(app: Flask) -> None:
    client = sign_in(app, "analyst")
    assert client.get("/en/staff/").status_code == 200
    post_form(client, "/en/staff/sign-out", {}, page="/en/staff/")
    assert client.get("/en/staff/").status_code == 302


def test_the_database_holds_no_usable_token(app: Flask, session: Session) -> None:
    client = sign_in(app, "analyst")
    cookie = client.get_cookie("staff")
    assert cookie is not None
    stored = session.scalars(select(StaffSession.token_hash)).all()
    assert stored
    assert cookie.value not in stored


def test_a_wrong_password_is_told_and_counted(app: Flask) -> None:
    with app.app_context(), app.extensions["database"].transaction() as session:
        create_account(
            session, sign_in_name="ann", display_name="Ann", role="analyst", password=PASSWORD
        )
    client = app.test_client()
    wrong = {"sign_in_name": "ann", "password": "not the password"}
    for _ in range(8):
        answer = post_form(client, "/en/staff/sign-in", wrong)
        assert answer.status_code == 422
    right = {"sign_in_name": "ann", "password": PASSWORD}
    assert post_form(client, "/en/staff/sign-in", right).status_code == 429


def test_a_form_without_its_token_is_refused(app: Flask) -> None:
    client = sign_in(app, "analyst")
    assert client.post("/en/staff/sign-out").status_code == 400


def test_sign_in_continues_only_to_this_site(app: Flask) -> None:
    with app.app_context(), app.extensions["database"].transaction() as session:
        create_account(
            session, sign_in_name="ann", display_name="Ann", role="analyst", password=PASSWORD
        )
    for target in ("//evil.example", "https://evil.example/", "/\\evil.example"):
        client = app.test_client()
        url = f"/en/staff/sign-in?next={target}"
        answer = post_form(client, url, {"sign_in_name": "ann", "password": PASSWORD})
        assert answer.headers["Location"] == "/en/staff/"


@pytest.mark.parametrize(
    "statement", ["UPDATE audit_entries SET role = 'x'", "DELETE FROM audit_entries"]
)
def test_the_audit_log_is_append_only(app: Flask, session: Session, statement: str) -> None:
    sign_in(app, "analyst")
    assert session.scalars(select(AuditEntry)).all()
    with pytest.raises(DatabaseError, match="append-only"):
        session.execute(text(statement))
