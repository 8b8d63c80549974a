"""What may lead to a person in a note: masked or justified; before that, the right door offered."""

from __future__ import annotations

import secrets
from dataclasses import replace

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from ...accounts.permissions import ROLES
from ...pii.doors import doors
from ...pii.rules import mask
from ...problems import BadInputProblem
from ..models import Comment, CommunitySession, HandOff
from ..pii import KEPT_BECAUSE, justified, unsettled
from ..queries import find_comment
from .meetings import lock_open_session
from .writing import change_once, is_first_time, remember, store_words


def mask_personal(
    session: Session,
    session_id: str,
    comment_id: str,
    *,
    only: str | None = None,
    base: int | None = None,
    operation_id: str | None = None,
) -> Comment:
    """Put a mark in place of everything that looks personal and is not justified, or of `only` this.

    What was masked is in no earlier wording either: it cannot be brought back.
    """

    def put_marks(meeting: CommunitySession, comment: Comment) -> None:
        words = comment.words
        found = unsettled(words)
        current = words.current
        body, english = (
            mask(text, [one for one in found[field] if only in (None, text[one.start : one.end])])
            for field, text in (("body", current.body), ("english", current.english or ""))
        )
        masked = replace(current, body=body, english=english or None)
        if masked != current:
            store_words(meeting, comment, replace(words, current=masked, past=()), session)

    return change_once(session, session_id, comment_id, put_marks, base=base, operation_id=operation_id)


def keep_personal(
    session: Session,
    session_id: str,
    comment_id: str,
    *,
    reason: str,
    only: str | None = None,
    base: int | None = None,
    operation_id: str | None = None,
) -> Comment:
    """Say why what looks personal may stay: all that is not settled, or `only` this text."""
    if reason not in KEPT_BECAUSE:
        raise BadInputProblem(_("Choose a reason from the list."))

    def keep(meeting: CommunitySession, comment: Comment) -> None:
        store_words(meeting, comment, justified(comment.words, reason, only=only), session)

    return change_once(session, session_id, comment_id, keep, base=base, operation_id=operation_id)


def show_door(
    session: Session,
    session_id: str,
    comment_id: str,
    *,
    door: str,
    role: str,
    operation_id: str | None = None,
) -> Comment:
    """Note down that somebody was shown this door: which door, which session, which role. Not the note,
    not the words, not the time."""
    meeting = lock_open_session(session, session_id)
    comment = find_comment(session, session_id, comment_id)
    if door not in doors():
        raise BadInputProblem(_("Choose where to go from the list."))
    if role not in ROLES:
        raise ValueError(f"{role!r} is not a role; the roles are {', '.join(ROLES)}")
    if not is_first_time(session, operation_id) or door in comment.words.doors:
        return comment
    session.add(HandOff(id=secrets.token_hex(16), session_id=session_id, door=door, role=role))
    shown = (*comment.words.doors, door)
    store_words(meeting, comment, replace(comment.words, doors=shown), session)
    remember(session, comment, operation_id)
    return comment
