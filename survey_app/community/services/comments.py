"""Comments of a session: written down, mended, taken out.

None of this is in the audit log: its exact times would tell who spoke when.
"""

from __future__ import annotations

import re
import secrets

from flask_babel import gettext as _
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ...problems import BadInputProblem, ConflictProblem
from ..kinds import spoken_languages
from ..models import LONGEST_COMMENT, TYPED, Comment
from ..pii import KEPT_BECAUSE, find_personal
from ..problems import PersonalDataProblem
from ..queries import find_comment
from ..text import clean_text
from .meetings import lock_open_session
from .themes import suggest_themes

_ID = re.compile(r"[0-9a-f]{32}")


def add_comment(
    session: Session,
    session_id: str,
    *,
    body: str,
    language: str,
    english: str | None = None,
    comment_id: str | None = None,
    kept_because: str | None = None,
) -> Comment:
    """Write down a comment and suggest its themes.

    `comment_id` (32 hex digits made by the caller) makes a repeated request count once. Raises
    ConflictProblem before the opening statement was read or after finalising, PersonalDataProblem
    when something in it may lead to a person and `kept_because` does not say why it can stay.
    """
    meeting = lock_open_session(session, session_id)
    if meeting.opening_read_on is None:
        raise ConflictProblem(_("Read the opening statement to the room first, and confirm it."))
    if comment_id is not None:
        if not _ID.fullmatch(comment_id):
            raise BadInputProblem(_("We could not read that. Reload the page and try again."))
        known = session.get(Comment, comment_id)
        if known is not None and known.session_id == session_id:
            return known
        if known is not None:
            raise BadInputProblem(_("We could not read that. Reload the page and try again."))
    comment = Comment(
        id=comment_id or secrets.token_hex(16),
        session_id=session_id,
        source=TYPED,
        position=_next_position(session, session_id),
        decision=None,
    )
    _write(comment, body=body, language=language, english=english, kept_because=kept_because)
    session.add(comment)
    session.flush()
    return comment


def change_comment(
    session: Session,
    session_id: str,
    comment_id: str,
    *,
    body: str,
    language: str,
    english: str | None = None,
    kept_because: str | None = None,
) -> Comment:
    """Mend a comment; suggestions are made anew, a person's decision stays. Raises as add_comment."""
    lock_open_session(session, session_id)
    comment = find_comment(session, session_id, comment_id)
    _write(comment, body=body, language=language, english=english, kept_because=kept_because)
    session.flush()
    return comment


def delete_comment(session: Session, session_id: str, comment_id: str) -> None:
    lock_open_session(session, session_id)
    session.delete(find_comment(session, session_id, comment_id))
    session.flush()


def _next_position(session: Session, session_id: str) -> int:
    last = session.scalar(select(func.max(Comment.position)).where(Comment.session_id == session_id))
    return (last or 0) + 1


def _write(
    comment: Comment, *, body: str, language: str, english: str | None, kept_because: str | None
) -> None:
    body, english = clean_text(body), clean_text(english or "") or None
    if not body:
        raise BadInputProblem(_("Write what was said."))
    if max(len(body), len(english or "")) > LONGEST_COMMENT:
        raise BadInputProblem(
            _("A comment has at most %(count)s characters. Split it in two.", count=LONGEST_COMMENT)
        )
    if language not in spoken_languages():
        raise BadInputProblem(_("Choose the language of the comment from the list."))
    if language == "en":
        english = None
    found = {"body": find_personal(body, language), "english": find_personal(english or "", "en")}
    if any(found.values()):
        if kept_because not in KEPT_BECAUSE:
            raise PersonalDataProblem(found)
    else:
        kept_because = None
    comment.body, comment.english, comment.language = body, english, language
    comment.kept_because = kept_because
    suggest_themes(comment)
