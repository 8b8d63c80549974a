"""Reads about community sessions and their comments."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask_babel import gettext as _
from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, selectinload

from ..problems import NotFoundProblem
from .models import Comment, CommentImport, CommunitySession, ThemeDecision

#: Comments on one screen.
PAGE_SIZE = 25


@dataclass(frozen=True)
class CommentPage:
    """One screenful: newest first while notes are taken, in no meaningful order afterwards."""

    comments: tuple[Comment, ...]
    page: int
    pages: int
    total: int


@dataclass(frozen=True)
class Progress:
    """How far the theme work of a session is: of `comments`, `decided` were decided by a person and
    `unread` not even read by the machine."""

    comments: int
    decided: int
    unread: int

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


def list_comments(
    session: Session, session_id: str, *, page: int = 1, undecided_only: bool = False
) -> CommentPage:
    """A page of a session's comments with suggestions and decisions; an unknown page is the last."""
    chosen = select(Comment).where(Comment.session_id == session_id)
    if undecided_only:
        chosen = _without_decision(chosen)
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
        )
        .outerjoin(ThemeDecision, ThemeDecision.comment_id == Comment.id)
        .where(Comment.session_id.in_(session_ids))
        .group_by(Comment.session_id)
    )
    found = {
        session_id: Progress(comments, decided, comments - read)
        for session_id, comments, decided, read in session.execute(query)
    }
    return {one: found.get(one, Progress(0, 0, 0)) for one in session_ids}


def list_imports(session: Session, session_id: str) -> list[CommentImport]:
    """Files brought into a session, with whose words they are."""
    query = select(CommentImport).where(CommentImport.session_id == session_id)
    return list(session.scalars(query.order_by(CommentImport.imported_on, CommentImport.id)))
