"""From a draft to a response, with nothing in between that leads back to a person.

A draft is ciphertext under a key that only the resident's cookie holds. Sending it seals the answers
to a public key (`SealedAnswer`). A release opens a batch, shuffles it, and writes `Response` rows and
`OpenAnswer` rows that share no key. No table here has a time finer than a day, and none keeps rows in
the order in which they came.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Double, ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from ..db import Base, table_options

#: Whether the answer belongs to the drawn sample, and how it reached us: two fields.
SOURCES = ("drawn", "open")
MODES = ("web", "paper", "interviewer", "kiosk", "other")


class Draft(Base):
    """An unfinished survey: `lookup` is a one-way function of the key in the cookie."""

    __tablename__ = "drafts"
    __table_args__ = table_options()

    lookup: Mapped[str] = mapped_column(String(64), primary_key=True)
    wave_id: Mapped[str] = mapped_column(ForeignKey("waves.id"))
    ciphertext: Mapped[bytes] = mapped_column(LargeBinary)
    expires_on: Mapped[date] = mapped_column(index=True)


class ReturnCode(Base):
    """The key of a draft, wrapped in what only the holder of a short code can compute.

    `lookup` and the wrapping come from the code through Argon2id and a secret outside the database.
    The row goes with its draft.
    """

    __tablename__ = "return_codes"
    __table_args__ = table_options()

    lookup: Mapped[str] = mapped_column(String(64), primary_key=True)
    draft: Mapped[str] = mapped_column(ForeignKey("drafts.lookup", ondelete="CASCADE"), unique=True)
    wrapped_key: Mapped[bytes] = mapped_column(LargeBinary)


class SubmissionReceipt(Base):
    """That a survey was sent, or erased by its resident, so that nothing counts twice or comes back.

    Purged after days (see `services/submission.py`); nothing joins it to a sealed answer.
    """

    __tablename__ = "submission_receipts"
    __table_args__ = table_options()

    receipt: Mapped[str] = mapped_column(String(64), primary_key=True)
    expires_on: Mapped[date] = mapped_column(index=True)


class SealedAnswer(Base):
    """A finished survey, padded to a common length, readable only with the release key."""

    __tablename__ = "sealed_answers"
    __table_args__ = table_options()

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    wave_id: Mapped[str] = mapped_column(ForeignKey("waves.id"), index=True)
    ciphertext: Mapped[bytes] = mapped_column(LargeBinary)
    #: where an invitation code was spent: the group of the sample that the answer waits in
    cell: Mapped[str | None] = mapped_column(String(32))


class Response(Base):
    """One person's coded answers. `answers` maps question ids to codes (a list for several)."""

    __tablename__ = "responses"
    __table_args__ = (
        CheckConstraint("source IN ('drawn', 'open')", name="source"),
        CheckConstraint("mode IN ('web', 'paper', 'interviewer', 'kiosk', 'other')", name="mode"),
        CheckConstraint("base_weight IS NULL OR base_weight > 0", name="base_weight"),
        CheckConstraint("weight IS NULL OR weight >= 0", name="weight"),
        table_options(),
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    wave_id: Mapped[str] = mapped_column(ForeignKey("waves.id"), index=True)
    language: Mapped[str] = mapped_column(String(12))
    source: Mapped[str] = mapped_column(String(10))
    mode: Mapped[str] = mapped_column(String(12))
    stratum: Mapped[str | None] = mapped_column(String(60))
    psu: Mapped[str | None] = mapped_column(String(60))
    base_weight: Mapped[float | None] = mapped_column(Double)
    #: the final weight that came with a foreign wave; our own are computed at every build
    weight: Mapped[float | None] = mapped_column(Double)
    police_district: Mapped[str | None] = mapped_column(String(40))
    csa: Mapped[str | None] = mapped_column(String(80))
    answers: Mapped[dict[str, Any]] = mapped_column(JSON)
    #: groups that came with a foreign wave (age group, district ...), as its mapping names them
    domains: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)
    #: why this response looks unlike a person's (`suspicion.py`); it is kept and told, never dropped
    flags: Mapped[list[str]] = mapped_column(JSON, default=list, server_default="[]")


class OpenAnswer(Base):
    """What somebody wrote in their own words: wave, language, district, coarse weight, no more."""

    __tablename__ = "open_answers"
    __table_args__ = table_options()

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    wave_id: Mapped[str] = mapped_column(ForeignKey("waves.id"), index=True)
    question: Mapped[str] = mapped_column(String(60))
    language: Mapped[str] = mapped_column(String(12))
    police_district: Mapped[str | None] = mapped_column(String(40))
    weight_class: Mapped[str | None] = mapped_column(String(12))
    body: Mapped[str] = mapped_column(String(4000))
