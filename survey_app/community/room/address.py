"""The short address of a room, and its QR code."""

from __future__ import annotations

import segno
from flask import current_app, request, url_for

from ...config import Config


def room_address(code: str) -> str:
    """The short address for the QR code and for typing."""
    config: Config = current_app.extensions["config"]
    base = config.public_url or request.host_url.rstrip("/")
    return base + url_for("room.enter", code=code)


def room_picture(code: str) -> str:
    """The QR code as an address of a picture."""
    return str(segno.make(room_address(code), error="m").svg_data_uri(scale=6, border=4, light="#fff"))
