"""Reads about community sessions and their comments."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask_babel import gettext as _
from sqlalchemy import Select, case, func, select
from sqlalchemy.orm import Session, selectinload

from ..problems import NotFoundProblem
from .models import (
    Comment,
    CommentImport,
    CommunitySession,
    HandOff,
    StagedImport,
    ThemeDecision,
)

#: Comments on one screen.
PAGE_SIZE = 25
#: Changed comments in one answer to a device, which asks again for the rest.
MOST_CHANGED = 100


@dataclass(frozen=True)
class CommentPage:
    """One screenful: newest first while notes are taken, in no meaningful order afterwards."""

    comments: tuple[Comment, ...]
    page: int
    pages: int
    total: int


@dataclass(frozen=True)
class Progress:
    """How far a session is: of `comments`, `decided` were decided by a person and `unread` not read
    by the machine; `to_check` may lead to a person, `disputed` have two wordings, `removed` can come
    back."""

    comments: int
    decided: int
    unread: int
    to_check: int = 0
    disputed: int = 0
    removed: int = 0

    @property
    def undecided(self) -> int:
        return self.comments - self.decided


def find_session(session: Session, session_id: str) -> CommunitySession:
    """The session with this id; raises NotFoundProblem."""
    meeting = session.get(CommunitySession, session_id)
    if meeting is None:
        raise NotFoundProblem(_("This session is not here."))
    return meeting


def list_sessions(session: Session) -> list[CommunitySession]:
    """All sessions, the latest first."""
    query = select(CommunitySession).order_by(CommunitySession.held_on.desc(), CommunitySession.id)
    return list(session.scalars(query))


def find_comment(session: Session, session_id: str, comment_id: str) -> Comment:
    """The comment with this id in this session; raises NotFoundProblem."""
    comment = session.get(Comment, comment_id)
    if comment is None or comment.session_id != session_id:
        raise NotFoundProblem(_("This comment is not here. Somebody may have taken it out."))
    return comment


def list_comments(session: Session, session_id: str, *, page: int = 1, show: str = "") -> CommentPage:
    """A page of a session's comments with suggestions and decisions; an unknown page is the last.

    `show` picks those "undecided", those "waiting" for somebody (personal data, two wordings), or
    those "removed"; otherwise all that are not taken out.
    """
    chosen = select(Comment).where(
        Comment.session_id == session_id, Comment.removed == int(show == "removed")
    )
    if show == "undecided":
        chosen = _without_decision(chosen)
    elif show == "waiting":
        chosen = chosen.where((Comment.to_check > 0) | (Comment.disputed > 0))
    total = session.scalar(select(func.count()).select_from(chosen.subquery())) or 0
    pages = max(1, -(-total // PAGE_SIZE))
    page = min(max(1, page), pages)
    query = (
        chosen.order_by(func.coalesce(Comment.position, 0).desc(), Comment.id)
        .options(
            selectinload(Comment.suggestions),
            selectinload(Comment.decision).selectinload(ThemeDecision.themes),
        )
        .limit(PAGE_SIZE)
        .offset((page - 1) * PAGE_SIZE)
    )
    return CommentPage(tuple(session.scalars(query)), page, pages, total)


def _without_decision(query: Select[Comment]) -> Select[Comment]:
    return query.where(~select(ThemeDecision).where(ThemeDecision.comment_id == Comment.id).exists())


def count_progress(session: Session, session_ids: Sequence[str]) -> dict[str, Progress]:
    """How far the theme work is, for each of these sessions."""
    query = (
        select(
            Comment.session_id,
            func.count(),
            func.count(ThemeDecision.comment_id),
            func.count(Comment.read_with_version),
            func.sum(case((Comment.to_check > 0, 1), else_=0)),
            func.sum(Comment.disputed),
        )
        .outerjoin(ThemeDecision, ThemeDecision.comment_id == Comment.id)
        .where(Comment.session_id.in_(session_ids), Comment.removed == 0)
        .group_by(Comment.session_id)
    )
    removed = select(Comment.session_id, func.count()).where(
        Comment.session_id.in_(session_ids), Comment.removed == 1
    )
    gone = {row[0]: row[1] for row in session.execute(removed.group_by(Comment.session_id))}
    found = {
        session_id: Progress(
            comments, decided, comments - read, to_check, disputed, gone.get(session_id, 0)
        )
        for session_id, comments, decided, read, to_check, disputed in session.execute(query)
    }
    return {one: found.get(one, Progress(0, 0, 0, removed=gone.get(one, 0))) for one in session_ids}


def list_changed(session: Session, session_id: str, *, since: int) -> list[Comment]:
    """Notes of an open session that changed after revision `since`, the ones taken out as well."""
    query = (
        select(Comment)
        .where(Comment.session_id == session_id, Comment.revision > since)
        .order_by(Comment.revision)
        .options(
            selectinload(Comment.suggestions),
            selectinload(Comment.decision).selectinload(ThemeDecision.themes),
        )
        .limit(MOST_CHANGED)
    )
    return list(session.scalars(query))


def count_hand_offs(session: Session, session_id: str) -> dict[str, int]:
    """How often which door was shown at a session."""
    query = select(HandOff.door, func.count()).where(HandOff.session_id == session_id)
    return {row[0]: row[1] for row in session.execute(query.group_by(HandOff.door))}


def list_imports(session: Session, session_id: str) -> list[CommentImport]:
    """Files brought into a session, with whose words they are."""
    query = select(CommentImport).where(CommentImport.session_id == session_id)
    return list(session.scalars(query.order_by(CommentImport.imported_on, CommentImport.id)))


def list_staged(session: Session, session_id: str) -> list[StagedImport]:
    """Files that somebody has brought and not yet imported or dropped."""
    query = select(StagedImport).where(StagedImport.session_id == session_id)
    return list(session.scalars(query.order_by(StagedImport.expires_on, StagedImport.id)))
