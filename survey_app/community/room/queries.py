"""Reads about the room."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from flask_babel import gettext as _
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ...problems import NotFoundProblem
from ..models import Comment, CommunitySession
from ..note_keys import note_keys
from .models import ARRIVED, SHOWN, WAITING, RoomComment, RoomOutcome, SessionRoom


@dataclass(frozen=True)
class Said:
    """A comment of the room with its words."""

    id: str
    language: str
    body: str


@dataclass(frozen=True)
class Outcomes:
    """How many were shown, and how many rejected for which reason."""

    shown: int
    rejected: dict[str, int]

    @property
    def not_shown(self) -> int:
        return sum(self.rejected.values())


def find_open_room(session: Session, code: str) -> CommunitySession:
    """The session that residents join under this code; raises NotFoundProblem when it is not open."""
    query = (
        select(CommunitySession)
        .join(SessionRoom, SessionRoom.session_id == CommunitySession.id)
        .where(SessionRoom.code == code.lower(), SessionRoom.open)
    )
    meeting = session.scalars(query).first()
    if meeting is None or not meeting.is_open:
        raise NotFoundProblem(
            _("This page is closed. Tell the people who hold the session what you want to say.")
        )
    return meeting


def find_room(session: Session, session_id: str) -> SessionRoom | None:
    return session.get(SessionRoom, session_id)


def list_waiting(session: Session, session_id: str) -> list[Said]:
    """What waits for a decision, in an order that says nothing."""
    query = select(RoomComment).where(
        RoomComment.session_id == session_id, RoomComment.state == WAITING
    )
    rows = session.scalars(query.order_by(RoomComment.id))
    return [Said(one.id, one.language, open_words(session, one)) for one in rows]


def count_undecided(session: Session, session_id: str, *, arrived_only: bool = False) -> int:
    """Comments that no moderator has decided, or only those not handed over yet."""
    query = select(func.count()).select_from(RoomComment).where(RoomComment.session_id == session_id)
    if arrived_only:
        query = query.where(RoomComment.state == ARRIVED)
    return session.scalar(query) or 0


def list_shown(session: Session, session_id: str) -> list[Said]:
    """What the wall shows, in an order that says nothing."""
    query = (
        select(Comment)
        .join(RoomOutcome, RoomOutcome.comment_id == Comment.id)
        .where(
            RoomOutcome.session_id == session_id,
            RoomOutcome.outcome == SHOWN,
            Comment.removed == 0,
        )
        .order_by(Comment.id)
    )
    return [Said(one.id, one.language, one.body) for one in session.scalars(query)]


def count_outcomes(session: Session, session_id: str) -> Outcomes:
    query = select(RoomOutcome.reason).where(RoomOutcome.session_id == session_id)
    found = Counter(session.scalars(query))
    shown = found.pop(None, 0)
    return Outcomes(shown, {str(reason): count for reason, count in found.items()})


def open_words(session: Session, row: RoomComment) -> str:
    return note_keys(session).open(row.session_id, row.sealed).decode()
