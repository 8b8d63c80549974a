"""The page behind an invitation: not below /staff/, because nobody is signed in there."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from ..db import get_session
from ..problems import BadInputProblem
from . import services
from .forms import ROLE_NAMES, PasswordForm

blueprint = Blueprint("joining", __name__, url_prefix="/<lang>/join")


@blueprint.route("/<token>", methods=["GET", "POST"])
def accept(token: str) -> ResponseReturnValue:
    session = get_session()
    account = services.find_invitation(session, token)
    form = PasswordForm()
    if form.validate_on_submit():
        try:
            services.accept_invitation(session, token, password=form.password.data or "")
        except BadInputProblem as problem:
            form.password.errors = [problem.message]
        else:
            session.commit()
            return redirect(url_for("accounts.sign_in"), code=303)
    return (
        render_template(
            "accounts/accept.html", form=form, account=account, role=ROLE_NAMES[account.role]
        ),
        422 if form.errors else 200,
    )
