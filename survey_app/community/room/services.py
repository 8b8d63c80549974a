"""Writes about the room: opened, a comment sent, handed to the moderator, decided, closed."""

from __future__ import annotations

import hashlib
import random
import secrets
from collections.abc import Sequence
from datetime import timedelta

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from ...accounts.audit import record
from ...accounts.models import StaffAccount
from ...i18n import offered
from ...problems import BadInputProblem, ConflictProblem, TooManyProblem
from ...survey.services.receipts import write_receipt
from ..models import CommunitySession
from ..note_keys import note_keys
from ..pii import find_personal, mask_personal
from ..services.comments import add_comment
from ..services.meetings import lock_open_session
from ..text import clean_text
from .models import (
    ARRIVED,
    LONGEST,
    REASONS,
    REJECTED,
    SHOWN,
    TOGETHER,
    WAITING,
    RoomComment,
    RoomOutcome,
    SessionRoom,
)
from .problems import LeadsToPersonProblem
from .queries import count_undecided, find_open_room, find_room, open_words

#: Undecided comments that a room holds: then the moderator works first. One for all, because a room
#: sits behind one address, and nobody's address is known here.
MOST_UNDECIDED = 300
#: A comment sent again within this time counts once.
_RECEIPT_LIFE = timedelta(days=2)
_SIGNS = "23456789abcdefghjkmnpqrstuvwxyz"


def open_room(session: Session, session_id: str, *, actor: StaffAccount | None = None) -> SessionRoom:
    """Let residents join in. Raises ConflictProblem before the opening statement was read."""
    meeting = lock_open_session(session, session_id)
    if meeting.opening_read_on is None:
        raise ConflictProblem(_("Read the opening statement to the room first, and confirm it."))
    room = find_room(session, session_id)
    if room is None:
        code = "".join(secrets.choice(_SIGNS) for _sign in range(6))
        room = SessionRoom(session_id=session_id, code=code, prompt=next(iter(meeting.agenda), None))
        session.add(room)
    room.open = True
    # A reading page cannot make the key that its first comment is sealed under.
    note_keys(session).seal(session_id, b"")
    session.flush()
    record(session, actor=actor, action="room.open", subject=session_id)
    return room


def ask(
    session: Session, session_id: str, prompt: str | None, *, actor: StaffAccount | None = None
) -> None:
    """Put a question of the session's agenda on the wall, or none. What comes in is not tied to it: a
    comment then told when it was written. Raises BadInputProblem for a question of another session."""
    meeting = lock_open_session(session, session_id)
    room = find_room(session, session_id)
    if room is None or (prompt is not None and prompt not in meeting.agenda):
        raise BadInputProblem(_("Choose the question from the list."))
    room.prompt = prompt
    record(session, actor=actor, action="room.ask", subject=session_id, detail={"prompt": prompt})


def close_room(session: Session, session_id: str, *, actor: StaffAccount | None = None) -> None:
    """Take no more comments; those that waited for others are handed to the moderator."""
    lock_open_session(session, session_id)
    room = find_room(session, session_id)
    if room is not None and room.open:
        room.open = False
        _hand_over(session, session_id, at_least=1)
        record(session, actor=actor, action="room.close", subject=session_id)


def send_comment(
    session: Session,
    code: str,
    *,
    form_id: str,
    body: str,
    language: str,
    mask: bool = False,
    guardian_agreed: bool = False,
) -> None:
    """Take a resident's comment. The same form sent again counts once.

    Raises NotFoundProblem when the room is closed, LeadsToPersonProblem where it may lead to a person
    and `mask` was not asked for, BadInputProblem, TooManyProblem.
    """
    meeting = find_open_room(session, code)
    meeting = lock_open_session(session, meeting.id)
    body = clean_text(body)
    if not body:
        raise BadInputProblem(_("Write what you want to say."))
    if len(body) > LONGEST:
        raise BadInputProblem(_("Shorten it to %(count)s characters.", count=LONGEST))
    if language not in offered():
        raise BadInputProblem(_("Choose the language of the comment from the list."))
    if meeting.youth and not guardian_agreed:
        raise BadInputProblem(_("If you are under 18, ask a parent or guardian first."))
    found = find_personal(body, language)
    if found and not mask:
        raise LeadsToPersonProblem(found)
    receipt = hashlib.blake2b(form_id.encode(), digest_size=32, person=b"room-receipt").hexdigest()
    if not write_receipt(session, receipt, _RECEIPT_LIFE):
        return
    if count_undecided(session, meeting.id) >= MOST_UNDECIDED:
        raise TooManyProblem(
            _("Many comments wait already. Try again in a few minutes, or tell the facilitator.")
        )
    _keep(session, meeting, mask_personal(body, language), language, ARRIVED)
    session.flush()
    _hand_over(session, meeting.id, at_least=TOGETHER)


def _keep(
    session: Session, meeting: CommunitySession, body: str, language: str, state: str
) -> RoomComment:
    sealed = note_keys(session).seal(meeting.id, body.encode())
    row = RoomComment(
        id=secrets.token_hex(16),
        session_id=meeting.id,
        language=language,
        sealed=sealed,
        state=state,
    )
    session.add(row)
    return row


def _hand_over(session: Session, session_id: str, *, at_least: int) -> None:
    """Give the moderator what arrived, shuffled, under other ids: neither the table nor the screen
    tells in which order it came."""
    query = select(RoomComment).where(
        RoomComment.session_id == session_id, RoomComment.state == ARRIVED
    )
    rows = list(session.scalars(query))
    if len(rows) < at_least:
        return
    random.SystemRandom().shuffle(rows)
    meeting = session.get(CommunitySession, session_id)
    assert meeting is not None  # noqa: S101 - its comments are here
    for row in rows:
        _keep(session, meeting, open_words(session, row), row.language, WAITING)
        session.delete(row)
        session.flush()


def decide(
    session: Session, session_id: str, ids: Sequence[str], *, outcome: str, reason: str | None = None
) -> int:
    """Show comments or reject them for a reason of the list; either way each becomes a note and is
    coded. How many there were: what somebody else decided before is passed over.

    Not in the audit log, whose exact times would tell who typed when.
    """
    lock_open_session(session, session_id)
    if outcome not in {SHOWN, REJECTED}:
        raise BadInputProblem(_("Choose to show it or to reject it."))
    if outcome == REJECTED and reason not in REASONS:
        raise BadInputProblem(_("Choose the reason from the list."))
    query = select(RoomComment).where(
        RoomComment.session_id == session_id,
        RoomComment.state == WAITING,
        RoomComment.id.in_(list(ids)),
    )
    rows = list(session.scalars(query.with_for_update()))
    random.SystemRandom().shuffle(rows)
    for row in rows:
        comment = add_comment(session, session_id, body=open_words(session, row), language=row.language)
        session.add(
            RoomOutcome(
                id=secrets.token_hex(16),
                session_id=session_id,
                comment_id=comment.id,
                outcome=outcome,
                reason=reason if outcome == REJECTED else None,
            )
        )
        session.delete(row)
        session.flush()
    return len(rows)
