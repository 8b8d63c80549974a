"""Staff turn a device into a kiosk, and back."""

from __future__ import annotations

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from ..accounts.audit import record
from ..accounts.gate import cookie_name as staff_cookie_name
from ..accounts.gate import require_staff
from ..accounts.services import sign_out
from ..db import get_session
from ..i18n import current_language
from .device import Device, make_kiosk, read_device, stop_kiosk
from .forms import KioskForm

blueprint = Blueprint("kiosks", __name__, url_prefix="/<lang>/staff/kiosk")


@blueprint.get("")
def setup() -> ResponseReturnValue:
    return render_template("kiosk/setup.html", form=KioskForm(), device=read_device())


@blueprint.post("")
def make() -> ResponseReturnValue:
    """The device becomes a kiosk, and the account is signed out of it."""
    form = KioskForm()
    if not form.validate_on_submit():
        return render_template("kiosk/setup.html", form=form, device=read_device()), 422
    session, account = get_session(), require_staff()
    record(session, actor=account, action="kiosk.make", subject=form.series.data, detail={})
    sign_out(session, token=request.cookies[staff_cookie_name()])
    session.commit()
    language = current_language().code
    response = make_response(redirect(url_for("kiosk.start"), code=303))
    response.delete_cookie(staff_cookie_name(), path="/")
    make_kiosk(response, Device(form.series.data, language))
    return response


@blueprint.post("/stop")
def stop() -> ResponseReturnValue:
    response = make_response(redirect(url_for("kiosks.setup"), code=303))
    stop_kiosk(response)
    return response
