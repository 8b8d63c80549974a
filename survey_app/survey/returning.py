"""Save and return: a code for an unfinished survey, and the way back with it."""

from __future__ import annotations

from collections.abc import Callable

from flask import current_app, make_response, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ..config import Config
from .cookie import give_key, take_key_away
from .crowding import check_guesses, count_wrong_guess
from .entry import Here, enter, need_draft, no_draft, show
from .navigation import furthest
from .queries import find_draft
from .return_code import new_code, read_code, show_code
from .services.returns import keep_code, open_code, wrap_key
from .views import CodeView, ReturnView


def make_code() -> ResponseReturnValue:
    """Show a fresh code, once. It stands on no page with an address of its own, so in no history."""
    here = enter()
    key, _contents = need_draft(here)
    here.session.rollback()  # nobody waits for the slow step below
    code = new_code()
    row = wrap_key(key, code, secret=_secret())
    if not keep_code(here.session, key, row):
        return no_draft(here, key)
    here.session.commit()
    return show("code.html", here, view=CodeView(show_code(code)))


def forget() -> ResponseReturnValue:
    """The key leaves this phone; the survey stays where only the code finds it."""
    response = make_response(redirect(url_for(".forgotten"), code=303))
    take_key_away(response)
    return response


def forgotten() -> ResponseReturnValue:
    return show("forgotten.html", enter())


def ask_code() -> ResponseReturnValue:
    return _ask(enter(), ReturnView("", ""))


def come_back() -> ResponseReturnValue:
    here = enter()
    here.session.rollback()
    check_guesses()
    typed = request.form.get("code", "")
    code = read_code(typed)
    if code is None:
        message = _("Look at the code again: it has twelve signs, and one of them is not right.")
        return _ask(here, ReturnView(typed[:40], message), 422)
    key = open_code(here.session, code, secret=_secret())
    contents = find_draft(here.session, key)
    if key is None or contents is None or contents.wave_id != here.wave.id:
        count_wrong_guess()
        message = _("No unfinished survey has this code. It may have been sent, erased or too old.")
        return _ask(here, ReturnView(typed[:40], message), 422)
    response = make_response(redirect(furthest(here, contents), code=303))
    give_key(response, key)
    return response


def _ask(here: Here, view: ReturnView, status: int = 200) -> ResponseReturnValue:
    return show("return.html", here, status, view=view)


def _secret() -> str:
    config: Config = current_app.extensions["config"]
    return config.secret_key


#: Address below the survey's, view, method: `routes.py` registers them.
VIEWS: tuple[tuple[str, Callable[[], ResponseReturnValue], str], ...] = (
    ("/code", make_code, "POST"),
    ("/forget", forget, "POST"),
    ("/forgotten", forgotten, "GET"),
    ("/return", ask_code, "GET"),
    ("/return", come_back, "POST"),
)
