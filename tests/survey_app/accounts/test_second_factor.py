"""A publisher and an administrator need a second factor, always; anybody may have one."""

from __future__ import annotations

import re
import time
from datetime import timedelta

import pyotp
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from survey_app.accounts import services
from survey_app.accounts.models import RecoveryCode, StaffAccount, StaffSession
from survey_app.accounts.permissions import NEED_SECOND_FACTOR, ROLES
from survey_app.db import Database
from survey_app.demo.sign_ins import create_sign_ins
from survey_app.jobs import now
from tests.html import problems
from tests.survey_app.conftest import PASSWORD, make_app, post_form, sign_in


def make(app: Flask, role: str, name: str = "ann") -> dict[str, object]:
    """An account of this role; what it types to sign in."""
    with app.app_context(), app.extensions["database"].transaction() as session:
        services.create_account(
            session, sign_in_name=name, display_name="Ann", role=role, password=PASSWORD
        )
    return {"sign_in_name": name, "password": PASSWORD}


def set_up(app: Flask, who: dict[str, object]) -> tuple[FlaskClient, str, list[str]]:
    """Sign in and set up as the pages say: the client, the secret, the recovery codes."""
    client = app.test_client()
    page = post_form(client, "/en/staff/sign-in", who).headers["Location"]
    html = client.get("/en/staff/account/second-factor").get_data(as_text=True)
    assert problems(html, language="en", direction="ltr") == []
    secret = re.search(r'name="secret" type="hidden" value="([A-Z2-7]{32})"', html)
    assert secret, page
    sent = {"secret": secret.group(1), "code": pyotp.TOTP(secret.group(1)).now()}
    answer = post_form(client, "/en/staff/account/second-factor", sent)
    assert answer.status_code == 200
    codes = re.findall(r"<code>([a-z2-9]{5}-[a-z2-9]{5})</code>", answer.get_data(as_text=True))
    return client, secret.group(1), codes


def after_password(app: Flask, who: dict[str, object]) -> FlaskClient:
    client = app.test_client()
    answer = post_form(client, "/en/staff/sign-in", who)
    assert answer.headers["Location"].startswith("/en/staff/sign-in/code")
    return client


def type_code(client: FlaskClient, code: str) -> int:
    return post_form(client, "/en/staff/sign-in/code", {"code": code}).status_code


@pytest.mark.parametrize("role", sorted(NEED_SECOND_FACTOR))
def test_nothing_opens_before_it_is_set_up(sqlite_app: Flask, role: str) -> None:
    client = sqlite_app.test_client()
    answer = post_form(client, "/en/staff/sign-in", make(sqlite_app, role))
    assert answer.headers["Location"].startswith("/en/staff/account/second-factor")
    for page in ("/en/staff/", "/en/staff/reports", "/en/staff/accounts"):
        assert "second-factor" in client.get(page).headers["Location"]
    html = client.get("/en/staff/account/second-factor").get_data(as_text=True)
    token = re.search(r'name="csrf_token" value="([^"]+)"', html)
    assert token
    sent = client.post("/en/staff/accounts", data={"csrf_token": token.group(1)})
    assert sent.status_code == 403


def test_set_up_by_the_pages_and_then_a_code_each_time(app: Flask, session: Session) -> None:
    stay_within_one_code()
    who = make(app, "publisher")
    client, secret, codes = set_up(app, who)
    assert len(codes) == services.second_factor.RECOVERY_CODES == 10
    assert client.get("/en/staff/reports").status_code == 200
    stored = session.scalars(select(StaffAccount.totp_sealed)).one()
    assert secret.encode() not in bytes(stored or b"")
    assert not set(session.scalars(select(RecoveryCode.code_hash))) & set(codes)
    session.rollback()
    again = after_password(app, who)
    assert "sign-in/code" in again.get("/en/staff/").headers["Location"]
    html = again.get("/en/staff/sign-in/code").get_data(as_text=True)
    assert problems(html, language="en", direction="ltr") == []
    assert type_code(again, "000000") == 422
    # The code of the setting up was used: it opens nothing more. The next one does.
    assert type_code(again, pyotp.TOTP(secret).now()) == 422
    assert type_code(again, pyotp.TOTP(secret).at(now_seconds() + 30)) == 303
    assert again.get("/en/staff/reports").status_code == 200
    other = after_password(app, who)
    assert type_code(other, pyotp.TOTP(secret).at(now_seconds() + 30)) == 422


