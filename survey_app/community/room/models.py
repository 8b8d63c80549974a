"""Comments typed by residents in the room, until a moderator has decided; and what was decided.

No table has a time, a number in the order of coming, or anything of a phone. The words are sealed under
the session's own key like its notes (note_keys.py); a decision turns them into a note.
"""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from ...db import Base, table_options

#: Not yet shown to a moderator: it waits for others, so that nobody sees who just typed.
ARRIVED = "arrived"
WAITING = "waiting"
SHOWN, REJECTED = "shown", "rejected"
#: How many comments are handed to the moderator together, at least.
TOGETHER = 3
LONGEST = 1000
REASONS = ("person", "threat", "insult", "advert", "repeat")


class SessionRoom(Base):
    """The address under which residents join in, and whether it is open."""

    __tablename__ = "session_rooms"

    session_id: Mapped[str] = mapped_column(
        ForeignKey("community_sessions.id", ondelete="CASCADE"), primary_key=True
    )
    code: Mapped[str] = mapped_column(String(12), unique=True)
    open: Mapped[bool] = mapped_column(default=True)
    #: the question of the moment (agenda.py), which the wall and the phones show; None for none
    prompt: Mapped[str | None] = mapped_column(String(60))


class RoomComment(Base):
    """What a resident typed, before the decision."""

    __tablename__ = "room_comments"
    __table_args__ = (
        CheckConstraint("state IN ('arrived', 'waiting')", name="state"),
        table_options(),
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    session_id: Mapped[str] = mapped_column(
        ForeignKey("community_sessions.id", ondelete="CASCADE"), index=True
    )
    language: Mapped[str] = mapped_column(String(12))
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    state: Mapped[str] = mapped_column(String(10), default=ARRIVED)


class RoomOutcome(Base):
    """That a comment was shown, or rejected for a reason of the list. It stays when its note goes."""

    __tablename__ = "room_outcomes"
    __table_args__ = (
        CheckConstraint("outcome IN ('shown', 'rejected')", name="outcome"),
        CheckConstraint("(outcome = 'rejected') = (reason IS NOT NULL)", name="rejected_for_a_reason"),
        CheckConstraint(
            "reason IS NULL OR reason IN ('person', 'threat', 'insult', 'advert', 'repeat')",
            name="reason",
        ),
        table_options(),
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    session_id: Mapped[str] = mapped_column(
        ForeignKey("community_sessions.id", ondelete="CASCADE"), index=True
    )
    comment_id: Mapped[str | None] = mapped_column(ForeignKey("comments.id", ondelete="SET NULL"))
    outcome: Mapped[str] = mapped_column(String(10))
    reason: Mapped[str | None] = mapped_column(String(10))
