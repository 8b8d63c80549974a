"""Published figures for programs: /api/v1. No sign-in, no language, any site may read it.

openapi.json describes it; a test holds the answers to the description.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue

from ..db import get_session
from ..problems import BadInputProblem, NotFoundProblem
from ..series.indicators import series_indicators
from . import queries
from .codec import canonical
from .indicators import absent_indicators, indicators_csv, indicators_of
from .models import Edition
from .speech import gettext as _

blueprint = Blueprint("reports_api", __name__, url_prefix="/api/v1")
_DESCRIPTION = (Path(__file__).parent / "openapi.json").read_bytes()


@blueprint.get("/indicators.json")
def indicators() -> ResponseReturnValue:
    """The newest published year, or the one asked for with ?year=."""
    return _answer(canonical(_document()), "application/json")


@blueprint.get("/indicators.csv")
def indicators_table() -> ResponseReturnValue:
    """The same as a table."""
    return _answer(indicators_csv(_document()), "text/csv; charset=utf-8")


@blueprint.get("/openapi.json")
def description() -> ResponseReturnValue:
    """What the two addresses above take and give."""
    return _answer(_DESCRIPTION, "application/json")


def _document() -> dict[str, Any]:
    """The year's indicators, and the newest ones of the pulse and of partner agencies."""
    edition = _asked_for()
    document = indicators_of(edition)
    document["indicators"] += series_indicators(get_session(), demo=edition.demo)
    present = {one["id"] for one in document["indicators"]}
    document["indicators"] += absent_indicators(edition, present)
    return document


def _asked_for() -> Edition:
    session = get_session()
    asked = request.args.get("year")
    if asked is not None:
        if not (asked.isascii() and asked.isdigit() and len(asked) == 4):
            raise BadInputProblem(_("Give the year as four digits."))
        return queries.find_published(session, int(asked))
    years = queries.list_published_years(session)
    if not years:
        raise NotFoundProblem(_("Nothing has been published yet."))
    return queries.find_published(session, years[0])


def _answer(body: str | bytes, content_type: str) -> Response:
    response = Response(body, content_type=content_type)
    response.headers["Cache-Control"] = "public, max-age=300"
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    response.add_etag()
    response.make_conditional(request)
    return response
