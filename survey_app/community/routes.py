"""Staff pages about community sessions: the list, one session, its life. Notes: note_routes."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from ..accounts.gate import require_staff
from ..db import get_session
from ..jobs import now
from ..problems import BadInputProblem
from . import services
from .agenda import USUAL_AGENDA, Arrangements
from .counts import count_session_themes
from .followup.queries import commitments_of, is_public, list_summaries
from .followup.views import view_kept
from .forms import SessionForm
from .kinds import spoken_languages
from .opening import agenda_texts, opening_texts
from .queries import count_progress, find_session, list_sessions
from .schedule.queries import list_series
from .schedule.views import view_attendance
from .theme_labels import theme_label
from .views import listed, load_session_view, view_session

blueprint = Blueprint("community", __name__, url_prefix="/<lang>/staff/sessions")


@blueprint.get("")
def sessions() -> ResponseReturnValue:
    session = get_session()
    meetings = list_sessions(session)
    progress = count_progress(session, [one.id for one in meetings])
    views = [view_session(one, progress[one.id]) for one in meetings]
    return render_template("community/sessions.html", sessions=views)


@blueprint.route("/new", methods=["GET", "POST"])
def new_session() -> ResponseReturnValue:
    session = get_session()
    form = SessionForm(
        series=_series(session),
        languages=["en"],
        agenda=list(USUAL_AGENDA),
        series_id=request.args.get("series", ""),
    )
    if form.validate_on_submit():
        try:
            meeting = services.create_session(session, **_described(form), actor=require_staff())
        except BadInputProblem as problem:
            form.form_errors.append(problem.message)
        else:
            session.commit()
            return redirect(url_for("community.session", session_id=meeting.id), code=303)
    status = 422 if form.errors else 200
    return render_template("community/session_form.html", form=form, meeting=None), status


@blueprint.route("/<session_id>/edit", methods=["GET", "POST"])
def edit_session(session_id: str) -> ResponseReturnValue:
    session = get_session()
    meeting = find_session(session, session_id)
    form = SessionForm(series=_series(session), obj=meeting)
    if form.validate_on_submit():
        try:
            services.change_session(session, session_id, **_described(form), actor=require_staff())
        except BadInputProblem as problem:
            form.form_errors.append(problem.message)
        else:
            session.commit()
            return redirect(url_for("community.session", session_id=session_id), code=303)
    status = 422 if form.errors else 200
    return (
        render_template(
            "community/session_form.html", form=form, meeting=load_session_view(session, meeting)
        ),
        status,
    )


def _described(form: SessionForm) -> dict[str, Any]:
    return {
        "kind": form.kind.data,
        "held_on": form.held_on.data,
        "place": form.place.data or "",
        "districts": form.districts.data or [],
        "attendance": form.attendance.data,
        "languages": form.languages.data or [],
        "youth": bool(form.youth.data),
        "arrangements": Arrangements(
            series_id=form.series_id.data or None,
            hosts=form.hosts.data or (),
            partners=form.partners.data or (),
            interpreters=form.interpreters.data or (),
            accessibility=form.accessibility.data or (),
            agenda=form.agenda.data or (),
            held_with=form.held_with.data or (),
        ),
    }


def _series(session: Session) -> dict[str, str]:
    return {one.id: one.name for one in list_series(session)}


@blueprint.get("/<session_id>")
def session(session_id: str) -> ResponseReturnValue:
    database = get_session()
    meeting = find_session(database, session_id)
    texts, missing = opening_texts(meeting.languages)
    names = spoken_languages()
    return render_template(
        "community/session.html",
        view=load_session_view(database, meeting),
        opening=texts,
        opening_missing=listed([names[code] for code in missing]),
        themes=[
            (theme_label(one.code), one.by_people, one.by_machine)
            for one in count_session_themes(database, session_id)
        ],
        agenda=agenda_texts(meeting.agenda, meeting.languages),
        attendance=view_attendance(database, session_id),
        summary_public=is_public(meeting, list_summaries(database, session_id)),
        commitments=view_kept(commitments_of(database, session_id, as_of=now().date())),
        demo=meeting.demo,
    )


@blueprint.post("/<session_id>/opening")
def confirm_opening(session_id: str) -> ResponseReturnValue:
    session = get_session()
    services.confirm_opening(
        session,
        session_id,
        guardians_agreed="guardians_agreed" in request.form,
        actor=require_staff(),
    )
    session.commit()
    return redirect(url_for("notes.index", session_id=session_id), code=303)


@blueprint.get("/<session_id>/finalise")
def finalise(session_id: str) -> ResponseReturnValue:
    session = get_session()
    meeting = find_session(session, session_id)
    if not meeting.is_open:
        return redirect(url_for("community.session", session_id=session_id), code=303)
    return render_template(
        "community/finalise.html", view=load_session_view(session, meeting), demo=meeting.demo
    )


@blueprint.post("/<session_id>/finalised")
def finalise_now(session_id: str) -> ResponseReturnValue:
    session = get_session()
    services.finalise(session, session_id, actor=require_staff())
    session.commit()
    return redirect(url_for("community.session", session_id=session_id), code=303)


@blueprint.post("/<session_id>/reopen")
def reopen(session_id: str) -> ResponseReturnValue:
    session = get_session()
    services.reopen(session, session_id, actor=require_staff())
    session.commit()
    return redirect(url_for("community.session", session_id=session_id), code=303)
