"""Staff pages: the summary of a session, commitments and their history."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import format_date

from ...accounts.gate import require_staff
from ...db import get_session
from ...jobs import now
from ...problems import BadInputProblem
from ..kinds import direction_of, kind_label, spoken_languages
from ..models import CommunitySession
from ..pii import KEPT_BECAUSE
from ..queries import find_session, list_sessions
from ..views import load_session_view
from . import services
from .forms import AGENCIES, CommitmentForm, StepForm
from .models import LONGEST_PROMISE, LONGEST_SUMMARY, UNDER_WAY
from .queries import all_commitments, find_commitment, is_public, list_summaries
from .views import view_commitment, view_kept

blueprint = Blueprint("followup", __name__, url_prefix="/<lang>/staff")


@blueprint.route("/sessions/<session_id>/summary", methods=["GET", "POST"])
def summary(session_id: str) -> ResponseReturnValue:
    session = get_session()
    meeting = find_session(session, session_id)
    known = list_summaries(session, session_id)
    bodies = {code: known[code].body if code in known else "" for code in meeting.languages}
    error = ""
    if request.method == "POST":
        bodies = {code: request.form.get(f"body-{code}", "") for code in meeting.languages}
        try:
            services.write_summary(
                session,
                session_id,
                bodies,
                kept_because=request.form.get("kept_because"),
                actor=require_staff(),
            )
        except BadInputProblem as problem:
            error = problem.message
        else:
            session.commit()
            return redirect(url_for("followup.summary", session_id=session_id), code=303)
    names = spoken_languages()
    return (
        render_template(
            "community/summary.html",
            view=load_session_view(session, meeting),
            parts=[
                (code, names.get(code, code), direction_of(code), body) for code, body in bodies.items()
            ],
            complete=all(code in known for code in meeting.languages),
            public=is_public(meeting, known),
            own=any(one.written_by == require_staff().id for one in known.values()),
            reasons=[(code, str(label)) for code, label in KEPT_BECAUSE.items()],
            longest=LONGEST_SUMMARY,
            error=error,
            demo=meeting.demo,
        ),
        422 if error else 200,
    )


@blueprint.post("/sessions/<session_id>/summary/approve")
def approve_summary(session_id: str) -> ResponseReturnValue:
    session = get_session()
    services.approve_summary(session, session_id, actor=require_staff())
    session.commit()
    return redirect(url_for("followup.summary", session_id=session_id), code=303)


@blueprint.get("/commitments")
def commitments() -> ResponseReturnValue:
    found = all_commitments(get_session(), as_of=now().date())
    return render_template("community/commitments.html", view=view_kept(found), demo=found.demo)


@blueprint.route("/commitments/new", methods=["GET", "POST"])
def new_commitment() -> ResponseReturnValue:
    session = get_session()
    meetings = {one.id: one for one in list_sessions(session)}
    form = CommitmentForm(
        sessions={one.id: _named(one) for one in meetings.values()},
        session_id=request.args.get("session", ""),
        theme=request.args.get("theme", ""),
    )
    chosen = meetings.get(form.session_id.data or "")
    languages = list(dict.fromkeys(("en", *(chosen.languages if chosen else ()))))
    words = {code: request.form.get(f"words-{code}", "") for code in spoken_languages()}
    if form.validate_on_submit():
        try:
            services.make_commitment(
                session,
                words=words,
                owner=form.owner.data or "",
                due_on=form.due_on.data,
                session_id=form.session_id.data or None,
                theme=form.theme.data or None,
                demo=bool(chosen and chosen.demo),
                actor=require_staff(),
            )
        except BadInputProblem as problem:
            form.form_errors.append(problem.message)
        else:
            session.commit()
            return redirect(url_for("followup.commitments"), code=303)
    return (
        render_template(
            "community/commitment_form.html",
            form=form,
            parts=[
                (code, spoken_languages()[code], direction_of(code), words[code]) for code in languages
            ],
            agencies=AGENCIES,
            longest=LONGEST_PROMISE,
        ),
        422 if form.errors else 200,
    )


@blueprint.route("/commitments/<commitment_id>", methods=["GET", "POST"])
def commitment(commitment_id: str) -> ResponseReturnValue:
    session = get_session()
    found = find_commitment(session, commitment_id)
    form = StepForm(state=UNDER_WAY, happened_on=now().date())
    if form.validate_on_submit():
        try:
            services.tell_commitment(
                session,
                commitment_id,
                state=form.state.data,
                note=form.note.data or "",
                happened_on=form.happened_on.data,
                actor=require_staff(),
            )
        except BadInputProblem as problem:
            form.form_errors.append(problem.message)
        else:
            session.commit()
            return redirect(url_for("followup.commitment", commitment_id=commitment_id), code=303)
    return (
        render_template(
            "community/commitment.html",
            form=form,
            item=view_commitment(found, as_of=now().date()),
            closed=found.steps[-1].state in {"kept", "dropped"},
            demo=found.demo,
        ),
        422 if form.errors else 200,
    )


def _named(meeting: CommunitySession) -> str:
    day = format_date(meeting.held_on, "medium")
    return f"{kind_label(meeting.kind)}, {day}, {meeting.place}"
