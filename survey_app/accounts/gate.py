"""Who is signed in, and whether they may open this route: asked before every request."""

from __future__ import annotations

from flask import Flask, abort, current_app, g, redirect, request, url_for
from flask.typing import ResponseReturnValue

from ..config import Config
from ..db import get_session
from .models import StaffAccount
from .permissions import PUBLIC, ROUTES, may
from .services import find_signed_in


def cookie_name() -> str:
    config: Config = current_app.extensions["config"]
    return "__Host-staff" if config.is_production else "staff"


def init_app(app: Flask) -> None:
    app.before_request(check_permission)

    @app.context_processor
    def signed_in() -> dict[str, StaffAccount | None]:
        return {"staff": current_staff()}

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
    g.staff = find_signed_in(get_session(), token=token) if token else None
    if g.staff is None:
        if request.method == "GET":
            return redirect(url_for("accounts.sign_in", next=request.full_path.rstrip("?")))
        abort(403)
    if not may(g.staff.role, endpoint):
        abort(403)
    return None
