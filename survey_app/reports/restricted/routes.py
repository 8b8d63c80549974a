"""Staff write agreements down; a university opens its file with the code it was given.

The code is sent in a form, never in an address, so that no log, history or link keeps it.
"""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import format_date

from ...accounts.gate import require_staff
from ...accounts.models import StaffAccount
from ...db import get_session
from ...jobs import now
from ...problems import Problem
from ...security import csrf
from ...waves.models import Wave
from ...waves.titles import wave_title
from ..queries import list_names
from ..speech import gettext as _
from . import queries, services
from .forms import AgreementForm
from .jobs import request_file
from .models import DataAgreement, RestrictedFile

blueprint = Blueprint("restricted", __name__, url_prefix="/<lang>")


@dataclass(frozen=True)
class AgreementView:
    """An agreement on the staff's page; `state` in words, `mark` its style."""

    id: str
    wave: str
    institution: str
    purpose: str
    expires_on: str
    made_by: str
    approved_by: str
    state: str
    mark: str
    may_approve: bool
    made: bool
    runs: bool


@blueprint.get("/staff/reports/agreements")
def desk() -> ResponseReturnValue:
    return _page(_form(), "")


@blueprint.post("/staff/reports/agreements")
def make() -> ResponseReturnValue:
    session, form = get_session(), _form(filled=True)
    if not form.validate_on_submit():
        return _page(form, ""), 422
    try:
        services.make_agreement(
            session,
            session.get_one(Wave, form.wave.data),
            institution=form.institution.data,
            purpose=form.purpose.data,
            expires_on=form.expires_on.data,
            actor=require_staff(),
        )
    except Problem as problem:  # what was typed stays on the page
        session.rollback()
        form.expires_on.errors = [str(problem)]
        return _page(form, ""), problem.status
    session.commit()
    return redirect(url_for("restricted.desk"), code=303)


@blueprint.post("/staff/reports/agreements/<agreement_id>/approve")
def approve(agreement_id: str) -> ResponseReturnValue:
    """The code is on this answer and nowhere else."""
    session, actor = get_session(), require_staff()
    code = services.approve_agreement(session, agreement_id, actor=actor)
    request_file(session, agreement_id, actor=actor)
    session.commit()
    response = Response(_page(_form(), code))
    response.headers["Cache-Control"] = "no-store"
    return response


@blueprint.post("/staff/reports/agreements/<agreement_id>/end")
def end(agreement_id: str) -> ResponseReturnValue:
    session = get_session()
    services.end_agreement(session, agreement_id, actor=require_staff())
    session.commit()
    return redirect(url_for("restricted.desk"), code=303)


@blueprint.post("/staff/reports/agreements/<agreement_id>/file")
def take(agreement_id: str) -> ResponseReturnValue:
    """For staff who hand the file over themselves."""
    session = get_session()
    found = services.open_file(session, agreement_id=agreement_id, actor=require_staff())
    session.commit()
    if found is None:
        return _page(_form(), ""), 409
    return _send(found)


@blueprint.get("/research-file")
def enter() -> ResponseReturnValue:
    return render_template("reports/restricted/enter.html", problem="")


@blueprint.post("/research-file")
def fetch() -> ResponseReturnValue:
    session = get_session()
    try:
        found = services.open_file(session, code=request.form.get("code", "")[:100])
    except Problem as problem:
        page = render_template("reports/restricted/enter.html", problem=str(problem))
        return page, problem.status
    session.commit()
    if found is None:
        told = _("This agreement does not run, or its file is not made yet. Ask MONSE.")
        return render_template("reports/restricted/enter.html", problem=told), 403
    return _send(found)


csrf.exempt(fetch)  # a page without sign-in: the Origin check stands in for the token


def _send(found: RestrictedFile) -> Response:
    response = Response(found.body, content_type="text/csv; charset=utf-8")
    response.headers["Cache-Control"] = "no-store"
    response.headers["Content-Disposition"] = 'attachment; filename="baltimore-restricted.csv"'
    return response


def _form(*, filled: bool = False) -> AgreementForm:
    form = AgreementForm() if filled else AgreementForm(formdata=None)
    form.wave.choices = [(one.id, wave_title(one)) for one in queries.list_closed_waves(get_session())]
    return form


def _page(form: AgreementForm, code: str) -> str:
    session, actor = get_session(), require_staff()
    found = queries.list_agreements(session)
    people = {who for one, _wave in found for who in (one.made_by, one.approved_by) if who}
    names, made = list_names(session, sorted(people)), queries.list_made(session)
    rows = [_view(one, wave, names, made, actor) for one, wave in found]
    return render_template(
        "reports/restricted/desk.html",
        rows=rows,
        form=form,
        code=code,
        demo=any(wave.demo for _one, wave in found),
    )


def _view(
    one: DataAgreement, wave: Wave, names: dict[str, str], made: set[str], actor: StaffAccount
) -> AgreementView:
    runs = one.runs_on(now().date())
    if one.approved_on is None:
        state, mark = _("Waits for approval"), "wait"
    else:
        state, mark = (_("Runs"), "good") if runs else (_("Ended"), "")
    return AgreementView(
        id=one.id,
        wave=wave_title(wave),
        institution=one.institution,
        purpose=one.purpose,
        expires_on=format_date(one.expires_on, "long"),
        made_by=names.get(one.made_by, one.made_by),
        approved_by=names.get(one.approved_by, one.approved_by) if one.approved_by else "",
        state=state,
        mark=mark,
        may_approve=one.approved_on is None and one.ended_on is None and one.made_by != actor.id,
        made=one.id in made,
        runs=runs,
    )
