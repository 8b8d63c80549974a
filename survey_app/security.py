"""Headers on every answer, and the check that a form was sent from our own page.

Resident pages are the same bytes for everyone, so they carry no token: the Origin header and
SameSite cookies stand in for it. Staff forms carry Flask-WTF's token as well.

The referrer policy is `same-origin`, not `no-referrer`: under the latter browsers send
`Origin: null` with our own forms.
"""

from __future__ import annotations

import base64
import hashlib
from urllib.parse import urlsplit

from flask import Flask, Response, abort, current_app, request
from flask_wtf.csrf import CSRFProtect
from markupsafe import Markup
from werkzeug.routing import IntegerConverter, Map

from .config import ROOT, Config

csrf = CSRFProtect()

#: The style sheet is inlined in resident and public pages: one network trip less on a slow phone.
_INLINE_STYLE = (ROOT / "static" / "site.css").read_text(encoding="utf-8").strip()


def _sha256_source(text: str) -> str:
    digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
    return f"'sha256-{digest}'"


POLICY = "; ".join(
    [
        "default-src 'none'",
        f"style-src 'self' {_sha256_source(_INLINE_STYLE)}",
        "script-src 'self'",
        "img-src 'self' data:",
        "connect-src 'self'",
        "manifest-src 'self'",
        "worker-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    ]
)

HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), interest-cohort=()",
}


def init_app(app: Flask, config: Config) -> None:
    app.config.update(
        SECRET_KEY=config.secret_key,
        SESSION_COOKIE_NAME="staff_form",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Strict",
        SESSION_COOKIE_SECURE=config.is_production,
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_SSL_STRICT=False,  # the Origin check below is stricter and needs no referrer
        MAX_CONTENT_LENGTH=2 * 1024 * 1024,
        MAX_FORM_MEMORY_SIZE=512 * 1024,
        MAX_FORM_PARTS=500,
    )
    app.url_map.converters["int"] = WholeNumber
    csrf.init_app(app)
    app.before_request(check_origin)
    app.before_request(check_characters)
    app.after_request(add_headers)

    @app.context_processor
    def inline_style() -> dict[str, Markup]:
        return {"inline_style": Markup(_INLINE_STYLE)}  # noqa: S704 - our own file


def check_origin() -> None:
    """Refuse a form sent from another site. Requests without any origin are not from a form
    on another site in any browser that honours SameSite cookies, and are let through."""
    if request.method in {"GET", "HEAD", "OPTIONS"}:
        return
    if request.headers.get("Sec-Fetch-Site") in {"cross-site", "same-site"}:
        abort(403)
    origin = request.headers.get("Origin")
    if origin is None:
        return
    config: Config = current_app.extensions["config"]
    allowed = {urlsplit(request.host_url).netloc}
    if config.public_url:
        allowed.add(urlsplit(config.public_url).netloc)
    if urlsplit(origin).netloc not in allowed:
        abort(403)


def check_characters() -> None:
    """Refuse the character NUL, which no person types and PostgreSQL stores in no text."""
    sent = (*(request.view_args or {}).values(), *request.args.values(), *request.form.values())
    if any(isinstance(one, str) and "\0" in one for one in sent):
        abort(400)


class WholeNumber(IntegerConverter):
    """A number in an address: none that a database column could not hold."""

    def __init__(self, map: Map, max: int = 2**31 - 1) -> None:
        super().__init__(map, max=max)


def add_headers(response: Response) -> Response:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    config: Config = current_app.extensions["config"]
    if config.is_production:
        response.headers.setdefault("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
    if "Cache-Control" not in response.headers:
        response.headers["Cache-Control"] = "no-store"
    return response
