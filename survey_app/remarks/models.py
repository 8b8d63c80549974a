"""Remarks and their answers. They are about our drafts; no resident's word is in them."""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint, String
from sqlalchemy.orm import Mapped, mapped_column

from ..db import Base

LONGEST = 2000


class Remark(Base):
    """What somebody said about a draft, and what was answered. Neither is changed afterwards.

    `subject` is `instrument-<questionnaire>` or `report-<edition id>`; `place` the id of a question or
    what the writer calls the place, empty for the whole.
    """

    __tablename__ = "remarks"
    __table_args__ = (
        CheckConstraint("body <> ''", name="body"),
        CheckConstraint("(answer IS NULL) = (answered_on IS NULL)", name="answer_has_its_day"),
        CheckConstraint("(answer IS NULL) = (answered_by IS NULL)", name="answer_has_its_writer"),
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    subject: Mapped[str] = mapped_column(String(80), index=True)
    place: Mapped[str] = mapped_column(String(80), default="")
    body: Mapped[str] = mapped_column(String(LONGEST))
    author_id: Mapped[str] = mapped_column(String(36))
    made_on: Mapped[date]
    answer: Mapped[str | None] = mapped_column(String(LONGEST))
    answered_by: Mapped[str | None] = mapped_column(String(36))
    answered_on: Mapped[date | None]
