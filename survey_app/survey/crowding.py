"""The count of requests by address (`crowd.py`), as routes ask for it."""

from __future__ import annotations

from flask import current_app, request
from flask_babel import gettext as _

from ..problems import TooManyProblem
from .crowd import FLAG_AFTER, REFUSE_AFTER, WRONG_CODES, WRONG_CODES_IN_ALL, Crowd

_WRONG = "wrong code"
_EVERYBODY = "everybody"


def get_crowd() -> Crowd:
    crowd: Crowd = current_app.extensions["crowd"]
    return crowd


def turn_away_floods(purpose: str) -> None:
    """Count this request; raises TooManyProblem beyond what people in a room can do."""
    if get_crowd().add(purpose, request.remote_addr) > REFUSE_AFTER:
        message = _("Very many surveys come from your network now. Try again in ten minutes.")
        raise TooManyProblem(message)


def is_crowded(purpose: str) -> bool:
    """Whether so many came from this address that the response says so."""
    return get_crowd().count(purpose, request.remote_addr) > FLAG_AFTER


def check_guesses() -> None:
    """Raises TooManyProblem when too many wrong return codes were tried from here, or in all."""
    crowd = get_crowd()
    if (
        crowd.count(_WRONG, request.remote_addr) >= WRONG_CODES
        or crowd.count(_WRONG, _EVERYBODY) >= WRONG_CODES_IN_ALL
    ):
        raise TooManyProblem(_("Too many codes were tried. Wait ten minutes, then try again."))


def count_wrong_guess() -> None:
    crowd = get_crowd()
    crowd.add(_WRONG, request.remote_addr)
    crowd.add(_WRONG, _EVERYBODY)
