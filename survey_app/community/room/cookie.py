"""How many comments this browser sent to this room: a signed number in its own cookie, nothing else.

It keeps one phone from filling the room's queue by mistake or for fun; the server remembers nothing.
"""

from __future__ import annotations

from flask import Response, current_app, request
from itsdangerous import BadSignature, URLSafeSerializer

from ...config import Config

#: Comments from one browser in one room.
MOST_SENT = 30
_NAME = "room"
_HOURS = 12


def _serializer(config: Config) -> URLSafeSerializer:
    return URLSafeSerializer(config.secret_key, salt="room")


def count_sent(code: str) -> int:
    """Comments this browser says it sent to this room; 0 where it says nothing we signed."""
    config: Config = current_app.extensions["config"]
    try:
        known = _serializer(config).loads(request.cookies.get(_NAME, ""))
    except BadSignature:
        return 0
    if not isinstance(known, list) or len(known) != 2 or known[0] != code:
        return 0
    return int(known[1])


def count_one_more(response: Response, code: str) -> None:
    config: Config = current_app.extensions["config"]
    response.set_cookie(
        _NAME,
        str(_serializer(config).dumps([code, count_sent(code) + 1])),
        max_age=_HOURS * 3600,
        httponly=True,
        secure=config.is_production,
        samesite="Lax",
        path="/",
    )
