"""Staff pages: the schedule of series, and the voluntary cards of a session."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ...accounts.gate import require_staff
from ...db import get_session
from ...jobs import now
from ...problems import BadInputProblem
from ..queries import find_session
from ..views import load_session_view
from . import services
from .cards import Trait, card, card_in
from .forms import SeriesForm
from .queries import attendance_of, find_series, list_schedule
from .views import view_schedule

blueprint = Blueprint("schedule", __name__, url_prefix="/<lang>/staff/sessions")


@blueprint.get("/schedule")
def index() -> ResponseReturnValue:
    found = [view_schedule(one) for one in list_schedule(get_session(), today=now().date())]
    return render_template("community/schedule.html", series=found, demo=any(one.demo for one in found))


@blueprint.route("/schedule/new", methods=["GET", "POST"])
def new_series() -> ResponseReturnValue:
    return _series_page(SeriesForm(kind="town_hall", months=6), None)


@blueprint.route("/schedule/<series_id>", methods=["GET", "POST"])
def edit_series(series_id: str) -> ResponseReturnValue:
    return _series_page(SeriesForm(obj=find_series(get_session(), series_id)), series_id)


def _series_page(form: SeriesForm, series_id: str | None) -> ResponseReturnValue:
    session = get_session()
    if form.validate_on_submit():
        try:
            services.save_series(
                session,
                name=form.name.data or "",
                kind=form.kind.data,
                months=form.months.data,
                starts_on=form.starts_on.data,
                ends_on=form.ends_on.data,
                source=form.source.data or "",
                series_id=series_id,
                actor=require_staff(),
            )
        except BadInputProblem as problem:
            form.form_errors.append(problem.message)
        else:
            session.commit()
            return redirect(url_for("schedule.index"), code=303)
    status = 422 if form.errors else 200
    return render_template("community/series_form.html", form=form, series_id=series_id), status


@blueprint.route("/<session_id>/attendance", methods=["GET", "POST"])
def attendance(session_id: str) -> ResponseReturnValue:
    session = get_session()
    meeting = find_session(session, session_id)
    counts, error = attendance_of(session, session_id), ""
    if request.method == "POST":
        try:
            counts = {trait.id: _sent(trait) for trait in card()}
            services.save_attendance(session, session_id, counts, actor=require_staff())
        except BadInputProblem as problem:
            error = problem.message
        else:
            session.commit()
            return redirect(url_for("community.session", session_id=session_id), code=303)
    return (
        render_template(
            "community/attendance.html",
            view=load_session_view(session, meeting),
            card=card(),
            counts=counts,
            error=error,
            demo=meeting.demo,
        ),
        422 if error else 200,
    )


def _sent(trait: Trait) -> dict[str, int]:
    found: dict[str, int] = {}
    for code in trait.choices:
        text = request.form.get(f"{trait.id}-{code}", "").strip()
        if text and not (text.isascii() and text.isdigit() and len(text) < 7):
            raise BadInputProblem(_("Enter a whole number, or leave it empty"))
        if text:
            found[code] = int(text)
    return found


@blueprint.get("/<session_id>/card")
def printed_card(session_id: str) -> ResponseReturnValue:
    """The voluntary card to print, in every language of the session."""
    session = get_session()
    meeting = find_session(session, session_id)
    return render_template(
        "community/card.html",
        view=load_session_view(session, meeting),
        cards=[card_in(code) for code in meeting.languages],
        demo=meeting.demo,
    )
