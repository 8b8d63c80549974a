"""Requests for public records, and the file that was made for each."""

from __future__ import annotations

from datetime import date

from sqlalchemy import JSON, CheckConstraint, ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from ..db import Base

LONGEST_NUMBER, LONGEST_NAME, LONGEST_WORDS = 40, 200, 1000


class RecordsRequest(Base):
    """What was asked for, when, and for which days. Who asked may be left out."""

    __tablename__ = "records_requests"
    __table_args__ = (
        CheckConstraint("number <> ''", name="number"),
        CheckConstraint("from_on <= to_on", name="period"),
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    #: the number under which the City's records office runs it
    number: Mapped[str] = mapped_column(String(LONGEST_NUMBER), unique=True)
    received_on: Mapped[date]
    asked_by: Mapped[str] = mapped_column(String(LONGEST_NAME), default="")
    asked_for: Mapped[str] = mapped_column(String(LONGEST_WORDS), default="")
    #: first and last day of the records
    from_on: Mapped[date]
    to_on: Mapped[date]
    #: ids of sections in rules.toml
    kinds: Mapped[list[str]] = mapped_column(JSON)
    #: none: the command line
    made_by: Mapped[str | None] = mapped_column(String(36))
    recorded_on: Mapped[date]


class RecordsFile(Base):
    """The ZIP made for a request. The one purge erases it after `expires_on`; it can be made again as
    long as the records are there."""

    __tablename__ = "records_files"

    request_id: Mapped[str] = mapped_column(ForeignKey("records_requests.id"), primary_key=True)
    body: Mapped[bytes] = mapped_column(LargeBinary)
    sha256: Mapped[str] = mapped_column(String(64))
    rows: Mapped[int]
    made_on: Mapped[date]
    expires_on: Mapped[date]
