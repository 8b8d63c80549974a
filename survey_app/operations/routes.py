"""Staff page of the administrator: what is kept for how long, and what must be kept longer."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l

from ..accounts.gate import require_staff
from ..db import get_session
from ..problems import BadInputProblem
from .retention import list_due
from .services import LONGEST_REASON, lift_hold, list_holds, place_hold

blueprint = Blueprint("operations", __name__, url_prefix="/<lang>/staff/retention")

KIND_NAMES = {
    "drafts": _l("Unfinished surveys"),
    "receipts": _l("Receipts of sent surveys"),
    "staged": _l("Files waiting to be imported"),
    "letters": _l("Files of letters"),
    "sessions": _l("Signed-in browsers"),
    "attempts": _l("Failed sign-ins"),
    "links": _l("Links for new accounts"),
    "jobs": _l("Jobs that are over"),
    "restricted": _l("File for a partner university"),
    "records": _l("Files of public records"),
    "requests": _l("Requests for public records"),
    "answers": _l("Answers"),
    "sample": _l("Drawn addresses, as numbers"),
    "instrument": _l("Waves and their wording"),
    "meetings": _l("Community sessions and commitments"),
    "reports": _l("Reports and remarks"),
    "staff": _l("Accounts and the audit log"),
}


@blueprint.get("")
def retention() -> ResponseReturnValue:
    return _page()


@blueprint.post("")
def place() -> ResponseReturnValue:
    session = get_session()
    try:
        place_hold(
            session,
            matter=request.form.get("matter", ""),
            reason=request.form.get("reason", ""),
            kinds=request.form.getlist("kinds"),
            actor=require_staff(),
        )
    except BadInputProblem as problem:
        return _page(problem.message), 422
    session.commit()
    return redirect(url_for("operations.retention"), code=303)


@blueprint.post("/<hold_id>/lift")
def lift(hold_id: str) -> ResponseReturnValue:
    session = get_session()
    lift_hold(session, hold_id, actor=require_staff())
    session.commit()
    return redirect(url_for("operations.retention"), code=303)


def _page(error: str | None = None) -> str:
    session = get_session()
    return render_template(
        "operations/retention.html",
        due=list_due(session),
        holds=list_holds(session),
        names=KIND_NAMES,
        error=error,
        sent=request.form,
        chosen=request.form.getlist("kinds"),
        longest=LONGEST_REASON,
    )
