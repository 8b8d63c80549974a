"""Series of sessions, and counts from voluntary cards. No row stands for a person."""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from ...db import Base

#: What a voluntary card asks; each is counted by itself, no two together.
TRAITS = ("age", "race", "language", "district")


class SessionSeries(Base):
    """Sessions that belong together. With `months`, one is owed in every period of so many months
    from `starts_on` on, until `ends_on`."""

    __tablename__ = "session_series"
    __table_args__ = (
        CheckConstraint("months IS NULL OR months IN (1, 2, 3, 4, 6, 12)", name="months"),
        CheckConstraint("name <> ''", name="name"),
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    name: Mapped[str] = mapped_column(String(120))
    kind: Mapped[str] = mapped_column(String(40))
    months: Mapped[int | None]
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]
    #: where the duty is written down: a plan, a decree, a resolution
    source: Mapped[str] = mapped_column(String(300), default="")
    demo: Mapped[bool] = mapped_column(default=False)


class AttendanceCount(Base):
    """How many cards of a session had this code ticked for this trait."""

    __tablename__ = "attendance_counts"
    __table_args__ = (
        CheckConstraint("trait IN ('age', 'race', 'language', 'district')", name="trait"),
        CheckConstraint("people >= 0", name="people"),
    )

    session_id: Mapped[str] = mapped_column(
        ForeignKey("community_sessions.id", ondelete="CASCADE"), primary_key=True
    )
    trait: Mapped[str] = mapped_column(String(10), primary_key=True)
    code: Mapped[str] = mapped_column(String(12), primary_key=True)
    people: Mapped[int]
