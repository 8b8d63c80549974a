"""Waves and the exact wording residents were shown."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ..db import Base

DRAFT, OPEN, PAUSED, CLOSED, ARCHIVED = "draft", "open", "paused", "closed", "archived"

#: The series of our own yearly survey; waves of one series are compared over time.
CITY_SERIES = "city"


class Wave(Base):
    """One round of a survey: our own (`questionnaire` names the instrument) or a foreign one."""

    __tablename__ = "waves"
    __table_args__ = (
        CheckConstraint("kind IN ('own', 'foreign')", name="kind"),
        CheckConstraint("state IN ('draft', 'open', 'paused', 'closed', 'archived')", name="state"),
        CheckConstraint("kind = 'own' OR citation <> ''", name="foreign_is_cited"),
        CheckConstraint("quarter BETWEEN 1 AND 4", name="quarter"),
    )

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    slug: Mapped[str] = mapped_column(String(60), unique=True)
    kind: Mapped[str] = mapped_column(String(10))
    #: waves of one series are compared over time: `city`, `pulse`, `partners`, `bas`
    series: Mapped[str] = mapped_column(String(40))
    year: Mapped[int]
    #: for a series that asks four times a year
    quarter: Mapped[int | None]
    questionnaire: Mapped[str] = mapped_column(String(60))
    state: Mapped[str] = mapped_column(String(10), default=DRAFT)
    demo: Mapped[bool] = mapped_column(default=False)
    opened_on: Mapped[date | None]
    closed_on: Mapped[date | None]
    title: Mapped[str] = mapped_column(String(200))
    publisher: Mapped[str] = mapped_column(String(200), default="")
    citation: Mapped[str] = mapped_column(String(1000), default="")
    url: Mapped[str] = mapped_column(String(400), default="")
    #: the declared weighting and design in the plan language of `python -m analysis run`
    plan: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    #: for a foreign wave: the mapping as imported (items, codes, wording hashes, source hash)
    mapping: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    #: a draft that people try out: its answers are erased when the trial ends
    pilot: Mapped[bool] = mapped_column(default=False)
    #: answers hoped for: `total`, and by language, source and mode where staff set a number
    targets: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    wordings: Mapped[list[WaveWording]] = relationship(back_populates="wave")

    @property
    def is_live(self) -> bool:
        """Whether it takes answers, or did and may go on."""
        return self.kind == "own" and (self.state in {OPEN, PAUSED} or bool(self.pilot))


class WaveWording(Base):
    """What residents of one language were shown, frozen at opening. Triggers refuse changes."""

    __tablename__ = "wave_wordings"

    wave_id: Mapped[str] = mapped_column(ForeignKey("waves.id"), primary_key=True)
    language: Mapped[str] = mapped_column(String(12), primary_key=True)
    wording: Mapped[dict[str, Any]] = mapped_column(JSON)
    sha256: Mapped[str] = mapped_column(String(64))
    wave: Mapped[Wave] = relationship(back_populates="wordings")


class HelpLineCheck(Base):
    """That somebody on the staff called a help line and it was right, before a wave opened."""

    __tablename__ = "help_line_checks"

    wave_id: Mapped[str] = mapped_column(ForeignKey("waves.id"), primary_key=True)
    line: Mapped[str] = mapped_column(String(40), primary_key=True)
    checked_on: Mapped[date]
    checked_how: Mapped[str] = mapped_column(String(300))


class LanguageWaiver(Base):
    """Why a wave is offered in a language that no native reader has reviewed; said in public."""

    __tablename__ = "language_waivers"
    __table_args__ = (CheckConstraint("length(reason) >= 20", name="reason"),)

    wave_id: Mapped[str] = mapped_column(ForeignKey("waves.id"), primary_key=True)
    language: Mapped[str] = mapped_column(String(12), primary_key=True)
    reason: Mapped[str] = mapped_column(String(600))
    given_on: Mapped[date]


class OutreachCount(Base):
    """How many released answers a level has, counted once a day, rounded down to tens."""

    __tablename__ = "outreach_counts"
    __table_args__ = (CheckConstraint("at_least >= 0 AND at_least % 10 = 0", name="tens"),)

    wave_id: Mapped[str] = mapped_column(ForeignKey("waves.id"), primary_key=True)
    dimension: Mapped[str] = mapped_column(String(20), primary_key=True)
    level: Mapped[str] = mapped_column(String(40), primary_key=True)
    counted_on: Mapped[date]
    at_least: Mapped[int]


class PageCount(Base):
    """How many reached a page of the survey and how many went on from it: sums, nothing else.

    Written many events at a time, so that no change of a sum belongs to one person's draft.
    """

    __tablename__ = "page_counts"

    wave_id: Mapped[str] = mapped_column(ForeignKey("waves.id"), primary_key=True)
    page: Mapped[str] = mapped_column(String(60), primary_key=True)
    reached: Mapped[int] = mapped_column(default=0)
    passed: Mapped[int] = mapped_column(default=0)
