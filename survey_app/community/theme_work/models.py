"""Draws of comments for blind reading, what the readers decided, and trained models.

A reader is a slot of a draw (A or B): the codings name the slot, the role and the day, never who.
Which account holds a slot is known only while the draw is being read, so that nobody holds both.
"""

from __future__ import annotations

from datetime import date

from sqlalchemy import JSON, CheckConstraint, Double, ForeignKey, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from ...db import Base, table_options

#: The two who read blind, and what stands after both have read: agreed or adjudicated.
READERS = ("A", "B")
FINAL = "final"


class ThemeDraw(Base):
    """A random draw from the comments of a year's finalised sessions, or from what was written in a
    wave of the survey; what is needed to repeat it.

    `strata`: name -> [comments, drawn].
    """

    __tablename__ = "theme_draws"
    __table_args__ = (CheckConstraint("size > 0 AND size <= comments", name="size"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    year: Mapped[int]
    #: none for sessions
    wave_id: Mapped[str | None] = mapped_column(ForeignKey("waves.id"))
    drawn_on: Mapped[date]
    seed: Mapped[int]
    algorithm: Mapped[str] = mapped_column(String(80))
    codebook_version: Mapped[int]
    comments: Mapped[int]
    size: Mapped[int]
    strata: Mapped[dict[str, list[int]]] = mapped_column(JSON)


class DrawnComment(Base):
    """A drawn comment: its place in the random order of reading, and its inclusion probability."""

    __tablename__ = "theme_drawn_comments"
    __table_args__ = (
        UniqueConstraint("draw_id", "place"),
        CheckConstraint("probability > 0 AND probability <= 1", name="probability"),
        table_options(),
    )

    draw_id: Mapped[str] = mapped_column(
        ForeignKey("theme_draws.id", ondelete="CASCADE"), primary_key=True
    )
    comment_id: Mapped[str] = mapped_column(
        ForeignKey("comments.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    place: Mapped[int]
    stratum: Mapped[str] = mapped_column(String(80))
    probability: Mapped[float] = mapped_column(Double)


class DrawReader(Base):
    """Who holds a slot while the draw is read: one account, one slot."""

    __tablename__ = "theme_draw_readers"
    __table_args__ = (
        UniqueConstraint("draw_id", "account_id"),
        CheckConstraint("reader IN ('A', 'B')", name="reader"),
        table_options(),
    )

    draw_id: Mapped[str] = mapped_column(
        ForeignKey("theme_draws.id", ondelete="CASCADE"), primary_key=True
    )
    reader: Mapped[str] = mapped_column(String(1), primary_key=True)
    account_id: Mapped[str | None] = mapped_column(String(36))


class BlindCoding(Base):
    """The codes one reader gave one drawn comment without seeing any suggestion, or the final ones.

    `adjudicated` is True where the readers differed and a person decided.
    """

    __tablename__ = "theme_blind_codings"
    __table_args__ = (
        CheckConstraint("reader IN ('A', 'B', 'final')", name="reader"),
        CheckConstraint("reader = 'final' OR NOT adjudicated", name="adjudicated"),
        table_options(),
    )

    draw_id: Mapped[str] = mapped_column(
        ForeignKey("theme_draws.id", ondelete="CASCADE"), primary_key=True
    )
    comment_id: Mapped[str] = mapped_column(
        ForeignKey("comments.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    reader: Mapped[str] = mapped_column(String(5), primary_key=True)
    codes: Mapped[list[str]] = mapped_column(JSON)
    role: Mapped[str] = mapped_column(String(20))
    coded_on: Mapped[date]
    codebook_version: Mapped[int]
    adjudicated: Mapped[bool] = mapped_column(default=False)


class ThemeModel(Base):
    """A tagger trained from people's codes; `body` is its file, `digest` that of what it read."""

    __tablename__ = "theme_models"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    made_on: Mapped[date]
    codebook_version: Mapped[int]
    comments: Mapped[int]
    themes: Mapped[list[str]] = mapped_column(JSON)
    digest: Mapped[str] = mapped_column(String(64))
    embedding: Mapped[str | None] = mapped_column(String(100))
    in_use: Mapped[bool] = mapped_column(default=False)
    body: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
