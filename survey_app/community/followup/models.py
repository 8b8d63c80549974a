"""Commitments with their history, and summaries that a second person approved."""

from __future__ import annotations

from datetime import date

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ...db import Base

OPEN, UNDER_WAY, KEPT, DROPPED = "open", "under_way", "kept", "dropped"
LONGEST_SUMMARY = 6000
LONGEST_PROMISE = 500
_STATES = "state IN ('open', 'under_way', 'kept', 'dropped')"


class Commitment(Base):
    """What an agency promised because of what was said: at a session, because of a theme, or both.

    `words` maps a language to the promise in it; English is always there.
    """

    __tablename__ = "commitments"
    __table_args__ = (
        CheckConstraint("session_id IS NOT NULL OR theme IS NOT NULL", name="has_its_reason"),
        CheckConstraint("owner <> ''", name="has_its_owner"),
        CheckConstraint("due_on >= made_on", name="due_after_made"),
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    session_id: Mapped[str | None] = mapped_column(ForeignKey("community_sessions.id"), index=True)
    theme: Mapped[str | None] = mapped_column(String(60))
    words: Mapped[dict[str, str]] = mapped_column(JSON)
    #: the agency that answers for it, never a person
    owner: Mapped[str] = mapped_column(String(120))
    made_on: Mapped[date] = mapped_column(index=True)
    due_on: Mapped[date]
    demo: Mapped[bool] = mapped_column(default=False)
    steps: Mapped[list[CommitmentStep]] = relationship(order_by="CommitmentStep.number")


class CommitmentStep(Base):
    """What was said about a commitment on a day: the public history. Triggers refuse any change."""

    __tablename__ = "commitment_steps"
    __table_args__ = (
        CheckConstraint(_STATES, name="state"),
        UniqueConstraint("commitment_id", "number"),
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    commitment_id: Mapped[str] = mapped_column(ForeignKey("commitments.id"))
    number: Mapped[int]
    happened_on: Mapped[date]
    state: Mapped[str] = mapped_column(String(10))
    note: Mapped[str] = mapped_column(String(LONGEST_PROMISE), default="")
    role: Mapped[str] = mapped_column(String(20))


class SessionSummary(Base):
    """What the public reads about a session, in one language; public once a second person approved."""

    __tablename__ = "session_summaries"
    __table_args__ = (
        CheckConstraint("body <> ''", name="body"),
        CheckConstraint("approved_by IS NULL OR approved_by <> written_by", name="second_person"),
        CheckConstraint("(approved_by IS NULL) = (approved_on IS NULL)", name="approved_has_its_day"),
    )

    session_id: Mapped[str] = mapped_column(ForeignKey("community_sessions.id"), primary_key=True)
    language: Mapped[str] = mapped_column(String(12), primary_key=True)
    body: Mapped[str] = mapped_column(String(LONGEST_SUMMARY))
    #: why something that looks like personal data was left in
    kept_because: Mapped[str | None] = mapped_column(String(20))
    written_by: Mapped[str] = mapped_column(String(36))
    approved_by: Mapped[str | None] = mapped_column(String(36))
    approved_on: Mapped[date | None]
