"""Printed questionnaires, and paper forms on their way to an answer.

A paper form has a number that somebody stamped on it. While it is keyed, what two people read from it
is kept here, encrypted under a key that the database does not hold. Once both agree the answer is
sealed like any other, and of the form nothing stays but that its number was counted.
"""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from ..db import Base, table_options

STANDARD, LARGE = "standard", "large"
SIZES = (STANDARD, LARGE)
#: keyed by one person; keyed by two who read it differently; counted
ONCE, DIFFERS, DONE = "once", "differs", "done"


class PaperSheet(Base):
    """A questionnaire ready to be printed."""

    __tablename__ = "paper_sheets"
    __table_args__ = (
        CheckConstraint("size IN ('standard', 'large')", name="size"),
        CheckConstraint("pages > 0", name="pages"),
    )

    wave_id: Mapped[str] = mapped_column(ForeignKey("waves.id"), primary_key=True)
    language: Mapped[str] = mapped_column(String(12), primary_key=True)
    size: Mapped[str] = mapped_column(String(10), primary_key=True)
    content: Mapped[bytes] = mapped_column(LargeBinary)
    pages: Mapped[int]
    #: digest of the words on it: that of the wave, once it opens with these words
    words_sha256: Mapped[str] = mapped_column(String(64))
    built_on: Mapped[date]


class PaperForm(Base):
    """One returned form by its number. A counted form holds no answer, no language and no name."""

    __tablename__ = "paper_forms"
    __table_args__ = (
        CheckConstraint("number > 0", name="number"),
        CheckConstraint("state IN ('once', 'differs', 'done')", name="state"),
        CheckConstraint("first_by <> second_by", name="two_people"),
        CheckConstraint(
            "state <> 'done' OR (language IS NULL AND first_by IS NULL AND second_by IS NULL "
            "AND first_keyed IS NULL AND second_keyed IS NULL)",
            name="done_holds_nothing",
        ),
        CheckConstraint("state <> 'differs' OR second_keyed IS NOT NULL", name="differs_has_both"),
        table_options(),
    )

    wave_id: Mapped[str] = mapped_column(ForeignKey("waves.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    state: Mapped[str] = mapped_column(String(10))
    language: Mapped[str | None] = mapped_column(String(12))
    first_by: Mapped[str | None] = mapped_column(String(36))
    second_by: Mapped[str | None] = mapped_column(String(36))
    first_keyed: Mapped[bytes | None] = mapped_column(LargeBinary)
    second_keyed: Mapped[bytes | None] = mapped_column(LargeBinary)


class PaperTally(Base):
    """How well two people read the same forms of a wave: totals only."""

    __tablename__ = "paper_tallies"
    __table_args__ = (
        CheckConstraint("differed BETWEEN 0 AND compared", name="differed"),
        CheckConstraint("counted + not_eligible <= forms", name="forms"),
    )

    wave_id: Mapped[str] = mapped_column(ForeignKey("waves.id"), primary_key=True)
    #: forms keyed twice; of them counted as answers, and turned away as not eligible
    forms: Mapped[int] = mapped_column(default=0)
    counted: Mapped[int] = mapped_column(default=0)
    not_eligible: Mapped[int] = mapped_column(default=0)
    #: questions compared, and those that were keyed differently
    compared: Mapped[int] = mapped_column(default=0)
    differed: Mapped[int] = mapped_column(default=0)
