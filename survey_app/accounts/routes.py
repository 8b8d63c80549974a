"""Staff pages: sign-in, the desk, accounts, jobs, the audit log."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Blueprint, current_app, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from ..config import Config
from ..db import get_session
from ..jobs import Job, find_job, find_kind, list_jobs
from ..jobs import cancel_job as ask_to_cancel
from . import services
from .audit import list_entries, record
from .forms import ROLE_NAMES, AccountForm, ChangeAccountForm, SignInForm
from .gate import cookie_name, require_staff

blueprint = Blueprint("accounts", __name__, url_prefix="/<lang>/staff")


def _safe_target(text: str | None) -> str:
    """A path on this site to continue to; anything else leads to the desk."""
    if text and text.startswith("/") and not text.startswith("//") and "\\" not in text:
        parts = urlsplit(text)
        if not parts.netloc and not parts.scheme:
            return text
    return url_for("accounts.home")


@blueprint.route("/sign-in", methods=["GET", "POST"])
def sign_in() -> ResponseReturnValue:
    form = SignInForm()
    failed = False
    if form.validate_on_submit():
        session = get_session()
        token = services.sign_in(
            session, sign_in_name=form.sign_in_name.data or "", password=form.password.data or ""
        )
        session.commit()
        if token is not None:
            config: Config = current_app.extensions["config"]
            response = redirect(_safe_target(request.args.get("next")), code=303)
            response.set_cookie(
                cookie_name(),
                token,
                httponly=True,
                secure=config.is_production,
                samesite="Lax",
                path="/",
                max_age=int(services.SESSION_LIFE.total_seconds()),
            )
            return response
        failed = True
    status = 422 if failed or form.errors else 200
    return render_template("accounts/sign_in.html", form=form, failed=failed), status


@blueprint.post("/sign-out")
def sign_out() -> ResponseReturnValue:
    session = get_session()
    services.sign_out(session, token=request.cookies.get(cookie_name(), ""))
    session.commit()
    response = redirect(url_for("accounts.sign_in"), code=303)
    response.delete_cookie(cookie_name(), path="/")
    return response


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
    services.create_account(
        session,
        sign_in_name=form.sign_in_name.data or "",
        display_name=form.display_name.data or "",
        role=form.role.data,
        password=form.password.data or "",
        actor=require_staff(),
    )
    session.commit()
    return redirect(url_for("accounts.list_accounts"), code=303)


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
