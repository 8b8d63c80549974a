"""That a reader of a language read our words, and what they changed."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import JSON, CheckConstraint, String
from sqlalchemy.orm import Mapped, mapped_column

from ..db import Base

INSTRUMENT, INTERFACE = "instrument", "interface"
DOMAINS = (INSTRUMENT, INTERFACE)


class LanguageReview(Base):
    """One reviewed catalogue as it came back. Triggers refuse changes: a later review is a new row.

    `messages` maps a key (context, U+0004, English; or English alone) to the words that were read:
    a text, or a list of plural forms. `changes` holds what differed from the words shown before.
    """

    __tablename__ = "language_reviews"
    __table_args__ = (CheckConstraint("domain IN ('instrument', 'interface')", name="domain"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    #: counts up, so that the last one is known even when two came on one day
    number: Mapped[int] = mapped_column(unique=True)
    language: Mapped[str] = mapped_column(String(12), index=True)
    domain: Mapped[str] = mapped_column(String(12))
    reviewed_by: Mapped[str] = mapped_column(String(200))
    reviewed_on: Mapped[date]
    recorded_on: Mapped[date]
    sha256: Mapped[str] = mapped_column(String(64))
    messages: Mapped[dict[str, Any]] = mapped_column(JSON)
    changes: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
