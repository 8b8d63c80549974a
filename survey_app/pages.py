"""Pages of no feature: the front door, privacy, help lines, health."""

from __future__ import annotations

from flask import Blueprint, Response, current_app, jsonify, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import text

from .config import Config
from .db import get_session
from .i18n import best_language

blueprint = Blueprint("pages", __name__)


@blueprint.get("/")
def root() -> ResponseReturnValue:
    response = redirect(url_for("pages.home", lang=best_language()), code=302)
    response.headers["Vary"] = "Accept-Language"
    return response


@blueprint.get("/<lang>/")
def home() -> ResponseReturnValue:
    return render_template("home.html")


@blueprint.get("/<lang>/privacy")
def privacy() -> ResponseReturnValue:
    return render_template("privacy.html")


@blueprint.get("/<lang>/help")
def help_lines() -> ResponseReturnValue:
    return render_template("help.html")


@blueprint.get("/<lang>/staff/components")
def components() -> ResponseReturnValue:
    """Every part that pages are made of, once; docs/components.md has its pictures."""
    return render_template("components.html")


@blueprint.get("/healthz")
def healthz() -> ResponseReturnValue:
    """200 when the database answers and its schema is the one this version expects."""
    from .schema import schema_is_current

    config: Config = current_app.extensions["config"]
    session = get_session()
    session.execute(text("SELECT 1"))
    current = schema_is_current(session.connection())
    body = {
        "status": "ok" if current else "migration needed",
        "database": session.get_bind().dialect.name,
        "mode": config.mode,
    }
    return jsonify(body), 200 if current else 503


@blueprint.get("/robots.txt")
def robots() -> ResponseReturnValue:
    return Response("User-agent: *\nDisallow: /*/staff/\n", mimetype="text/plain")
