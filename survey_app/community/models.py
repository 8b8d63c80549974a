"""Community sessions, what was said there, and its themes: the machine's and people's kept apart.

In a room the order of the notes is the order of the speakers, so no comment carries a time and
`position` and `revision` (which the screen needs while notes are taken) are erased when the session is
finalised. Until then the words are sealed under the session's own key (note_keys.py): the database
holds `sealed` and neither `body` nor `english`; finalising turns that around. What a resident wrote
in the survey stays in its own table (`OpenAnswer`): a comment of the survey belongs to no session and
only points there, so that its themes can be worked on. `Comment.words` reads all three.
"""

from __future__ import annotations

from datetime import date

from sqlalchemy import JSON, CheckConstraint, Double, ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column, object_session, relationship

from ..db import Base, table_options
from ..survey.models import OpenAnswer
from .note_keys import note_keys
from .note_words import NoteWords, Wording
from .schedule import models as _series  # noqa: F401 - the table that sessions refer to

DRAFT, FINALISED = "draft", "finalised"
TYPED, IMPORTED, SURVEY = "typed", "imported", "survey"
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
    #: how many changes its notes have seen; 0 again once finalised
    notes_revision: Mapped[int] = mapped_column(default=0, server_default="0")
    demo: Mapped[bool] = mapped_column(default=False)
    series_id: Mapped[str | None] = mapped_column(ForeignKey("session_series.id"), index=True)
    #: who invites and who helps: names of organizations, never of a person
    hosts: Mapped[list[str]] = mapped_column(JSON, default=list)
    partners: Mapped[list[str]] = mapped_column(JSON, default=list)
    #: codes: languages with an interpreter, what is offered, prompts for the room
    interpreters: Mapped[list[str]] = mapped_column(JSON, default=list)
    accessibility: Mapped[list[str]] = mapped_column(JSON, default=list)
    agenda: Mapped[list[str]] = mapped_column(JSON, default=list)
    #: codes of people whom the survey does not reach (agenda.py)
    held_with: Mapped[list[str]] = mapped_column(JSON, default=list)
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


