"""Community sessions, what was said there, and its themes: the machine's and people's kept apart.

In a room the order of the notes is the order of the speakers, so no comment carries a time and
`position` (which the screen needs while notes are taken) is erased when the session is finalised.
"""

from __future__ import annotations

from datetime import date

from sqlalchemy import JSON, CheckConstraint, Double, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ..db import Base, table_options
from .schedule import models as _series  # noqa: F401 - the table that sessions refer to

DRAFT, FINALISED = "draft", "finalised"
TYPED, IMPORTED = "typed", "imported"
#: A comment longer than this is several comments.
LONGEST_COMMENT = 4000


class CommunitySession(Base):
    """A meeting with residents. `languages` and `districts` hold codes."""

    __tablename__ = "community_sessions"
    __table_args__ = (
        CheckConstraint(
            "kind IN ('town_hall', 'listening_session', 'listening_tour_stop', "
            "'consent_decree_gathering', 'neighborhood_leader_town_hall', "
            "'partner_meeting', 'engagement_pop_up')",
            name="kind",
        ),
        CheckConstraint("state IN ('draft', 'finalised')", name="state"),
        CheckConstraint("attendance IS NULL OR attendance >= 0", name="attendance"),
        CheckConstraint(
            "NOT youth OR opening_read_on IS NULL OR guardians_agreed", name="guardians_before_youth"
        ),
        CheckConstraint(
            "(state = 'finalised') = (finalised_on IS NOT NULL)", name="finalised_has_its_day"
        ),
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    kind: Mapped[str] = mapped_column(String(40))
    held_on: Mapped[date] = mapped_column(index=True)
    place: Mapped[str] = mapped_column(String(200))
    districts: Mapped[list[str]] = mapped_column(JSON, default=list)
    #: people in the room, None when nobody counted
    attendance: Mapped[int | None]
    languages: Mapped[list[str]] = mapped_column(JSON, default=list)
    youth: Mapped[bool] = mapped_column(default=False)
    state: Mapped[str] = mapped_column(String(10), default=DRAFT)
    #: the day on which the opening statement was read out; nothing is typed before
    opening_read_on: Mapped[date | None]
    finalised_on: Mapped[date | None]
    demo: Mapped[bool] = mapped_column(default=False)
    series_id: Mapped[str | None] = mapped_column(ForeignKey("session_series.id"), index=True)
    #: who invites and who helps: names of organizations, never of a person
    hosts: Mapped[list[str]] = mapped_column(JSON, default=list)
    partners: Mapped[list[str]] = mapped_column(JSON, default=list)
    #: codes: languages with an interpreter, what is offered, prompts for the room
    interpreters: Mapped[list[str]] = mapped_column(JSON, default=list)
    accessibility: Mapped[list[str]] = mapped_column(JSON, default=list)
    agenda: Mapped[list[str]] = mapped_column(JSON, default=list)
    #: that a parent or guardian agreed for everybody under 18 who speaks
    guardians_agreed: Mapped[bool] = mapped_column(default=False)

    @property
    def is_open(self) -> bool:
        return self.state == DRAFT


class CommentImport(Base):
    """A file of comments that was brought into a session, and whose words they are."""

    __tablename__ = "comment_imports"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    session_id: Mapped[str] = mapped_column(ForeignKey("community_sessions.id"), index=True)
    imported_on: Mapped[date]
    file_sha256: Mapped[str] = mapped_column(String(64))
    comments: Mapped[int]
    attribution: Mapped[str] = mapped_column(String(1000), default="")


class Comment(Base):
    """What one person said, in their words; `english` stands beside it where somebody interpreted."""

    __tablename__ = "comments"
    __table_args__ = (
        CheckConstraint("source IN ('typed', 'imported')", name="source"),
        CheckConstraint(
            "(source = 'imported') = (import_id IS NOT NULL)", name="imported_has_its_file"
        ),
        CheckConstraint("body <> ''", name="body"),
        CheckConstraint(
            "kept_because IS NULL OR "
            "kept_because IN ('public_contact', 'public_office', 'not_personal')",
            name="kept_because",
        ),
        table_options(),
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    session_id: Mapped[str] = mapped_column(ForeignKey("community_sessions.id"), index=True)
    import_id: Mapped[str | None] = mapped_column(ForeignKey("comment_imports.id"), index=True)
    source: Mapped[str] = mapped_column(String(10))
    language: Mapped[str] = mapped_column(String(12))
    body: Mapped[str] = mapped_column(String(LONGEST_COMMENT))
    english: Mapped[str | None] = mapped_column(String(LONGEST_COMMENT))
    #: why something that may lead to a person was left in
    kept_because: Mapped[str | None] = mapped_column(String(20))
    #: order of the notes while the session is a draft; None afterwards
    position: Mapped[int | None]
    #: version of the codebook by which the machine read it; None when it has not
    read_with_version: Mapped[int | None]
    suggestions: Mapped[list[ThemeSuggestion]] = relationship(
        cascade="all, delete-orphan", passive_deletes=True, order_by="ThemeSuggestion.rank"
    )
    decision: Mapped[ThemeDecision | None] = relationship(
        cascade="all, delete-orphan", passive_deletes=True
    )


class ThemeSuggestion(Base):
    """What the machine thinks a comment is about, how sure it is, and the words that led to it."""

    __tablename__ = "theme_suggestions"
    __table_args__ = (
        CheckConstraint("probability >= 0 AND probability <= 1", name="probability"),
        table_options(),
    )

    comment_id: Mapped[str] = mapped_column(
        ForeignKey("comments.id", ondelete="CASCADE"), primary_key=True
    )
    code: Mapped[str] = mapped_column(String(60), primary_key=True)
    rank: Mapped[int]
    probability: Mapped[float] = mapped_column(Double)
    why: Mapped[list[str]] = mapped_column(JSON)
    codebook_version: Mapped[int]


class ThemeDecision(Base):
    """That a person decided what a comment is about: role and day, never who."""

    __tablename__ = "theme_decisions"
    __table_args__ = (table_options(),)

    comment_id: Mapped[str] = mapped_column(
        ForeignKey("comments.id", ondelete="CASCADE"), primary_key=True
    )
    role: Mapped[str] = mapped_column(String(20))
    decided_on: Mapped[date]
    codebook_version: Mapped[int]
    themes: Mapped[list[DecidedTheme]] = relationship(
        cascade="all, delete-orphan", passive_deletes=True
    )


class DecidedTheme(Base):
    """One code of a decision; `none` and `unclear` are decisions too."""

    __tablename__ = "decided_themes"
    __table_args__ = (table_options(),)

    comment_id: Mapped[str] = mapped_column(
        ForeignKey("theme_decisions.comment_id", ondelete="CASCADE"), primary_key=True
    )
    code: Mapped[str] = mapped_column(String(60), primary_key=True)
