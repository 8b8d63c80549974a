"""Legal holds: that records must be kept although the schedule would erase them."""

from __future__ import annotations

from datetime import date

from sqlalchemy import JSON, CheckConstraint, String
from sqlalchemy.orm import Mapped, mapped_column

from ..db import Base


class LegalHold(Base):
    """Who asked for it, why, since when, and what it keeps. Lifted, it stays as a record."""

    __tablename__ = "legal_holds"
    __table_args__ = (
        CheckConstraint("matter <> ''", name="matter"),
        CheckConstraint("length(reason) >= 20", name="reason"),
        CheckConstraint("(lifted_on IS NULL) = (lifted_by IS NULL)", name="lifted_by_somebody"),
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    #: the matter or the request that it belongs to, as counsel names it; no resident's name
    matter: Mapped[str] = mapped_column(String(120))
    reason: Mapped[str] = mapped_column(String(600))
    #: ids of kinds in retention.toml
    kinds: Mapped[list[str]] = mapped_column(JSON)
    placed_by: Mapped[str] = mapped_column(String(36))
    placed_on: Mapped[date]
    lifted_by: Mapped[str | None] = mapped_column(String(36))
    lifted_on: Mapped[date | None]
