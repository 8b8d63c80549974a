"""Public results and the staff's report desk."""

from __future__ import annotations

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

blueprint = Blueprint("reports", __name__, url_prefix="/<lang>")


@blueprint.get("/results")
def index() -> ResponseReturnValue:
    return render_template("home.html")


@blueprint.get("/staff/reports")
def desk() -> ResponseReturnValue:
    return render_template("home.html")
