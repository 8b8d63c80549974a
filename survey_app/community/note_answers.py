"""Answers for the script of the capture screen: cards that changed, as JSON."""

from __future__ import annotations

from flask import jsonify, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import ngettext
from sqlalchemy.orm import Session

from ..problems import BadInputProblem, ConflictProblem
from .models import Comment, CommunitySession, NoteOperation
from .problems import NoteChangedProblem
from .queries import MOST_CHANGED, count_progress, list_changed
from .views import load_session_view, view_comment


def refused(problem: BadInputProblem) -> ResponseReturnValue:
    """What a person can mend."""
    return jsonify(error=problem.message), 422


def changes_since(
    session: Session,
    meeting: CommunitySession,
    *,
    operation_id: str | None = None,
    error: ConflictProblem | None = None,
    status: int = 200,
) -> ResponseReturnValue:
    """What a device does not know yet: cards changed since the revision it says, how many there are.

    `made` is the revision that its own change made, also when it was sent before: what the device
    sends next builds on that one, not on what others made of the note since.
    """
    since = request.values.get("since", 0, type=int)
    known = session.get(NoteOperation, operation_id) if operation_id else None
    answer: dict[str, object] = {
        "open": meeting.is_open,
        "revision": meeting.notes_revision,
        "made": known.revision if known else None,
        "cards": [],
        "error": error.message if error else "",
        "changed": isinstance(error, NoteChangedProblem),
    }
    if meeting.is_open:
        changed = list_changed(session, meeting.id, since=since)
        answer["cards"] = [_card_of(session, meeting, one) for one in changed]
        answer["count"] = _count_text(session, meeting)
        if changed and len(changed) == MOST_CHANGED:
            answer["revision"] = changed[-1].revision
    return jsonify(answer), status


def _card_of(session: Session, meeting: CommunitySession, comment: Comment) -> dict[str, object]:
    removed = bool(comment.removed)
    return {
        "id": comment.id,
        "revision": comment.revision,
        "position": comment.position,
        "disputed": bool(comment.disputed),
        "html": "" if removed else _card_html(session, meeting, comment),
    }


def _card_html(session: Session, meeting: CommunitySession, comment: Comment) -> str:
    return render_template(
        "community/parts/comment.html",
        view=load_session_view(session, meeting),
        comment=view_comment(comment, is_open=meeting.is_open),
    )


def _count_text(session: Session, meeting: CommunitySession) -> str:
    count = count_progress(session, [meeting.id])[meeting.id].comments
    return str(ngettext("%(num)s comment", "%(num)s comments", count))


def one_card(session: Session, meeting: CommunitySession, comment: Comment) -> ResponseReturnValue:
    """A comment whose themes were decided."""
    return jsonify(html=_card_html(session, meeting, comment))