class StagedImport(Base):
    """A file or a pasted page between its preview and its import, sealed like the notes."""

    __tablename__ = "staged_imports"
    __table_args__ = (table_options(),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    session_id: Mapped[str] = mapped_column(ForeignKey("community_sessions.id"), index=True)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    expires_on: Mapped[date] = mapped_column(index=True)


class NoteOperation(Base):
    """That a change of a note was made already, and the revision it made, so that sending it again
    changes nothing. Gone at finalising."""

    __tablename__ = "note_operations"
    __table_args__ = (table_options(),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    session_id: Mapped[str] = mapped_column(ForeignKey("community_sessions.id"), index=True)
    comment_id: Mapped[str] = mapped_column(String(32))
    revision: Mapped[int]


class HandOff(Base):
    """That somebody at a session was shown the right door (pii/doors.toml); not what was said."""

    __tablename__ = "hand_offs"
    __table_args__ = (table_options(),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    session_id: Mapped[str] = mapped_column(ForeignKey("community_sessions.id"), index=True)
    door: Mapped[str] = mapped_column(String(40))
    role: Mapped[str] = mapped_column(String(20))


class Comment(Base):
    """What one person said, in their words; `english` stands beside it where somebody interpreted."""

    __tablename__ = "comments"
    __table_args__ = (
        CheckConstraint("source IN ('typed', 'imported', 'survey')", name="source"),
        CheckConstraint(
            "(source = 'imported') = (import_id IS NOT NULL)", name="imported_has_its_file"
        ),
        CheckConstraint("body <> ''", name="body"),
        CheckConstraint(
            "open_answer_id IS NOT NULL OR (body IS NULL) = (sealed IS NOT NULL)",
            name="sealed_or_plain",
        ),
        CheckConstraint(
            "(source = 'survey') = (open_answer_id IS NOT NULL) "
            "AND (session_id IS NULL) = (open_answer_id IS NOT NULL)",
            name="session_or_survey",
        ),
        CheckConstraint(
            "open_answer_id IS NULL OR (body IS NULL AND sealed IS NULL AND english IS NULL "
            "AND prompt IS NULL AND speaker_group IS NULL AND kept_because IS NULL)",
            name="survey_words_elsewhere",
        ),
        CheckConstraint(
            "sealed IS NOT NULL OR (position IS NULL AND revision IS NULL AND to_check = 0 "
            "AND disputed = 0 AND removed = 0)",
            name="plain_is_settled",
        ),
        CheckConstraint("sealed IS NULL OR english IS NULL", name="sealed_english"),
        CheckConstraint(
            "kept_because IS NULL OR "
            "kept_because IN ('public_contact', 'public_office', 'not_personal')",
            name="kept_because",
        ),
        table_options(),
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    #: none for what was written in the survey
    session_id: Mapped[str | None] = mapped_column(ForeignKey("community_sessions.id"), index=True)
    open_answer_id: Mapped[str | None] = mapped_column(
        ForeignKey("open_answers.id", ondelete="CASCADE"), unique=True
    )
    import_id: Mapped[str | None] = mapped_column(ForeignKey("comment_imports.id"), index=True)
    source: Mapped[str] = mapped_column(String(10))
    language: Mapped[str] = mapped_column(String(12))
    plain_body: Mapped[str | None] = mapped_column("body", String(LONGEST_COMMENT))
    plain_english: Mapped[str | None] = mapped_column("english", String(LONGEST_COMMENT))
    sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    #: what it answers (agenda.py) and who spoke, coarsely (kinds.py); codes
    prompt: Mapped[str | None] = mapped_column(String(60))
    speaker_group: Mapped[str | None] = mapped_column(String(20))
    #: why something that may lead to a person was left in
    kept_because: Mapped[str | None] = mapped_column(String(20))
    #: order of the notes while the session is a draft; None afterwards
    position: Mapped[int | None]
    #: the session's change that touched it last, while it is a draft; None afterwards
    revision: Mapped[int | None]
    #: findings that are neither masked nor justified; finalising waits for them (0 or more)
    to_check: Mapped[int] = mapped_column(default=0, server_default="0")
    #: 1 while two wordings compete
    disputed: Mapped[int] = mapped_column(default=0, server_default="0")
    #: 1 when taken out; the row goes at finalising, until then it can come back
    removed: Mapped[int] = mapped_column(default=0, server_default="0")
    #: version of the codebook by which the machine read it; None when it has not
    read_with_version: Mapped[int | None]
    suggestions: Mapped[list[ThemeSuggestion]] = relationship(
        cascade="all, delete-orphan", passive_deletes=True, order_by="ThemeSuggestion.rank"
    )
    decision: Mapped[ThemeDecision | None] = relationship(
        cascade="all, delete-orphan", passive_deletes=True
    )
    open_answer: Mapped[OpenAnswer | None] = relationship()

    @property
    def words(self) -> NoteWords:
        """What was said, opened with the session's key while it is a draft. Raises NoKeyProblem."""
        if self.sealed is None:
            written = self.open_answer.body if self.open_answer else None
            wording = Wording(
                written or self.plain_body or "",
                self.language,
                self.plain_english,
                self.prompt,
                self.speaker_group,
            )
            return NoteWords(wording)
        known: tuple[bytes, NoteWords] | None = self.__dict__.get("_opened")
        if known is None or known[0] != self.sealed:
            session = object_session(self)
            if session is None or self.session_id is None:
                raise RuntimeError("a sealed comment is read while its database session is open")
            words = NoteWords.from_bytes(note_keys(session).open(self.session_id, self.sealed))
            known = self.__dict__["_opened"] = (self.sealed, words)
        return known[1]

    @property
    def body(self) -> str:
        return self.words.current.body

    @property
    def english(self) -> str | None:
        return self.words.current.english


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
    #: the trained model that said so (its file may be gone); None for the seed phrases
    model_id: Mapped[str | None] = mapped_column(String(32))


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
