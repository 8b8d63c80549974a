"""Notes of a session: written down, changed, taken out, brought back, merged, split.

Every change can be sent again (`operation_id`) and says which revision it saw (`base`). A wording that
meets another one is kept beside it until a person chooses: nothing typed is ever overwritten. None of
this is in the audit log: its exact times would tell who spoke when.
"""

from __future__ import annotations

import secrets
from dataclasses import replace

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from ...problems import BadInputProblem, ConflictProblem
from ..models import TYPED, Comment, CommunitySession
from ..note_words import NoteWords, Wording
from ..pii import KEPT_BECAUSE, justified
from ..queries import find_comment
from ..text import clean_text
from .meetings import lock_open_session
from .writing import (
    change_once,
    check_id,
    checked_wording,
    is_first_time,
    place_after,
    place_at_end,
    remember,
    require_unchanged,
    store_words,
    touch,
)

#: What becomes of a wording that competes with another one.
TAKE_MINE, TAKE_THEIRS, KEEP_BOTH = "rival", "current", "both"


def add_comment(
    session: Session,
    session_id: str,
    *,
    body: str,
    language: str,
    english: str | None = None,
    prompt: str | None = None,
    speaker_group: str | None = None,
    comment_id: str | None = None,
    kept_because: str | None = None,
) -> Comment:
    """Write down a comment and suggest its themes.

    `comment_id` (32 hex digits made by the caller) makes a repeated request count once. `kept_because`
    justifies whatever looks personal in it. Raises ConflictProblem before the opening statement was
    read or after finalising.
    """
    meeting = lock_open_session(session, session_id)
    if meeting.opening_read_on is None:
        raise ConflictProblem(_("Read the opening statement to the room first, and confirm it."))
    if comment_id is not None:
        known = session.get(Comment, check_id(comment_id))
        if known is not None and known.session_id == session_id:
            return known
        if known is not None:
            raise BadInputProblem(_("We could not read that. Reload the page and try again."))
    wording = checked_wording(meeting, Wording(body, language, english, prompt, speaker_group))
    words = NoteWords(wording)
    if kept_because in KEPT_BECAUSE:
        words = justified(words, kept_because)
    place = place_at_end(session, session_id)
    comment = _new(session, meeting, comment_id or secrets.token_hex(16), words, place)
    remember(session, comment, comment_id)
    return comment


def change_comment(
    session: Session,
    session_id: str,
    comment_id: str,
    *,
    body: str,
    language: str,
    english: str | None = None,
    prompt: str | None = None,
    speaker_group: str | None = None,
    kept_because: str | None = None,
    base: int | None = None,
    operation_id: str | None = None,
) -> Comment:
    """Mend a comment; suggestions are made anew, a person's decision stays.

    When somebody else changed it since `base` (or took it out), both wordings stay, side by side.
    """
    meeting = lock_open_session(session, session_id)
    comment = find_comment(session, session_id, comment_id)
    wording = checked_wording(meeting, Wording(body, language, english, prompt, speaker_group))
    if not is_first_time(session, operation_id):
        return comment
    words = comment.words
    if (base is not None and base != comment.revision) or (base is None and comment.removed):
        words = words.with_rival(wording)
        comment.removed = 0
    else:
        words = words.changed_to(wording)
        if kept_because in KEPT_BECAUSE:
            words = justified(words, kept_because)
    store_words(meeting, comment, words, session)
    remember(session, comment, operation_id)
    return comment


def choose_wording(
    session: Session,
    session_id: str,
    comment_id: str,
    *,
    choice: str,
    base: int | None = None,
    operation_id: str | None = None,
) -> Comment:
    """Settle the first of the competing wordings: take it, keep the current one, or make it a note of
    its own. What is not taken can be brought back. Raises NoteChangedProblem when the note changed."""

    def choose(meeting: CommunitySession, comment: Comment) -> None:
        words = comment.words
        if not words.rivals or choice not in {TAKE_MINE, TAKE_THEIRS, KEEP_BOTH}:
            raise ConflictProblem(
                _("There is nothing to choose here any more. Look at the note again.")
            )
        rival, rest = words.rivals[0], replace(words, rivals=words.rivals[1:])
        if choice == TAKE_MINE:
            rest = rest.changed_to(rival)
        elif choice == TAKE_THEIRS:
            rest = rest.changed_to(rival).undone()
        else:
            place = place_after(session, comment)
            _new(session, meeting, _piece_id(comment_id, operation_id), NoteWords(rival), place)
        store_words(meeting, comment, rest, session)

    return change_once(session, session_id, comment_id, choose, base=base, operation_id=operation_id)


