"""Who is signed in, and whether they may open this route: asked before every request."""

from __future__ import annotations

from datetime import timedelta

from flask import Flask, abort, current_app, g, redirect, request, url_for
from flask.typing import ResponseReturnValue

from ..config import Config
from ..db import get_database, get_session
from .models import CODE, FULL, SET_UP, StaffAccount, StaffSession
from .permissions import PUBLIC, ROUTES, may
from .services import Lifetime, find_signed_in, keep_alive
from .services.sessions import is_worth_keeping_alive

#: What somebody may open whose sign-in is not complete; the first is where they are led.
_IN_BETWEEN = {
    CODE: ("accounts.give_code", "accounts.sign_out"),
    SET_UP: ("accounts.set_up", "accounts.sign_out"),
}
#: Pages that ask for themselves again and again: nobody need be there.
_BY_THEMSELVES = {"accounts.job"}


def cookie_name() -> str:
    config: Config = current_app.extensions["config"]
    return "__Host-staff" if config.is_production else "staff"


def lifetime() -> Lifetime:
    config: Config = current_app.extensions["config"]
    return Lifetime(
        whole=timedelta(hours=config.staff_hours), idle=timedelta(minutes=config.staff_idle_minutes)
    )


def init_app(app: Flask) -> None:
    app.before_request(check_permission)

    @app.context_processor
    def signed_in() -> dict[str, StaffAccount | None]:
        return {"staff": current_staff() if g.get("staff_stage") == FULL else None}

    @app.template_global()
    def allowed(endpoint: str) -> bool:
        account = current_staff()
        return may(account.role if account else None, endpoint)


def current_staff() -> StaffAccount | None:
    """The signed-in account; looked up only on routes that are not for everyone."""
    account: StaffAccount | None = g.get("staff")
    return account


def require_staff() -> StaffAccount:
    account = current_staff()
    if account is None:
        abort(403)
    return account


def check_permission() -> ResponseReturnValue | None:
    endpoint = request.endpoint
    if endpoint is None:
        return None  # no such page: the error page follows
    if ROUTES.get(endpoint) is PUBLIC:
        return None
    token = request.cookies.get(cookie_name())
    found = find_signed_in(get_session(), token=token) if token else None
    if found is None:
        return _lead_to("accounts.sign_in")
    g.staff, g.staff_stage = found.account, found.stage
    if found.stage != FULL:
        ways = _IN_BETWEEN[found.stage]
        return None if endpoint in ways else _lead_to(ways[0])
    _stay_alive(found, endpoint)
    if not may(g.staff.role, endpoint):
        abort(403)
    return None


def _lead_to(endpoint: str) -> ResponseReturnValue:
    if request.method == "GET":
        return redirect(url_for(endpoint, next=request.full_path.rstrip("?")))
    abort(403)


def _stay_alive(found: StaffSession, endpoint: str) -> None:
    """Write down, seldom, that somebody is there: with the request's own changes where it makes any."""
    if endpoint in _BY_THEMSELVES or not is_worth_keeping_alive(found, lifetime()):
        return
    if request.method == "GET":
        with get_database().transaction() as session:
            keep_alive(session, found, lifetime())
    else:
        keep_alive(get_session(), found, lifetime())
