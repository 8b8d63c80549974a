"""Staff pages: the desk, accounts, jobs, the audit log. Signing in: see sign_in_routes."""

from __future__ import annotations

from flask import Blueprint, current_app, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from ..config import Config
from ..db import get_session
from ..jobs import Job, find_job, find_kind, list_jobs
from ..jobs import cancel_job as ask_to_cancel
from . import services, sign_in_routes
from .audit import list_entries, record
from .forms import ROLE_NAMES, AccountForm, ChangeAccountForm
from .gate import require_staff
from .services.invitations import INVITATION_LIFE

blueprint = Blueprint("accounts", __name__, url_prefix="/<lang>/staff")
sign_in_routes.add_routes(blueprint)


@blueprint.get("/")
def home() -> ResponseReturnValue:
    return render_template("accounts/home.html", role_names=ROLE_NAMES)


@blueprint.get("/accounts")
def list_accounts() -> ResponseReturnValue:
    return render_template(
        "accounts/accounts.html",
        accounts=services.list_accounts(get_session()),
        role_names=ROLE_NAMES,
        form=AccountForm(),
    )


@blueprint.post("/accounts")
def create_account() -> ResponseReturnValue:
    form = AccountForm()
    session = get_session()
    if not form.validate_on_submit():
        return (
            render_template(
                "accounts/accounts.html",
                accounts=services.list_accounts(session),
                role_names=ROLE_NAMES,
                form=form,
            ),
            422,
        )
    account = services.create_account(
        session,
        sign_in_name=form.sign_in_name.data or "",
        display_name=form.display_name.data or "",
        role=form.role.data,
        actor=require_staff(),
    )
    return _invited(account.id)


@blueprint.post("/accounts/<account_id>/invitation")
def invite(account_id: str) -> ResponseReturnValue:
    return _invited(account_id)


def _invited(account_id: str) -> ResponseReturnValue:
    """The link, shown this once: only its hash is kept."""
    session = get_session()
    token = services.invite(session, account_id, actor=require_staff())
    account = services.find_invitation(session, token)
    session.commit()
    config: Config = current_app.extensions["config"]
    path = url_for("joining.accept", token=token)
    return render_template(
        "accounts/invited.html",
        account=account,
        address=(config.public_url or request.host_url.rstrip("/")) + path,
        hours=int(INVITATION_LIFE.total_seconds() // 3600),
    )


@blueprint.post("/accounts/<account_id>")
def change_account(account_id: str) -> ResponseReturnValue:
    form = ChangeAccountForm()
    session = get_session()
    services.change_account(
        session,
        account_id,
        role=form.role.data or "",
        active=bool(form.active.data),
        actor=require_staff(),
    )
    session.commit()
    return redirect(url_for("accounts.list_accounts"), code=303)


@blueprint.get("/audit")
def audit_log() -> ResponseReturnValue:
    return render_template("accounts/audit.html", entries=list_entries(get_session()))


@blueprint.get("/jobs")
def jobs() -> ResponseReturnValue:
    return render_template(
        "accounts/jobs.html", jobs=[(found, _title(found)) for found in list_jobs(get_session())]
    )


@blueprint.get("/jobs/<job_id>")
def job(job_id: str) -> ResponseReturnValue:
    found = find_job(get_session(), job_id)
    if request.accept_mimetypes.best == "application/json":
        return jsonify(state=found.state, step=found.step, steps=found.steps, message=found.message)
    kind = find_kind(found.kind)
    shown = kind.result_page if kind and found.result and "page" in found.result else None
    result = url_for(shown, **found.result["page"]) if shown and found.result else None
    return render_template("accounts/job.html", job=found, title=_title(found), result=result)


def _title(found: Job) -> str:
    kind = find_kind(found.kind)
    return str(kind.title) if kind else found.kind


@blueprint.post("/jobs/<job_id>/cancel")
def cancel_job(job_id: str) -> ResponseReturnValue:
    session = get_session()
    found = ask_to_cancel(session, job_id)
    record(session, actor=require_staff(), action="job.cancel", subject=found.kind)
    session.commit()
    return redirect(url_for("accounts.job", job_id=job_id), code=303)