def stay_within_one_code() -> None:
    """Codes change every thirty seconds: a test about two of them starts early in the first one."""
    left = 30 - time.time() % 30
    if left < 12:
        time.sleep(left)


def now_seconds() -> int:
    from datetime import UTC

    return int(now().replace(tzinfo=UTC).timestamp())


def test_a_recovery_code_works_once(app: Flask) -> None:
    who = make(app, "administrator")
    _client, _secret, codes = set_up(app, who)
    assert type_code(after_password(app, who), codes[3].upper().replace("-", " ")) == 303
    assert type_code(after_password(app, who), codes[3]) == 422
    assert type_code(after_password(app, who), codes[4]) == 303


def test_guessing_codes_is_slowed_down_over_many_sign_ins(app: Flask) -> None:
    who = make(app, "publisher")
    _client, _secret, codes = set_up(app, who)
    for number in range(8):
        assert type_code(after_password(app, who), f"{number:06}") == 422
    assert type_code(after_password(app, who), codes[0]) == 429


def test_a_password_alone_lasts_ten_minutes(app: Flask) -> None:
    who = make(app, "publisher")
    _client, _secret, codes = set_up(app, who)
    client = after_password(app, who)
    database: Database = app.extensions["database"]
    with database.transaction() as session:
        pending = session.scalars(select(StaffSession).where(StaffSession.stage == "code")).one()
        assert pending.expires_at < now() + timedelta(minutes=11)
        pending.expires_at = now() - timedelta(seconds=1)
    answer = client.get("/en/staff/sign-in/code")
    assert answer.headers["Location"].startswith("/en/staff/sign-in?")
    assert type_code(client, codes[0]) in {400, 403}


def test_anybody_may_set_one_up_and_make_new_recovery_codes(sqlite_app: Flask) -> None:
    who = make(sqlite_app, "facilitator")
    client, secret, codes = set_up(sqlite_app, who)
    page = client.get("/en/staff/account").get_data(as_text=True)
    assert problems(page, language="en", direction="ltr") == []
    assert "10 codes are left" in page
    code = {"code": pyotp.TOTP(secret).at(now_seconds() + 30)}
    url = "/en/staff/account/recovery-codes"
    answer = post_form(client, url, code, page="/en/staff/account")
    assert answer.status_code == 200
    assert codes[0] not in answer.get_data(as_text=True)
    assert type_code(after_password(sqlite_app, who), codes[0]) == 422
    assert client.get("/en/staff/account/second-factor").status_code == 409


def test_another_secret_key_closes_the_authenticator_and_leaves_the_recovery_codes(
    sqlite_app: Flask,
) -> None:
    who = make(sqlite_app, "publisher")
    _client, secret, codes = set_up(sqlite_app, who)
    url = sqlite_app.extensions["config"].database_url
    folder = sqlite_app.extensions["config"].instance / "elsewhere"
    other = make_app(url, folder)
    assert type_code(after_password(other, who), pyotp.TOTP(secret).at(now_seconds() + 30)) == 422
    assert type_code(after_password(other, who), codes[0]) == 303
    other.extensions["database"].engine.dispose()


def test_the_page_shows_a_code_in_the_demonstration_and_to_nobody_else(sqlite_app: Flask) -> None:
    config = sqlite_app.extensions["config"]
    with sqlite_app.app_context(), sqlite_app.extensions["database"].transaction() as session:
        made = create_sign_ins(session, config.secret_key)
    for name, role, password, secret in made:
        client = sqlite_app.test_client()
        who = {"sign_in_name": name, "password": password}
        page = post_form(client, "/en/staff/sign-in", who).headers["Location"]
        assert ("/sign-in/code" in page) == (role in NEED_SECOND_FACTOR) == bool(secret)
        if secret:
            shown = re.search(r">(\d{6})<", client.get(page).get_data(as_text=True))
            assert shown
            assert type_code(client, shown.group(1)) == 303
    who = make(sqlite_app, "publisher", "real")
    set_up(sqlite_app, who)
    html = after_password(sqlite_app, who).get("/en/staff/sign-in/code").get_data(as_text=True)
    assert not re.search(r">\d{6}<", html)


def test_every_role_signs_in_by_the_helper_of_the_tests(sqlite_app: Flask) -> None:
    for role in ROLES:
        assert sign_in(sqlite_app, role).get("/en/staff/").status_code == 200


def test_the_database_knows_no_other_role(app: Flask, session: Session) -> None:
    make(app, "partner")
    with pytest.raises(IntegrityError):
        session.execute(text("UPDATE staff_accounts SET role = 'mayor'"))
