"""Public pages: sessions to come and past, what was said there, and what was done about it."""

from __future__ import annotations

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from analysis.suppression import PRIVACY_FLOOR

from ...db import get_session
from ...i18n import current_language
from ...jobs import now
from ..kinds import direction_of, spoken_languages
from ..queries import Progress
from ..schedule.cards import card, shown_counts
from ..schedule.queries import attendance_of, list_schedule
from ..schedule.views import view_schedule
from ..views import view_session
from .queries import (
    all_commitments,
    commitments_of,
    find_commitment,
    find_past,
    is_public,
    list_coming,
    list_past,
    list_summaries,
)
from .views import view_commitment, view_kept

blueprint = Blueprint("meetings", __name__, url_prefix="/<lang>")

_NOTHING = Progress(0, 0, 0)


@blueprint.get("/sessions")
def index() -> ResponseReturnValue:
    session, today = get_session(), now().date()
    coming, past = list_coming(session, today=today), list_past(session)
    schedule = [view_schedule(one) for one in list_schedule(session, today=today)]
    return render_template(
        "community/public/sessions.html",
        coming=[view_session(one, _NOTHING) for one in coming],
        past=[view_session(one, _NOTHING) for one in past],
        schedule=[one for one in schedule if one.periods],
        demo=any(one.demo for one in (*coming, *past)) or any(one.demo for one in schedule),
    )


@blueprint.get("/sessions/<session_id>")
def session(session_id: str) -> ResponseReturnValue:
    database = get_session()
    meeting = find_past(database, session_id)
    summaries = list_summaries(database, session_id)
    public = is_public(meeting, summaries)
    counts = attendance_of(database, session_id)
    code = current_language().code
    spoken = [one for one in (code, *meeting.languages) if one in meeting.languages]
    shown = spoken[0] if public else ""
    attendance = meeting.attendance
    return render_template(
        "community/public/session.html",
        view=view_session(meeting, _NOTHING),
        attendance=attendance if attendance is not None and attendance >= PRIVACY_FLOOR else None,
        few=attendance is not None and 0 < attendance < PRIVACY_FLOOR,
        summary=summaries[shown].body if shown else "",
        spoken=shown or code,
        direction=direction_of(shown or code),
        others=[
            (one, spoken_languages()[one]) for one in dict.fromkeys(spoken) if public and one != shown
        ],
        came=[
            (trait.title, shown_counts(trait, counts[trait.id]))
            for trait in card()
            if counts.get(trait.id)
        ],
        commitments=view_kept(commitments_of(database, session_id, as_of=now().date())),
        demo=meeting.demo,
    )


@blueprint.get("/commitments")
def commitments() -> ResponseReturnValue:
    found = all_commitments(get_session(), as_of=now().date())
    return render_template("community/public/commitments.html", view=view_kept(found), demo=found.demo)


@blueprint.get("/commitments/<commitment_id>")
def commitment(commitment_id: str) -> ResponseReturnValue:
    found = find_commitment(get_session(), commitment_id)
    return render_template(
        "community/public/commitment.html",
        item=view_commitment(found, as_of=now().date()),
        demo=found.demo,
    )
