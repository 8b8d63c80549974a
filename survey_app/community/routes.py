"""Staff pages about community sessions."""

from __future__ import annotations

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

blueprint = Blueprint("community", __name__, url_prefix="/<lang>")


@blueprint.get("/staff/sessions")
def sessions() -> ResponseReturnValue:
    return render_template("home.html")
