"""Signing in, in two steps where it takes two; one's own account."""

from __future__ import annotations

from urllib.parse import urlsplit

import pyotp
import segno
from flask import Blueprint, Response, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ..config import Config
from ..db import get_session
from ..problems import BadInputProblem, ConflictProblem
from . import services
from .forms import ROLE_NAMES, CodeForm, SetUpForm, SignInForm
from .gate import cookie_name, lifetime, require_staff
from .models import CODE, SET_UP, StaffAccount
from .permissions import NEED_SECOND_FACTOR
from .services.second_factor import open_secret

_NEXT = {CODE: "accounts.give_code", SET_UP: "accounts.set_up"}


def add_routes(blueprint: Blueprint) -> None:
    """The pages of the blueprint `accounts` about signing in."""
    both = ["GET", "POST"]
    for rule, endpoint, view, methods in (
        ("/sign-in", "sign_in", sign_in, both),
        ("/sign-in/code", "give_code", give_code, both),
        ("/sign-out", "sign_out", sign_out, ["POST"]),
        ("/account", "own", own, ["GET"]),
        ("/account/second-factor", "set_up", set_up, both),
        ("/account/recovery-codes", "renew_codes", renew_codes, ["POST"]),
        ("/account/sign-out-everywhere", "sign_out_everywhere", sign_out_everywhere, ["POST"]),
    ):
        blueprint.add_url_rule(rule, endpoint, view, methods=methods)


def _config() -> Config:
    config: Config = current_app.extensions["config"]
    return config


def _safe_target(text: str | None) -> str:
    """A path on this site to continue to; anything else leads to the desk."""
    if text and text.startswith("/") and not text.startswith("//") and "\\" not in text:
        parts = urlsplit(text)
        if not parts.netloc and not parts.scheme:
            return text
    return url_for("accounts.home")


def _give_cookie(response: Response, token: str) -> Response:
    config = _config()
    response.set_cookie(
        cookie_name(),
        token,
        httponly=True,
        secure=config.is_production,
        samesite="Lax",
        path="/",
        max_age=config.staff_hours * 3600,
    )
    return response


def _lead_on(found: services.SignedIn) -> Response:
    """To the page that was asked for, or to the step that is still to come."""
    target = request.args.get("next")
    step = _NEXT.get(found.stage)
    where = url_for(step, next=target) if step else _safe_target(target)
    response = current_app.make_response(redirect(where, code=303))
    return _give_cookie(response, found.token)


def sign_in() -> ResponseReturnValue:
    form = SignInForm()
    failed = False
    if form.validate_on_submit():
        session = get_session()
        found = services.sign_in(
            session,
            sign_in_name=form.sign_in_name.data or "",
            password=form.password.data or "",
            lifetime=lifetime(),
        )
        session.commit()
        if found is not None:
            return _lead_on(found)
        failed = True
    status = 422 if failed or form.errors else 200
    return render_template("accounts/sign_in.html", form=form, failed=failed), status


def give_code() -> ResponseReturnValue:
    account = require_staff()
    form = CodeForm()
    failed = False
    if form.validate_on_submit():
        session = get_session()
        found = services.give_code(
            session,
            account,
            token=request.cookies.get(cookie_name(), ""),
            code=form.code.data or "",
            secret_key=_config().secret_key,
            lifetime=lifetime(),
        )
        session.commit()
        if found is not None:
            return _lead_on(found)
        failed = True
    status = 422 if failed or form.errors else 200
    return (
        render_template("accounts/code.html", form=form, failed=failed, shown=_shown_code(account)),
        status,
    )


def _shown_code(account: StaffAccount) -> str:
    """The present code of a demonstration's account, so that anybody can try it; never in production,
    which takes no demonstration accounts."""
    config = _config()
    if config.is_production or not account.demo or account.totp_sealed is None:
        return ""
    secret = open_secret(account.totp_sealed, config.secret_key)
    return pyotp.TOTP(secret).now() if secret else ""


def set_up() -> ResponseReturnValue:
    account = require_staff()
    if account.has_second_factor:
        raise ConflictProblem(
            _("Your second factor is set up. To change it, ask an administrator for a new link.")
        )
    form = SetUpForm()
    if form.validate_on_submit():
        session = get_session()
        try:
            found, codes = services.set_up(
                session,
                account,
                secret=form.secret.data or "",
                code=form.code.data or "",
                secret_key=_config().secret_key,
                lifetime=lifetime(),
            )
        except BadInputProblem as problem:
            form.code.errors = [problem.message]
        else:
            session.commit()
            page = render_template(
                "accounts/recovery_codes.html",
                codes=codes,
                target=_safe_target(request.args.get("next")),
            )
            return _give_cookie(current_app.make_response(page), found.token)
    if form.secret.errors or not form.secret.data:
        form.secret.data = pyotp.random_base32(32)
    secret = form.secret.data
    address = pyotp.TOTP(secret).provisioning_uri(
        name=account.sign_in_name, issuer_name="Baltimore Safety and Trust Survey"
    )
    return (
        render_template(
            "accounts/set_up.html",
            form=form,
            picture=segno.make(address, error="m").svg_data_uri(scale=5, border=4, light="#fff"),
            address=address,
            secret=" ".join(secret[at : at + 4] for at in range(0, len(secret), 4)),
            needed=account.role in NEED_SECOND_FACTOR,
        ),
        422 if form.errors else 200,
    )


def own() -> ResponseReturnValue:
    return _own_page(CodeForm())


def _own_page(form: CodeForm, failed: bool = False) -> ResponseReturnValue:
    account, session = require_staff(), get_session()
    return (
        render_template(
            "accounts/own.html",
            form=form,
            failed=failed,
            role=ROLE_NAMES[account.role],
            has_second_factor=account.has_second_factor,
            codes_left=services.count_recovery_codes(session, account),
            sessions=services.count_sessions(session, account),
            hours=_config().staff_hours,
            minutes=_config().staff_idle_minutes,
        ),
        422 if failed or form.errors else 200,
    )


def renew_codes() -> ResponseReturnValue:
    form = CodeForm()
    if not form.validate_on_submit():
        return _own_page(form)
    session = get_session()
    codes = services.new_recovery_codes(
        session, require_staff(), code=form.code.data or "", secret_key=_config().secret_key
    )
    session.commit()
    if codes is None:
        return _own_page(form, failed=True)
    return render_template("accounts/recovery_codes.html", codes=codes, target=url_for("accounts.own"))


def sign_out() -> ResponseReturnValue:
    session = get_session()
    services.sign_out(session, token=request.cookies.get(cookie_name(), ""))
    session.commit()
    return _signed_out()


def sign_out_everywhere() -> ResponseReturnValue:
    session = get_session()
    services.sign_out_everywhere(session, require_staff())
    session.commit()
    return _signed_out()


def _signed_out() -> Response:
    response = current_app.make_response(redirect(url_for("accounts.sign_in"), code=303))
    response.delete_cookie(cookie_name(), path="/")
    return response
