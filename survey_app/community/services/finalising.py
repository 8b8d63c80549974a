"""The end of a session: what may stay is written in the clear; the rest goes, and so does the key."""

from __future__ import annotations

import random

from flask_babel import gettext as _
from sqlalchemy import delete, event, select
from sqlalchemy.orm import Session

from ...accounts.audit import record
from ...accounts.models import StaffAccount
from ...jobs import now, request_job
from ...problems import ConflictProblem
from ..models import (
    DRAFT,
    FINALISED,
    Comment,
    CommunitySession,
    NoteOperation,
    StagedImport,
    ThemeSuggestion,
)
from ..note_keys import note_keys
from ..note_words import NoteWords
from ..pii import KEPT_BECAUSE, unsettled
from ..problems import NotSettledProblem
from ..room.queries import count_undecided, find_room
from .meetings import lock_open_session, lock_session
from .themes import SUGGEST_JOB, suggest_themes
from .writing import SPACING, store_words

#: From this many comments on their themes are read again by a job, so that finalising stays quick.
MANY = 1_000


def finalise(
    session: Session, session_id: str, *, actor: StaffAccount | None = None
) -> CommunitySession:
    """Close the notes of a session: keep the masked words, forget their order, earlier wordings and
    what was taken out, and destroy the key once the transaction is committed.

    Comments whose themes nobody decided stay as they are: theme work goes on afterwards. Raises
    ConflictProblem when the session is finalised already or not yet held, NotSettledProblem while a
    note may lead to a person or has two wordings.
    """
    meeting = lock_open_session(session, session_id)
    destroy_left_keys(session)
    if meeting.held_on > now().date():
        raise ConflictProblem(_("This session has not been held yet. Check its date."))
    _require_quiet_room(session, session_id)
    session.execute(delete(Comment).where(Comment.session_id == session_id, Comment.removed == 1))
    comments = list(session.scalars(select(Comment).where(Comment.session_id == session_id)))
    _require_settled(comments)
    later = len(comments) > MANY
    for comment in comments:
        _write_plainly(comment, read_themes=not later)
    if later:
        _read_themes_later(session, session_id)
    for table in (NoteOperation, StagedImport):
        session.execute(delete(table).where(table.session_id == session_id))
    meeting.state, meeting.finalised_on, meeting.notes_revision = FINALISED, now().date(), 0
    record(
        session,
        actor=actor,
        action="session.finalise",
        subject=meeting.id,
        detail={"comments": len(comments)},
    )
    session.flush()
    _destroy_key_after_commit(session, session_id)
    return meeting


def reopen(session: Session, session_id: str, *, actor: StaffAccount | None = None) -> CommunitySession:
    """Open a finalised session again, to mend what was overlooked. Its words are sealed under a new
    key, in an order that says nothing. Published reports stay."""
    meeting = lock_session(session, session_id)
    if meeting.is_open:
        raise ConflictProblem(_("This session is open already."))
    note_keys(session).destroy(session_id)
    meeting.state, meeting.finalised_on = DRAFT, None
    comments = list(session.scalars(select(Comment).where(Comment.session_id == session_id)))
    random.SystemRandom().shuffle(comments)
    for place, comment in enumerate(comments, start=1):
        words = comment.words
        if comment.kept_because:
            words = _all_kept(words, comment.kept_because)
        store_words(meeting, comment, words, session)
        comment.position = place * SPACING
        for one in comment.suggestions:
            one.why = []
    record(session, actor=actor, action="session.reopen", subject=meeting.id)
    session.flush()
    return meeting


def destroy_left_keys(session: Session) -> int:
    """Destroy keys of finalised sessions, which a crash after the commit may have left; how many."""
    keys = note_keys(session)
    finalised = session.scalars(select(CommunitySession.id).where(CommunitySession.state == FINALISED))
    left = keys.kept() & set(finalised)
    for session_id in left:
        keys.destroy(session_id)
    return len(left)


def _require_quiet_room(session: Session, session_id: str) -> None:
    room = find_room(session, session_id)
    if (room is not None and room.open) or count_undecided(session, session_id):
        raise ConflictProblem(
            _("Close the page for residents first, and decide every comment that waits there.")
        )


def _require_settled(comments: list[Comment]) -> None:
    to_check = sum(any(unsettled(one.words).values()) for one in comments)
    disputed = sum(bool(one.words.rivals) for one in comments)
    if to_check or disputed:
        raise NotSettledProblem(to_check=to_check, disputed=disputed)


def _write_plainly(comment: Comment, *, read_themes: bool) -> None:
    words = comment.words
    comment.plain_body, comment.plain_english = words.current.body, words.current.english
    reasons = set(_reasons_used(words))
    comment.kept_because = next((one for one in KEPT_BECAUSE if one in reasons), None)
    comment.sealed = comment.position = comment.revision = None
    comment.to_check = comment.disputed = comment.removed = 0
    if read_themes and comment.read_with_version is not None:
        suggest_themes(comment, words.current)


def _reasons_used(words: NoteWords) -> list[str]:
    said = f"{words.current.body}\n{words.current.english or ''}"
    return [reason for text, reason in words.kept.items() if text in said]


def _all_kept(words: NoteWords, reason: str) -> NoteWords:
    texts = {"body": words.current.body, "english": words.current.english or ""}
    kept = {
        texts[field][one.start : one.end]: reason
        for field, findings in unsettled(words).items()
        for one in findings
    }
    return NoteWords(words.current, kept=kept)


def _read_themes_later(session: Session, session_id: str) -> None:
    of_session = select(Comment.id).where(Comment.session_id == session_id)
    session.execute(delete(ThemeSuggestion).where(ThemeSuggestion.comment_id.in_(of_session)))
    for comment in session.scalars(select(Comment).where(Comment.session_id == session_id)):
        comment.read_with_version = None
    request_job(
        session,
        kind=SUGGEST_JOB,
        arguments={"session_id": session_id},
        unique_key=f"{SUGGEST_JOB}:{session_id}",
    )


def _destroy_key_after_commit(session: Session, session_id: str) -> None:
    """Not before: if the transaction fails, the notes are still sealed and still need it."""
    keys = note_keys(session)
    waiting = {session_id}

    def destroy(_session: Session) -> None:
        if waiting:
            keys.destroy(session_id)

    def forget(_session: Session) -> None:
        waiting.clear()

    event.listen(session, "after_commit", destroy, once=True)
    event.listen(session, "after_rollback", forget, once=True)
