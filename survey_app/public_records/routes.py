"""Staff page of the administrator: requests for public records, and the file made for each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from flask import Blueprint, Response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import format_date

from ..accounts.gate import require_staff
from ..db import get_session
from ..problems import Problem
from . import queries, services
from .archive import DAYS_TO_DECIDE
from .forms import KIND_NAMES, RequestForm
from .jobs import KIND, ask_for_file
from .models import RecordsFile, RecordsRequest

blueprint = Blueprint("records", __name__, url_prefix="/<lang>/staff/public-records")


@dataclass(frozen=True)
class RequestView:
    """A request on the page; days in words. `making` is the job at work on its file."""

    id: str
    number: str
    asked_by: str
    asked_for: str
    received_on: str
    decide_by: str
    period: tuple[str, str]
    kinds: tuple[str, ...]
    making: str | None
    rows: int | None
    sha256: str
    gone_after: str


@blueprint.get("")
def desk() -> ResponseReturnValue:
    return _page(RequestForm(formdata=None))


@blueprint.post("")
def write_down() -> ResponseReturnValue:
    session, form, actor = get_session(), RequestForm(), require_staff()
    if not form.validate_on_submit():
        return _page(form), 422
    told = {field.name: field.data for field in form if field.name not in {"csrf_token"}}
    try:
        request = services.record_request(session, **told, actor=actor)
    except Problem as problem:  # what was typed stays on the page
        session.rollback()
        form.form_errors.append(str(problem))
        return _page(form), problem.status
    ask_for_file(session, request, actor=actor)
    session.commit()
    return redirect(url_for("records.desk"), code=303)


@blueprint.post("/<request_id>/make")
def make(request_id: str) -> ResponseReturnValue:
    session = get_session()
    request = queries.find_request(session, request_id)
    job = ask_for_file(session, request, actor=require_staff())
    session.commit()
    return redirect(url_for("accounts.job", job_id=job.id), code=303)


@blueprint.post("/<request_id>/file")
def take(request_id: str) -> ResponseReturnValue:
    """Handing it out is a change: it is in the audit log."""
    session = get_session()
    found = services.take_file(session, request_id, actor=require_staff())
    number = queries.find_request(session, request_id).number.replace("/", "-")
    session.commit()
    response = Response(found.body, content_type="application/zip")
    response.headers["Cache-Control"] = "no-store"
    response.headers["Content-Disposition"] = f'attachment; filename="public-records-{number}.zip"'
    return response


def _page(form: RequestForm) -> str:
    session = get_session()
    making = queries.list_making(session, KIND)
    rows = [_view(one, file, making.get(one.id)) for one, file in queries.list_requests(session)]
    return render_template("public_records/desk.html", rows=rows, form=form)


def _view(one: RecordsRequest, file: RecordsFile | None, making: str | None) -> RequestView:
    decide = one.received_on + timedelta(days=DAYS_TO_DECIDE)
    return RequestView(
        id=one.id,
        number=one.number,
        asked_by=one.asked_by,
        asked_for=one.asked_for,
        received_on=format_date(one.received_on, "long"),
        decide_by=format_date(decide, "long"),
        period=(format_date(one.from_on, "medium"), format_date(one.to_on, "medium")),
        kinds=tuple(str(KIND_NAMES[kind]) for kind in one.kinds),
        making=making,
        rows=file.rows if file else None,
        sha256=file.sha256 if file else "",
        gone_after=format_date(file.expires_on, "long") if file else "",
    )