def undo_change(
    session: Session,
    session_id: str,
    comment_id: str,
    *,
    base: int | None = None,
    operation_id: str | None = None,
) -> Comment:
    """Bring back the wording before; once more brings the later one back."""

    def undo(meeting: CommunitySession, comment: Comment) -> None:
        store_words(meeting, comment, comment.words.undone(), session)

    return change_once(session, session_id, comment_id, undo, base=base, operation_id=operation_id)


def remove_comment(
    session: Session,
    session_id: str,
    comment_id: str,
    *,
    base: int | None = None,
    operation_id: str | None = None,
) -> Comment:
    """Take a comment out. It can come back until the session is finalised; then it is gone."""

    def remove(meeting: CommunitySession, comment: Comment) -> None:
        _take_out(meeting, comment, session)

    return change_once(session, session_id, comment_id, remove, base=base, operation_id=operation_id)


def restore_comment(
    session: Session, session_id: str, comment_id: str, *, operation_id: str | None = None
) -> Comment:
    """Bring a comment back that was taken out."""

    def restore(meeting: CommunitySession, comment: Comment) -> None:
        if comment.removed:
            comment.removed = 0
            touch(meeting, comment)

    return change_once(session, session_id, comment_id, restore, base=None, operation_id=operation_id)


def merge_comments(
    session: Session,
    session_id: str,
    comment_id: str,
    other_id: str,
    *,
    base: int | None = None,
    other_base: int | None = None,
    operation_id: str | None = None,
) -> Comment:
    """Put the words of `other_id` after those of `comment_id`, and take the other note out.

    Both can be brought back: the first by undoing, the other as a note that was taken out.
    """
    meeting = lock_open_session(session, session_id)
    comment = find_comment(session, session_id, comment_id)
    other = find_comment(session, session_id, other_id)
    if not is_first_time(session, operation_id):
        return comment
    require_unchanged(comment, base)
    require_unchanged(other, other_base)
    words, more = comment.words, other.words
    if comment is other or comment.removed or other.removed or words.rivals or more.rivals:
        raise ConflictProblem(_("These two notes cannot be put together. Look at them again."))
    first, second = words.current, more.current
    english = [one.english or (one.body if one.language == "en" else "") for one in (first, second)]
    joined = replace(
        first,
        body=f"{first.body}\n{second.body}",
        english="\n".join(english).strip() if first.english or second.english else None,
        prompt=first.prompt or second.prompt,
        speaker_group=first.speaker_group if first.speaker_group == second.speaker_group else None,
    )
    words = replace(words, kept={**more.kept, **words.kept})
    store_words(meeting, comment, words.changed_to(checked_wording(meeting, joined)), session)
    _take_out(meeting, other, session)
    remember(session, comment, operation_id)
    return comment


def split_comment(
    session: Session,
    session_id: str,
    comment_id: str,
    *,
    first: str,
    second: str,
    base: int | None = None,
    operation_id: str | None = None,
) -> tuple[Comment, Comment]:
    """Make two notes of one: `first` stays in its place, `second` comes right after it.

    The English beside it stays with the first: only a person can say where it divides.
    """
    meeting = lock_open_session(session, session_id)
    comment = find_comment(session, session_id, comment_id)
    piece_id = _piece_id(comment_id, operation_id)
    if not is_first_time(session, operation_id):
        return comment, find_comment(session, session_id, piece_id)
    require_unchanged(comment, base)
    words = comment.words
    if "".join((first + second).split()) != "".join(clean_text(words.current.body).split()):
        raise ConflictProblem(_("The two pieces are not this note any more. Look at it again."))
    left = checked_wording(meeting, replace(words.current, body=first))
    right = checked_wording(meeting, replace(words.current, body=second, english=None))
    place = place_after(session, comment)
    store_words(meeting, comment, words.changed_to(left), session)
    piece = _new(session, meeting, piece_id, NoteWords(right, kept=words.kept), place)
    remember(session, comment, operation_id)
    return comment, piece


def _new(
    session: Session, meeting: CommunitySession, comment_id: str, words: NoteWords, place: int
) -> Comment:
    comment = Comment(
        id=comment_id,
        session_id=meeting.id,
        source=TYPED,
        position=place,
        to_check=0,
        disputed=0,
        removed=0,
        decision=None,
    )
    session.add(comment)
    with session.no_autoflush:
        store_words(meeting, comment, words, session)
    session.flush()
    return comment


def _take_out(meeting: CommunitySession, comment: Comment, session: Session) -> None:
    if comment.sealed is None:  # a note of before notes were sealed
        store_words(meeting, comment, comment.words, session)
    comment.removed = 1
    touch(meeting, comment)


def _piece_id(comment_id: str, operation_id: str | None) -> str:
    """The id of a note that a change makes: the same when the change is sent again."""
    if operation_id is None:
        return secrets.token_hex(16)
    return f"{int(comment_id, 16) ^ int(operation_id, 16):032x}"
