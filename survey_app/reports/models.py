"""Editions of the yearly report and their files.

An edition is a draft, then approved by a second person, then published; a published one never
changes: triggers on both databases refuse it (migration 0004). A correction is a new edition that
names the one it corrects and says what changed.
"""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from ..db import Base

DRAFT, APPROVED, PUBLISHED = "draft", "approved", "published"


class Edition(Base):
    """One edition of a year's report. `snapshot` and `wording` are canonical JSON, as text, so that
    their digest can be taken again from what is stored."""

    __tablename__ = "editions"
    __table_args__ = (
        CheckConstraint("state IN ('draft', 'approved', 'published')", name="state"),
        CheckConstraint("approved_by IS NULL OR approved_by <> built_by", name="second_person"),
        CheckConstraint("(state = 'draft') = (approved_by IS NULL)", name="approved_by_somebody"),
        CheckConstraint(
            "(state = 'published') = (published_by IS NOT NULL AND published_on IS NOT NULL)",
            name="published_by_somebody",
        ),
        CheckConstraint("number >= 1 AND (number = 1) = (corrects_id IS NULL)", name="correction"),
        CheckConstraint("corrects_id IS NULL OR correction <> ''", name="correction_says_what"),
        UniqueConstraint("year", "number"),
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    wave_id: Mapped[str] = mapped_column(ForeignKey("waves.id"))
    year: Mapped[int]
    number: Mapped[int]
    state: Mapped[str] = mapped_column(String(10), default=DRAFT)
    demo: Mapped[bool] = mapped_column(default=False)
    snapshot: Mapped[str] = mapped_column(Text)
    #: the words residents were shown for what is reported, by language and context
    wording: Mapped[str] = mapped_column(Text)
    #: digest of snapshot, wording and the digests of all files
    sha256: Mapped[str] = mapped_column(String(64))
    built_by: Mapped[str] = mapped_column(String(36))
    built_on: Mapped[date]
    approved_by: Mapped[str | None] = mapped_column(String(36))
    approved_on: Mapped[date | None]
    published_by: Mapped[str | None] = mapped_column(String(36))
    published_on: Mapped[date | None]
    corrects_id: Mapped[str | None] = mapped_column(ForeignKey("editions.id"))
    #: what changed since the edition this one corrects
    correction: Mapped[str] = mapped_column(String(1000), default="")


class EditionFile(Base):
    """A picture or a table of an edition, as it is served."""

    __tablename__ = "edition_files"

    edition_id: Mapped[str] = mapped_column(ForeignKey("editions.id"), primary_key=True)
    name: Mapped[str] = mapped_column(String(160), primary_key=True)
    media_type: Mapped[str] = mapped_column(String(80))
    body: Mapped[bytes] = mapped_column(LargeBinary)
    sha256: Mapped[str] = mapped_column(String(64))


class ReleaseDate(Base):
    """The day a wave's report is promised for. Another day is another row, with the reason; the newest
    counts, all are public. Rows are never changed or removed (migration)."""

    __tablename__ = "release_dates"
    __table_args__ = (
        CheckConstraint("number >= 1 AND (number = 1 OR reason <> '')", name="moved_with_reason"),
    )

    wave_id: Mapped[str] = mapped_column(ForeignKey("waves.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    release_on: Mapped[date]
    announced_on: Mapped[date]
    reason: Mapped[str] = mapped_column(String(300), default="")


class SignOff(Base):
    """What a named methodologist from outside the City says of an edition, as it stands: it holds the
    digest they looked at."""

    __tablename__ = "edition_sign_offs"

    edition_id: Mapped[str] = mapped_column(ForeignKey("editions.id"), primary_key=True)
    name: Mapped[str] = mapped_column(String(120))
    affiliation: Mapped[str] = mapped_column(String(200))
    statement: Mapped[str] = mapped_column(String(1000))
    signed_on: Mapped[date]
    sha256: Mapped[str] = mapped_column(String(64))


class EarlyReader(Base):
    """Somebody who read an edition before it was published; told on the published page."""

    __tablename__ = "edition_readers"

    edition_id: Mapped[str] = mapped_column(ForeignKey("editions.id"), primary_key=True)
    name: Mapped[str] = mapped_column(String(120), primary_key=True)
    organization: Mapped[str] = mapped_column(String(200), primary_key=True)
    given_on: Mapped[date]


class EditionPrint(Base):
    """A PDF of an edition in one language, printed by a job once the edition is built. What the fonts
    of a machine make of it is no part of the edition's digest."""

    __tablename__ = "edition_prints"

    edition_id: Mapped[str] = mapped_column(ForeignKey("editions.id"), primary_key=True)
    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    body: Mapped[bytes] = mapped_column(LargeBinary)
    sha256: Mapped[str] = mapped_column(String(64))
    printed_on: Mapped[date]
