"""Pages of partners and staff: drafts to read, remarks to leave, answers."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import format_date
from sqlalchemy.orm import Session

from ..accounts.gate import require_staff
from ..db import get_session
from ..problems import BadInputProblem
from . import services
from .models import LONGEST, Remark
from .queries import draft_questions, find_remark, list_drafts, list_remarks, names_of

blueprint = Blueprint("remarks", __name__, url_prefix="/<lang>/staff/remarks")


@dataclass(frozen=True)
class RemarkView:
    id: str
    subject: str
    place: str
    body: str
    author: str
    made_on: str
    answer: str
    answered_by: str
    answered_on: str


@blueprint.route("", methods=["GET", "POST"])
def index() -> ResponseReturnValue:
    """All drafts and remarks; a remark is sent to the same page."""
    session = get_session()
    error = ""
    if request.method == "POST":
        try:
            remark = services.leave_remark(
                session,
                subject=request.form.get("subject", ""),
                place=request.form.get("place", ""),
                body=request.form.get("body", ""),
                actor=require_staff(),
            )
        except BadInputProblem as problem:
            error = problem.message
        else:
            session.commit()
            return redirect(url_for("remarks.remark", remark_id=remark.id), code=303)
    drafts = list_drafts(session)
    sent = request.form if request.method == "POST" else request.args
    return (
        render_template(
            "remarks/index.html",
            drafts=[(name, _address(subject)) for subject, name in drafts.items()],
            choices=list(drafts.items()),
            chosen=sent.get("subject", ""),
            place=sent.get("place", ""),
            body=sent.get("body", ""),
            remarks=_views(session, list_remarks(session)),
            longest=LONGEST,
            error=error,
        ),
        422 if error else 200,
    )


def _address(subject: str) -> str:
    kind, _dash, name = subject.partition("-")
    if kind == "instrument":
        return url_for("remarks.instrument", name=name)
    return url_for("reports.preview", edition_id=name)


@blueprint.get("/instrument/<name>")
def instrument(name: str) -> ResponseReturnValue:
    session = get_session()
    questions = draft_questions(name)
    subject = f"instrument-{name}"
    remarks = _views(session, list_remarks(session, subject=subject))
    return render_template(
        "remarks/instrument.html",
        title=list_drafts(session)[subject],
        subject=subject,
        questions=[
            (one, [remark for remark in remarks if remark.place == one.id]) for one in questions
        ],
    )


@blueprint.get("/<remark_id>")
def remark(remark_id: str) -> ResponseReturnValue:
    return _remark_page(remark_id)


@blueprint.post("/<remark_id>")
def answer(remark_id: str) -> ResponseReturnValue:
    session = get_session()
    try:
        services.answer_remark(
            session, remark_id, answer=request.form.get("answer", ""), actor=require_staff()
        )
    except BadInputProblem as problem:
        typed = request.form.get("answer", "")
        return _remark_page(remark_id, problem.message, typed), 422
    session.commit()
    return redirect(url_for("remarks.remark", remark_id=remark_id), code=303)


def _remark_page(remark_id: str, error: str = "", typed: str = "") -> str:
    session = get_session()
    found = find_remark(session, remark_id)
    return render_template(
        "remarks/remark.html",
        item=_views(session, [found])[0],
        address=_address(found.subject),
        longest=LONGEST,
        error=error,
        typed=typed,
    )


def _views(session: Session, remarks: list[Remark]) -> list[RemarkView]:
    names, drafts = names_of(session, remarks), list_drafts(session)
    return [
        RemarkView(
            id=one.id,
            subject=drafts.get(one.subject, one.subject),
            place=one.place,
            body=one.body,
            author=names.get(one.author_id, ""),
            made_on=format_date(one.made_on, "medium"),
            answer=one.answer or "",
            answered_by=names.get(one.answered_by or "", ""),
            answered_on=format_date(one.answered_on, "medium") if one.answered_on else "",
        )
        for one in remarks
    ]
