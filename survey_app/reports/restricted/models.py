"""Agreements with institutions, and the file that each may have until it ends.

Two people stand behind an agreement. The code that opens the file is kept as a digest only.
"""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from ...db import Base

LONGEST_PURPOSE = 1000


class DataAgreement(Base):
    """What an institution may use a wave's answers for, and until when."""

    __tablename__ = "data_agreements"
    __table_args__ = (
        CheckConstraint("institution <> '' AND purpose <> ''", name="says_who_and_why"),
        CheckConstraint("expires_on > made_on", name="ends_after_it_began"),
        CheckConstraint("approved_by IS NULL OR approved_by <> made_by", name="second_person"),
        CheckConstraint(
            "(approved_by IS NULL) = (approved_on IS NULL) "
            "AND (approved_by IS NULL) = (code_sha256 IS NULL)",
            name="approved_has_its_code",
        ),
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    wave_id: Mapped[str] = mapped_column(ForeignKey("waves.id"))
    institution: Mapped[str] = mapped_column(String(200))
    purpose: Mapped[str] = mapped_column(String(LONGEST_PURPOSE))
    made_by: Mapped[str] = mapped_column(String(36))
    made_on: Mapped[date]
    expires_on: Mapped[date]
    approved_by: Mapped[str | None] = mapped_column(String(36))
    approved_on: Mapped[date | None]
    code_sha256: Mapped[str | None] = mapped_column(String(64), unique=True)
    #: the day on which it was ended before its time
    ended_on: Mapped[date | None]

    def runs_on(self, day: date) -> bool:
        """Approved, not ended, and not past its last day."""
        return self.approved_on is not None and self.ended_on is None and day <= self.expires_on


class RestrictedFile(Base):
    """The file of an agreement. It goes after `expires_on`, the agreement's last day, by the one purge
    (operations/retention.toml), and at once when the agreement is ended."""

    __tablename__ = "restricted_files"

    agreement_id: Mapped[str] = mapped_column(ForeignKey("data_agreements.id"), primary_key=True)
    body: Mapped[bytes] = mapped_column(LargeBinary)
    sha256: Mapped[str] = mapped_column(String(64))
    rows: Mapped[int]
    made_on: Mapped[date]
    expires_on: Mapped[date]
