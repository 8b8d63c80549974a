"""The device: a signed cookie says that staff made it a kiosk, for which series, in which language.

The cookie opens nothing but the kiosk's own pages; the account that made it is signed out of the
device. Each survey on a kiosk begins anew: a draft left by the person before is erased first.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from flask import Flask, Response, current_app, g, render_template, request
from flask.typing import ResponseReturnValue
from itsdangerous import BadSignature, URLSafeTimedSerializer

from ..config import Config
from ..db import get_session
from ..i18n import DEFAULT, offered
from ..survey.cookie import read_key, take_key_away
from ..survey.doors import KIOSK
from ..survey.services.drafts import erase_draft

#: A kiosk that nobody looks after ends by itself.
LASTS = timedelta(days=30)
#: Surveys that people meet on a kiosk; that of partners goes by invitation.
KIOSK_SERIES = ("city", "pulse")


@dataclass(frozen=True, slots=True)
class Device:
    """What a kiosk asks, and the language it begins in."""

    series: str
    language: str


def init_app(app: Flask) -> None:
    app.before_request(_before)
    app.after_request(_after)

    @app.context_processor
    def language_of_kiosk() -> dict[str, str]:
        device = _device_of_request()
        return {"kiosk_language": device.language if device is not None else DEFAULT}


def cookie_name() -> str:
    config: Config = current_app.extensions["config"]
    return "__Host-kiosk-device" if config.is_production else "kiosk-device"


def read_device() -> Device | None:
    """What this device is, when its cookie is ours and not too old."""
    signed = request.cookies.get(cookie_name())
    if signed is None:
        return None
    try:
        body = _signer().loads(signed, max_age=int(LASTS.total_seconds()))
    except BadSignature:
        return None
    if body["series"] not in KIOSK_SERIES or body["language"] not in offered():
        return None
    return Device(body["series"], body["language"])


def make_kiosk(response: Response, device: Device) -> None:
    config: Config = current_app.extensions["config"]
    response.set_cookie(
        cookie_name(),
        str(_signer().dumps({"series": device.series, "language": device.language})),
        max_age=LASTS,
        httponly=True,
        samesite="Strict",
        secure=config.is_production,
        path="/",
    )


def stop_kiosk(response: Response) -> None:
    config: Config = current_app.extensions["config"]
    response.delete_cookie(
        cookie_name(), httponly=True, samesite="Strict", secure=config.is_production, path="/"
    )


def _signer() -> URLSafeTimedSerializer:
    config: Config = current_app.extensions["config"]
    return URLSafeTimedSerializer(config.secret_key, salt="kiosk")


def _device_of_request() -> Device | None:
    device: Device | None = g.get("kiosk_device")
    return device


def _before() -> ResponseReturnValue | None:
    if request.blueprint != KIOSK.name:
        return None
    device = read_device()
    if device is None:
        return render_template("kiosk/not_a_kiosk.html"), 403
    g.kiosk_device, g.door_series = device, device.series
    if request.endpoint == "kiosk.begin" and (key := read_key()) is not None:
        # The person before walked away: what they had ticked is nobody's now. The route commits.
        erase_draft(get_session(), key)
    return None


def _after(response: Response) -> Response:
    """The first page of a kiosk knows no survey; the browser forgets what it kept of the last one."""
    if request.endpoint == "kiosk.start" and "kiosk_device" in g:
        take_key_away(response)
        response.headers["Clear-Site-Data"] = '"cache"'
        response.headers["Cache-Control"] = "no-store"
    return response
