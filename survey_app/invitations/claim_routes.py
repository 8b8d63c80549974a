"""The page on which a resident asks for the thank-you, apart from the survey and its answers."""

from __future__ import annotations

from flask import Blueprint, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ..config import Config
from ..db import get_session
from ..security import csrf
from .codes import read_code
from .keys import load_keys
from .queries import find_gift
from .services.claims import Claiming, claim_incentive

blueprint = Blueprint("claims", __name__, url_prefix="/<lang>/gift-card")
csrf.exempt(blueprint)  # a page for residents: the Origin check stands in for the token


@blueprint.get("")
def ask() -> ResponseReturnValue:
    return _page("", None)


@blueprint.post("")
def take() -> ResponseReturnValue:
    """Note that this address asked; what was answered is not looked at, and could not be found."""
    session, typed = get_session(), request.form.get("code", "").strip()
    gift, code = find_gift(session), read_code(typed)
    if gift is None:
        return _page("", None)
    if code is None:
        return _page(typed, _("Check the code: it has nine letters and digits, as on the letter."))
    config: Config = current_app.extensions["config"]
    done = claim_incentive(
        session, wave_id=gift[0].id, code=code, finding_key=load_keys(config).finding
    )
    if done is Claiming.UNKNOWN:
        return _page(typed, _("We do not know this code. Check it with the letter."))
    if done is Claiming.NOT_USED:
        return _page(typed, _("Send the survey with this code first, then ask again here."))
    session.commit()
    return redirect(url_for("claims.asked"), code=303)


@blueprint.get("/asked")
def asked() -> ResponseReturnValue:
    gift = find_gift(get_session())
    return render_template("invitations/asked.html", demo=gift is not None and gift[0].demo)


def _page(typed: str, error: str | None) -> ResponseReturnValue:
    gift = find_gift(get_session())
    page = render_template(
        "invitations/claim.html",
        amount=f"${gift[1]}" if gift else None,
        typed=typed,
        error=error,
        demo=gift is not None and gift[0].demo,
    )
    return page, 422 if error else 200
