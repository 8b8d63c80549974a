"""Pages a resident sees."""

from __future__ import annotations

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

blueprint = Blueprint("survey", __name__, url_prefix="/<lang>/survey")


@blueprint.get("")
def start() -> ResponseReturnValue:
    return render_template("home.html")
