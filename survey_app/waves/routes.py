"""Staff pages about waves."""

from __future__ import annotations

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

blueprint = Blueprint("waves", __name__, url_prefix="/<lang>")


@blueprint.get("/staff/waves")
def waves() -> ResponseReturnValue:
    return render_template("home.html")
