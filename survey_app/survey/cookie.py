"""The cookie that holds the key of a draft: the only thing that can open it."""

from __future__ import annotations

from flask import Response, current_app, request

from ..config import Config
from .doors import current_door
from .sealing import key_from_cookie, key_to_cookie


def cookie_name() -> str:
    """One for each door. With `__Host-` browsers hold it to this very host and to https."""
    config: Config = current_app.extensions["config"]
    name = current_door().name
    return f"__Host-{name}" if config.is_production else name


def read_key() -> bytes | None:
    return key_from_cookie(request.cookies.get(cookie_name()))


def give_key(response: Response, key: bytes) -> None:
    """No expiry: the browser forgets the key when it is closed."""
    config: Config = current_app.extensions["config"]
    response.set_cookie(
        cookie_name(),
        key_to_cookie(key),
        httponly=True,
        samesite="Lax",
        secure=config.is_production,
        path="/",
    )


def take_key_away(response: Response) -> None:
    config: Config = current_app.extensions["config"]
    response.delete_cookie(
        cookie_name(), httponly=True, samesite="Lax", secure=config.is_production, path="/"
    )
