"""What every change of a note has in common: made once, numbered, sealed, checked, read for themes."""

from __future__ import annotations

import re
from collections.abc import Callable

from flask_babel import gettext as _
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ...problems import BadInputProblem
from ..kinds import spoken_languages
from ..models import LONGEST_COMMENT, Comment, CommunitySession, NoteOperation
from ..note_chips import SPEAKER_GROUPS, prompt_codes
from ..note_keys import note_keys
from ..note_words import NoteWords, Wording
from ..pii import unsettled
from ..problems import NoteChangedProblem
from ..queries import find_comment
from ..text import clean_text
from .meetings import lock_open_session
from .themes import suggest_themes

_ID = re.compile(r"[0-9a-f]{32}")
#: Between the places of two notes, so that a piece split off fits between them.
SPACING = 1024


def check_id(text: str) -> str:
    """An id that a device made: 32 hexadecimal digits. Raises BadInputProblem."""
    if not _ID.fullmatch(text):
        raise BadInputProblem(_("We could not read that. Reload the page and try again."))
    return text


def is_first_time(session: Session, operation_id: str | None) -> bool:
    """Whether this change was not made yet."""
    return operation_id is None or session.get(NoteOperation, check_id(operation_id)) is None


def remember(session: Session, comment: Comment, operation_id: str | None) -> None:
    """That this change was made, and the revision of the note that it made; ends the change."""
    session.flush()
    if operation_id is not None:
        session.add(
            NoteOperation(
                id=operation_id,
                session_id=comment.session_id,
                comment_id=comment.id,
                revision=comment.revision or 0,
            )
        )
        session.flush()


def checked_wording(meeting: CommunitySession, wording: Wording) -> Wording:
    """The wording in the form in which it is kept. Raises BadInputProblem with what to do."""
    body, english = clean_text(wording.body), clean_text(wording.english or "") or None
    if not body:
        raise BadInputProblem(_("Write what was said."))
    if max(len(body), len(english or "")) > LONGEST_COMMENT:
        raise BadInputProblem(
            _("A comment has at most %(count)s characters. Split it in two.", count=LONGEST_COMMENT)
        )
    if wording.language not in spoken_languages():
        raise BadInputProblem(_("Choose the language of the comment from the list."))
    prompt, group = wording.prompt or None, wording.speaker_group or None
    if prompt is not None and prompt not in prompt_codes(meeting):
        raise BadInputProblem(_("Choose the question from the list."))
    if group is not None and group not in SPEAKER_GROUPS:
        raise BadInputProblem(_("Choose who spoke from the list."))
    return Wording(body, wording.language, None if wording.language == "en" else english, prompt, group)


def require_unchanged(comment: Comment, base: int | None) -> None:
    """Raises NoteChangedProblem when somebody changed the note since `base`, the revision that was
    seen. None is a form without script: it says nothing about what it saw."""
    if base is not None and comment.revision != base:
        raise NoteChangedProblem()


def change_once(
    session: Session,
    session_id: str,
    comment_id: str,
    change: Callable[[CommunitySession, Comment], object],
    *,
    base: int | None,
    operation_id: str | None,
) -> Comment:
    """Make `change` to a comment of an open session, unless this operation was made before.

    Raises ConflictProblem after finalising, NotFoundProblem, NoteChangedProblem (see
    `require_unchanged`), and whatever `change` raises; then nothing is remembered.
    """
    meeting = lock_open_session(session, session_id)
    comment = find_comment(session, session_id, comment_id)
    if is_first_time(session, operation_id):
        require_unchanged(comment, base)
        change(meeting, comment)
        remember(session, comment, operation_id)
    return comment


def store_words(
    meeting: CommunitySession, comment: Comment, words: NoteWords, session: Session
) -> None:
    """Seal the words, number the change, count what is to be checked; read for themes what changed."""
    before = comment.words.current if comment.sealed or comment.plain_body else None
    now = words.current
    comment.language, comment.prompt, comment.speaker_group = (
        now.language,
        now.prompt,
        now.speaker_group,
    )
    comment.sealed = note_keys(session).seal(meeting.id, words.to_bytes())
    comment.plain_body = comment.plain_english = comment.kept_because = None
    comment.to_check = sum(len(found) for found in unsettled(words).values())
    comment.disputed = int(bool(words.rivals))
    touch(meeting, comment)
    if before is None or (before.body, before.language, before.english) != (
        now.body,
        now.language,
        now.english,
    ):
        suggest_themes(comment, now)


def touch(meeting: CommunitySession, comment: Comment) -> None:
    meeting.notes_revision += 1
    comment.revision = meeting.notes_revision


def place_at_end(session: Session, session_id: str) -> int:
    last = session.scalar(select(func.max(Comment.position)).where(Comment.session_id == session_id))
    return (last or 0) + SPACING


def place_after(session: Session, comment: Comment) -> int:
    """A place between this note and the one after it; the same place when there is no room."""
    here = comment.position or 0
    following = session.scalar(
        select(func.min(Comment.position)).where(
            Comment.session_id == comment.session_id, Comment.position > here
        )
    )
    return (here + following) // 2 if following is not None else here + SPACING
