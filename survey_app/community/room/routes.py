"""Staff pages of the room: open it, show its QR code, decide what waits, close it."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from ...accounts.gate import require_staff
from ...db import get_session
from ...problems import BadInputProblem
from ..kinds import direction_of, spoken_languages
from ..note_chips import prompt_label
from ..queries import find_session
from ..views import load_session_view
from . import services
from .address import room_address, room_picture
from .models import REJECTED, SHOWN, TOGETHER
from .queries import count_outcomes, count_undecided, find_room, list_waiting
from .rules import REASON_LABELS

blueprint = Blueprint("moderation", __name__, url_prefix="/<lang>/staff/sessions/<session_id>/room")


@blueprint.route("", methods=["GET", "POST"])
def desk(session_id: str) -> ResponseReturnValue:
    """What waits; a decision is sent to the same page."""
    session = get_session()
    meeting = find_session(session, session_id)
    error = ""
    if request.method == "POST":
        try:
            _decide(session_id)
        except BadInputProblem as problem:
            session.rollback()
            error = problem.message
        else:
            session.commit()
            return redirect(url_for("moderation.desk", session_id=session_id), code=303)
    room = find_room(session, session_id)
    names = spoken_languages()
    outcomes = count_outcomes(session, session_id)
    return (
        render_template(
            "community/room/desk.html",
            view=load_session_view(session, meeting),
            room=room,
            questions=[(code, prompt_label(code)) for code in meeting.agenda],
            picture=room_picture(room.code) if room else "",
            address=room_address(room.code) if room else "",
            waiting=[
                (
                    one.id,
                    one.body,
                    one.language,
                    direction_of(one.language),
                    names.get(one.language, ""),
                )
                for one in list_waiting(session, session_id)
            ],
            arrived=count_undecided(session, session_id, arrived_only=True),
            together=TOGETHER,
            outcomes=outcomes,
            reasons=list(REASON_LABELS.items()),
            error=error,
            demo=meeting.demo,
        ),
        422 if error else 200,
    )


def _decide(session_id: str) -> None:
    """One comment by its own buttons, or all that are ticked."""
    only = request.form.get("only")
    ids = [only] if only else request.form.getlist("comment")
    reject = request.form.get("outcome") == REJECTED
    services.decide(
        get_session(),
        session_id,
        ids,
        outcome=REJECTED if reject else SHOWN,
        reason=request.form.get("reason"),
    )


@blueprint.post("/open")
def open_room(session_id: str) -> ResponseReturnValue:
    session = get_session()
    services.open_room(session, session_id, actor=require_staff())
    session.commit()
    return redirect(url_for("moderation.desk", session_id=session_id), code=303)


@blueprint.post("/question")
def ask(session_id: str) -> ResponseReturnValue:
    session = get_session()
    services.ask(session, session_id, request.form.get("prompt") or None, actor=require_staff())
    session.commit()
    return redirect(url_for("moderation.desk", session_id=session_id), code=303)


@blueprint.post("/close")
def close_room(session_id: str) -> ResponseReturnValue:
    session = get_session()
    services.close_room(session, session_id, actor=require_staff())
    session.commit()
    return redirect(url_for("moderation.desk", session_id=session_id), code=303)
