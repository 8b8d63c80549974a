"""Pages about languages: what a translation is worth (for residents), files and reviews (for staff)."""

from __future__ import annotations

from flask import Blueprint, Response, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ..accounts.gate import require_staff
from ..db import get_session
from ..i18n import ReviewedDomain, current_language, languages, translated
from ..problems import BadInputProblem, NotFoundProblem
from ..waves.about import about_translation
from .forms import ReviewForm
from .queries import list_reviews
from .services import Reviewed, export_catalogue, read_reviewed, record_review
from .views import DOMAIN_NAMES, language_lines

blueprint = Blueprint("languages", __name__, url_prefix="/<lang>")


@blueprint.get("/about-translation")
def about() -> ResponseReturnValue:
    """For everybody: who translated this page, who read it, and why it is offered if nobody did."""
    view = about_translation(get_session(), current_language().code)
    return render_template("languages/about.html", view=view)


@blueprint.get("/staff/languages")
def index() -> ResponseReturnValue:
    session = get_session()
    names = {code: item.own_name for code, item in languages().items()}
    return render_template(
        "languages/languages.html",
        lines=language_lines(session),
        reviews=list_reviews(session),
        names=names,
        domain_names=DOMAIN_NAMES,
    )


@blueprint.get("/staff/languages/<code>/<domain>.po")
def download(code: str, domain: str) -> ResponseReturnValue:
    content = export_catalogue(get_session(), code, domain)
    response = Response(content, mimetype="text/x-gettext-translation")
    response.headers["Content-Disposition"] = f"attachment; filename={domain}-{code}.po"
    return response


@blueprint.get("/staff/languages/<code>/review")
def review(code: str) -> ResponseReturnValue:
    return _page(code, ReviewForm(), None)


@blueprint.post("/staff/languages/<code>/review")
def take_review(code: str) -> ResponseReturnValue:
    """With a file: show what would change. With its content and `take`: record it."""
    form = ReviewForm()
    session = get_session()
    file = request.files.get("file")
    text = file.read() if file is not None and file.filename else (form.content.data or "").encode()
    if not text:
        raise BadInputProblem(_("Choose the PO file that came back."))
    reviewed = read_reviewed(session, text, language=_known(code))
    if "take" not in request.form:
        form.content.data = text.decode()
        return _page(code, form, reviewed)
    if form.reviewed_on.data is None:
        raise BadInputProblem(_("Give the day it was read."))
    record_review(
        session,
        reviewed,
        by=form.reviewed_by.data or "",
        on=form.reviewed_on.data,
        actor=require_staff(),
    )
    session.commit()
    words: ReviewedDomain = current_app.extensions["words"]
    words.look_again()
    return redirect(url_for("languages.index"), code=303)


def _known(code: str) -> str:
    if code not in translated():
        raise NotFoundProblem(_("There is no such catalogue."))
    return code


def _page(code: str, form: ReviewForm, reviewed: Reviewed | None) -> ResponseReturnValue:
    return render_template(
        "languages/review.html",
        item=translated()[_known(code)],
        form=form,
        reviewed=reviewed,
        domain_names=DOMAIN_NAMES,
    )
