"""How many were asked, and what was published: a published result cannot be changed."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from ..db import Base


class SeriesReach(Base):
    """What the answers of a wave came from: events held and people there, as staff counted them."""

    __tablename__ = "series_reach"
    __table_args__ = (
        CheckConstraint("events IS NULL OR events >= 0", name="events"),
        CheckConstraint("people IS NULL OR people > 0", name="people"),
    )

    wave_id: Mapped[str] = mapped_column(ForeignKey("waves.id"), primary_key=True)
    events: Mapped[int | None]
    people: Mapped[int | None]


class SeriesResult(Base):
    """A published result of a wave; a later number corrects the one before. Triggers refuse changes."""

    __tablename__ = "series_results"
    __table_args__ = (
        CheckConstraint("number > 0", name="number"),
        CheckConstraint("number = 1 OR correction <> ''", name="correction_says_what"),
    )

    wave_id: Mapped[str] = mapped_column(ForeignKey("waves.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    document: Mapped[dict[str, Any]] = mapped_column(JSON)
    sha256: Mapped[str] = mapped_column(String(64))
    published_by: Mapped[str | None] = mapped_column(String(36))
    published_on: Mapped[date]
    correction: Mapped[str] = mapped_column(String(500), default="")
