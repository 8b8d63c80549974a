"""The drawn addresses of a wave. No table here knows an address, a name or an answer.

An address is a number; who lives there is known only to whoever drew the sample. `InvitationCase`
says what became of it, kept apart from answers. `InvitationCell` is the group that a released answer
carries in its place.
"""

from __future__ import annotations

from datetime import date

from sqlalchemy import JSON, CheckConstraint, Double, ForeignKey, ForeignKeyConstraint, String
from sqlalchemy.orm import Mapped, mapped_column

from ..db import Base, table_options

#: AAPOR's final dispositions, in the order of `analysis.fieldwork.outcomes.DISPOSITIONS`.
_CODES = "('I', 'P', 'R', 'NC', 'O', 'UH', 'UO', 'NE')"


class InvitationSample(Base):
    """The sample of a wave: one file, brought in whole."""

    __tablename__ = "invitation_samples"
    __table_args__ = (
        CheckConstraint("addresses > 0", name="addresses"),
        CheckConstraint("expected_percent BETWEEN 1 AND 100", name="expected_percent"),
        CheckConstraint("incentive IS NULL OR incentive > 0", name="incentive"),
        table_options(),
    )

    wave_id: Mapped[str] = mapped_column(ForeignKey("waves.id"), primary_key=True)
    addresses: Mapped[int]
    #: of 100 addresses, how many were expected to answer: groups are planned with it
    expected_percent: Mapped[int]
    #: languages of every letter, two to a page: the same for all, so that they tell nothing
    languages: Mapped[list[str]] = mapped_column(JSON)
    #: the thank-you in whole dollars; none when nothing was promised
    incentive: Mapped[int | None]
    imported_on: Mapped[date]


class InvitationCell(Base):
    """What a released answer carries: stratum, PSU group, and one base weight for all of the cell."""

    __tablename__ = "invitation_cells"
    __table_args__ = (
        CheckConstraint("base_weight > 0", name="base_weight"),
        CheckConstraint("addresses > 0", name="addresses"),
        table_options(),
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    wave_id: Mapped[str] = mapped_column(ForeignKey("waves.id"), index=True)
    stratum: Mapped[str] = mapped_column(String(60))
    psu_group: Mapped[str | None] = mapped_column(String(60))
    base_weight: Mapped[float] = mapped_column(Double)
    addresses: Mapped[int]


class InvitationCase(Base):
    """One drawn address. `digest` is a keyed one-way function of its code."""

    __tablename__ = "invitation_cases"
    __table_args__ = (
        ForeignKeyConstraint(["wave_id"], ["invitation_samples.wave_id"]),
        CheckConstraint("number > 0", name="number"),
        CheckConstraint("base_weight > 0", name="base_weight"),
        CheckConstraint(f"disposition IN {_CODES}", name="disposition"),
        # A used code is an interview, whatever anybody wrote down before.
        CheckConstraint("disposition IS NULL OR NOT used", name="used_is_interview"),
        CheckConstraint("claim IN ('none', 'asked', 'sent')", name="claim"),
        CheckConstraint("claim = 'none' OR used", name="claim_after_use"),
        table_options(),
    )

    wave_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    cell_id: Mapped[str] = mapped_column(ForeignKey("invitation_cells.id"), index=True)
    psu: Mapped[str | None] = mapped_column(String(60))
    base_weight: Mapped[float] = mapped_column(Double)
    batch: Mapped[str] = mapped_column(String(40))
    used: Mapped[bool] = mapped_column(default=False)
    #: set by staff; None until somebody does, and for a used code
    disposition: Mapped[str | None] = mapped_column(String(2))
    claim: Mapped[str] = mapped_column(String(5), default="none")
