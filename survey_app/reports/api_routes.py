"""Published figures for programs: /api/v1. No sign-in, no language, any site may read it."""

from __future__ import annotations

from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue

from ..db import get_session
from ..problems import NotFoundProblem
from . import queries
from .codec import canonical
from .indicators import indicators_of

blueprint = Blueprint("reports_api", __name__, url_prefix="/api/v1")


@blueprint.get("/indicators.json")
def indicators() -> ResponseReturnValue:
    """The newest published year, or the one asked for with ?year=."""
    session = get_session()
    years = queries.list_published_years(session)
    year = request.args.get("year", type=int) or (years[0] if years else None)
    if year is None:
        raise NotFoundProblem("Nothing has been published yet.")
    edition = queries.find_published(session, year)
    response = Response(canonical(indicators_of(edition)), content_type="application/json")
    response.headers["Cache-Control"] = "public, max-age=300"
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    response.add_etag()
    response.make_conditional(request)
    return response
