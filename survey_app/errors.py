"""The one place where an error becomes a page."""

from __future__ import annotations

import logging

from flask import Flask, jsonify, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from werkzeug.exceptions import HTTPException

from .db import error_name
from .operations.logs import place_of
from .problems import BadFileProblem, Problem

log = logging.getLogger("survey_app")


def wording(status: int) -> tuple[str, str]:
    """Title and what to do, for a status code."""
    pages = {
        400: (
            _("We could not read that"),
            _("Go back and try again. Nothing was changed."),
        ),
        403: (
            _("You cannot open this page"),
            _("Sign in with an account that may do this, or go back to where you came from."),
        ),
        404: (
            _("This page is not here"),
            _("Check the address, or start again from the first page."),
        ),
        405: (
            _("This address is for sending a form"),
            _("Go back to the page you came from and use its buttons."),
        ),
        409: (
            _("This cannot be done now"),
            _("Go back, look at the current state, and try again."),
        ),
        413: (
            _("That was too large"),
            _("Send a smaller file or a shorter text."),
        ),
        422: (
            _("Something needs to be corrected"),
            _("Go back and correct what is named here."),
        ),
        429: (
            _("Too many tries"),
            _("Wait a few minutes, then try again."),
        ),
        503: (
            _("The system is busy"),
            _("Wait a moment, then send it again. Nothing you already saved is lost."),
        ),
    }
    return pages.get(
        status,
        (
            _("Something went wrong on our side"),
            _("Wait a moment, then try again. Nothing you already saved is lost."),
        ),
    )


def init_app(app: Flask) -> None:
    app.register_error_handler(Problem, show_problem)
    app.register_error_handler(CSRFError, show_stale_form)
    app.register_error_handler(HTTPException, show_http_error)
    for kind in (OperationalError, InterfaceError, PoolTimeoutError):
        app.register_error_handler(kind, show_busy)
    app.register_error_handler(Exception, show_failure)


def page(status: int, message: str | None = None, details: tuple[str, ...] = ()) -> ResponseReturnValue:
    title, advice = wording(status)
    if request.path.startswith(("/api/", "/healthz")):
        return jsonify(error=title, advice=message or advice), status
    again = typed() if status in PASSING else ()
    return (
        render_template(
            "errors/error.html", title=title, advice=message or advice, details=details, again=again
        ),
        status,
    )


#: What goes by: the same form may succeed in a moment, so the page keeps what was typed.
PASSING = frozenset({429, 500, 503})


def typed() -> tuple[tuple[str, str], ...]:
    """Fields of the form that failed, for the page to send again; nothing of a sign-in or a file."""
    if request.method != "POST" or request.blueprint in {None, "accounts", "joining"} or request.files:
        return ()
    return tuple((name, value) for name, value in request.form.items(multi=True))


def show_problem(problem: Problem) -> ResponseReturnValue:
    details: tuple[str, ...] = ()
    if isinstance(problem, BadFileProblem):
        details = tuple(str(error) for error in problem.errors[:50])
    return page(problem.status, problem.message, details)


def show_stale_form(_error: CSRFError) -> ResponseReturnValue:
    return page(400, _("This form was opened too long ago. Go back, reload the page, send again."))


def show_http_error(error: HTTPException) -> ResponseReturnValue:
    if error.code is None or error.code < 400:
        return error.get_response()
    return page(error.code)


def show_busy(error: Exception) -> ResponseReturnValue:
    # The statement and its parameters stay out of the log: they may hold answers.
    log.error("database not available: %s", error_name(getattr(error, "orig", error)))
    return page(503)


def show_failure(error: Exception) -> ResponseReturnValue:
    # The message of an exception may quote a resident's words; only its kind and place are kept.
    log.error("unexpected %s on %s", place_of(error), request.endpoint)
    return page(500)
