"""How often each theme was raised at the finalised sessions of a year: what the report shows.

These are counts of comments that were written down, never of residents: who came is not a sample.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from analysis.themes.codebook import NONE, UNCLEAR, load_codebook

from .agenda import UNREACHED
from .models import (
    FINALISED,
    Comment,
    CommentImport,
    CommunitySession,
    DecidedTheme,
    ThemeSuggestion,
)


@dataclass(frozen=True)
class ThemeCount:
    """One theme: comments that carry it, by a person's decision or (where nobody decided) by the
    machine's suggestion alone, and in how many sessions it was raised."""

    code: str
    by_people: int
    by_machine: int
    sessions: int

    @property
    def comments(self) -> int:
        return self.by_people + self.by_machine

    @property
    def machine_only(self) -> bool:
        """True where no person confirmed any comment on this theme."""
        return self.by_people == 0


@dataclass(frozen=True)
class KindCount:
    """Sessions of one kind; `attendance` adds up the `counted` ones, where somebody counted people."""

    kind: str
    sessions: int
    attendance: int
    counted: int


@dataclass(frozen=True)
class CodedRow:
    """One comment as a share needs it: its session, its codes, whether a person gave them."""

    session_id: str
    codes: frozenset[str]
    by_person: bool


@dataclass(frozen=True)
class ThemeCounts:
    """A year's sessions. `themes` holds every theme of the codebook, the most raised first; `none` and
    `unclear` are comments of their own kind; `decided` comments were coded by people."""

    year: int
    codebook_version: int
    sessions: int
    comments: int
    decided: int
    none: int
    unclear: int
    themes: tuple[ThemeCount, ...]
    kinds: tuple[KindCount, ...]
    attendance: int
    counted: int
    districts: tuple[str, ...]
    languages: tuple[str, ...]
    attributions: tuple[str, ...]
    demo: bool

    @property
    def machine_read(self) -> int:
        return self.comments - self.decided


def theme_counts(session: Session, year: int) -> ThemeCounts:
    """The counts of the sessions held in `year` and finalised; zeros when there is none."""
    meetings = _finalised(session, year)
    rows = coded_rows(session, year)
    people: Counter[str] = Counter()
    machine: Counter[str] = Counter()
    raised: defaultdict[str, set[str]] = defaultdict(set)
    for row in rows:
        (people if row.by_person else machine).update(row.codes)
        for code in row.codes:
            raised[code].add(row.session_id)
    codebook = load_codebook()
    themes = [
        ThemeCount(code, people[code], machine[code], len(raised[code])) for code in codebook.codes
    ]
    counted = [one for one in meetings if one.attendance is not None]
    return ThemeCounts(
        year=year,
        codebook_version=codebook.version,
        sessions=len(meetings),
        comments=len(rows),
        decided=sum(row.by_person for row in rows),
        none=people[NONE] + machine[NONE],
        unclear=people[UNCLEAR] + machine[UNCLEAR],
        themes=tuple(sorted(themes, key=lambda one: (-one.comments, one.code))),
        kinds=_kinds(meetings),
        attendance=sum(one.attendance or 0 for one in counted),
        counted=len(counted),
        districts=tuple(sorted({code for one in meetings for code in one.districts})),
        languages=tuple(sorted({code for one in meetings for code in one.languages})),
        attributions=_attributions(session, year),
        demo=any(one.demo for one in meetings),
    )


def coded_rows(session: Session, year: int) -> list[CodedRow]:
    """Each comment of the year's finalised sessions with its codes: a person's where there are any,
    otherwise the machine's suggestions."""
    return _coded(session, *_in(year))


def sessions_held_with(session: Session, year: int) -> dict[str, tuple[CommunitySession, ...]]:
    """For each group that the survey does not reach the year's finalised sessions held with it, the
    earliest first; an empty tuple says that none was."""
    meetings = sorted(_finalised(session, year), key=lambda one: (one.held_on, one.id))
    return {group: tuple(one for one in meetings if group in one.held_with) for group in UNREACHED}


def count_session_themes(session: Session, session_id: str) -> tuple[ThemeCount, ...]:
    """The themes raised in one session, finalised or not, the most raised first."""
    people: Counter[str] = Counter()
    machine: Counter[str] = Counter()
    for row in _coded(session, CommunitySession.id == session_id):
        (people if row.by_person else machine).update(row.codes)
    raised = [code for code in load_codebook().codes if people[code] + machine[code]]
    counts = [ThemeCount(code, people[code], machine[code], 1) for code in raised]
    return tuple(sorted(counts, key=lambda one: (-one.comments, one.code)))


def _coded(session: Session, *where: ColumnElement[bool]) -> list[CodedRow]:
    machine: defaultdict[str, set[str]] = defaultdict(set)
    suggested = (
        select(ThemeSuggestion.comment_id, ThemeSuggestion.code)
        .join(Comment, Comment.id == ThemeSuggestion.comment_id)
        .join(CommunitySession, CommunitySession.id == Comment.session_id)
        .where(*where, Comment.removed == 0)
    )
    for comment_id, code in session.execute(suggested):
        machine[comment_id].add(code)
    people: defaultdict[str, set[str]] = defaultdict(set)
    decided = (
        select(DecidedTheme.comment_id, DecidedTheme.code)
        .join(Comment, Comment.id == DecidedTheme.comment_id)
        .join(CommunitySession, CommunitySession.id == Comment.session_id)
        .where(*where, Comment.removed == 0)
    )
    for comment_id, code in session.execute(decided):
        people[comment_id].add(code)
    comments = (
        select(Comment.id, CommunitySession.id)
        .join(CommunitySession, CommunitySession.id == Comment.session_id)
        .where(*where, Comment.removed == 0)
        .order_by(Comment.id)
    )
    return [
        CodedRow(
            session_id,
            frozenset(people.get(comment_id) or machine.get(comment_id) or {UNCLEAR}),
            comment_id in people,
        )
        for comment_id, session_id in session.execute(comments)
    ]


def _in(year: int) -> tuple[ColumnElement[bool], ...]:
    return (
        CommunitySession.state == FINALISED,
        CommunitySession.held_on >= date(year, 1, 1),
        CommunitySession.held_on <= date(year, 12, 31),
    )


def _finalised(session: Session, year: int) -> list[CommunitySession]:
    query = select(CommunitySession).where(*_in(year)).order_by(CommunitySession.id)
    return list(session.scalars(query))


def _kinds(meetings: list[CommunitySession]) -> tuple[KindCount, ...]:
    kinds = sorted({one.kind for one in meetings})
    return tuple(
        KindCount(
            kind,
            len(same := [one for one in meetings if one.kind == kind]),
            sum(one.attendance or 0 for one in same),
            sum(one.attendance is not None for one in same),
        )
        for kind in kinds
    )


def _attributions(session: Session, year: int) -> tuple[str, ...]:
    query = (
        select(CommentImport.attribution)
        .join(CommunitySession, CommunitySession.id == CommentImport.session_id)
        .where(*_in(year), CommentImport.attribution != "")
        .distinct()
        .order_by(CommentImport.attribution)
    )
    return tuple(session.scalars(query))
