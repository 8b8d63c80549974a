"""Themes of comments: what the machine suggests and what a person decides, stored apart."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from functools import cache
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from analysis.themes.codebook import SPECIAL, load_codebook
from analysis.themes.errors import CodebookError
from analysis.themes.tagger import Suggestion, Tagger

from ...accounts.permissions import ROLES
from ...jobs import now
from ...problems import BadInputProblem
from ..models import Comment, DecidedTheme, ThemeDecision, ThemeSuggestion
from ..note_words import Wording
from ..queries import find_comment
from .meetings import lock_session

#: The kind of job that reads comments for themes (jobs.py registers it).
SUGGEST_JOB = "comments.suggest"


@cache
def tagger() -> Tagger:
    """The tagger of the newest codebook; its word lists are read once a process."""
    return Tagger()


def read_themes(
    body: str, language: str, english: str | None, using: Tagger | None = None
) -> tuple[Suggestion, ...]:
    """What the machine reads in the original and in the English beside it, most probable first.

    A theme found in either counts; `none` and `unclear` only stand where neither has a theme.
    `using` is a trained tagger; without it the seed phrases read.
    """
    reader = using or tagger()
    found = list(reader.suggest(body, language))
    if english:
        found += reader.suggest(english, "en")
    themes = [one for one in found if one.code not in SPECIAL]
    if not themes:
        # The English was written by a person who understood: its reading goes before the original's.
        return (found[-1],)
    best: dict[str, Suggestion] = {}
    for one in sorted(themes, key=lambda one: -one.probability):
        best.setdefault(one.code, one)
    return tuple(best.values())


def suggest_themes(comment: Comment, wording: Wording) -> None:
    """Replace the comment's suggestions with a fresh reading.

    The words that led to one are words of the comment: they are not stored while those are sealed.
    """
    version = tagger().codebook.version
    read = read_themes(wording.body, wording.language, wording.english)
    fresh = {one.code: (rank, one) for rank, one in enumerate(read, start=1)}
    for old in list(comment.suggestions):
        if old.code not in fresh:
            comment.suggestions.remove(old)
    known = {old.code: old for old in comment.suggestions}
    for code, (rank, one) in fresh.items():
        row = known.get(code) or ThemeSuggestion(code=code)
        row.rank, row.probability = rank, one.probability
        row.why = [] if comment.sealed else list(one.words)
        row.codebook_version, row.model_id = version, None
        if code not in known:
            comment.suggestions.append(row)
    comment.read_with_version = version


def words_that_led(comment: Comment) -> dict[str, tuple[str, ...]]:
    """Code to the words of the comment that led the machine to it; read anew while they are sealed."""
    if comment.sealed is None:
        return {one.code: tuple(one.why) for one in comment.suggestions}
    wording = comment.words.current
    read = read_themes(wording.body, wording.language, wording.english)
    return {one.code: tuple(one.words) for one in read}


def suggestion_rows(
    comments: Iterable[tuple[str, Wording]],
    *,
    sealed: bool,
    using: Tagger | None = None,
    model_id: str | None = None,
) -> list[dict[str, Any]]:
    """Rows of `theme_suggestions` for many (id, wording), read by `using`, the model with this id;
    without the words of `sealed` comments."""
    version = (using or tagger()).codebook.version
    return [
        {
            "comment_id": comment_id,
            "code": one.code,
            "rank": rank,
            "probability": one.probability,
            "why": [] if sealed else list(one.words),
            "codebook_version": version,
            "model_id": model_id,
        }
        for comment_id, said in comments
        for rank, one in enumerate(read_themes(said.body, said.language, said.english, using), start=1)
    ]


def suggest_waiting(session: Session, session_id: str, *, most: int = 500) -> int:
    """Read up to `most` comments of a session that the machine has not read; how many it read."""
    query = (
        select(Comment)
        .where(Comment.session_id == session_id, Comment.read_with_version.is_(None))
        .order_by(Comment.id)
        .limit(most)
    )
    waiting = list(session.scalars(query))
    if not waiting:
        return 0
    for sealed in (True, False):
        read = [(one.id, one.words.current) for one in waiting if bool(one.sealed) == sealed]
        if read:
            session.execute(insert(ThemeSuggestion), suggestion_rows(read, sealed=sealed))
    session.execute(
        update(Comment)
        .where(Comment.id.in_([one.id for one in waiting]))
        .values(read_with_version=tagger().codebook.version)
    )
    return len(waiting)


def decide_themes(
    session: Session, session_id: str, comment_id: str, codes: Collection[str], *, role: str
) -> Comment:
    """Store what a person decided the comment is about, in place of an earlier decision.

    Possible after finalising too. Raises BadInputProblem for no code, an unknown one, or `none` or
    `unclear` together with another.
    """
    lock_session(session, session_id)
    return store_decision(session, find_comment(session, session_id, comment_id), codes, role=role)


def store_decision(session: Session, comment: Comment, codes: Collection[str], *, role: str) -> Comment:
    """`decide_themes` for a comment that was found, of a session or of the survey."""
    chosen = check_codes(codes)
    if role not in ROLES:
        raise ValueError(f"{role!r} is not a role; the roles are {', '.join(ROLES)}")
    if comment.decision is None:
        comment.decision = ThemeDecision()
    decision = comment.decision
    decision.role, decision.decided_on = role, now().date()
    decision.codebook_version = load_codebook().version
    for old in list(decision.themes):
        if old.code not in chosen:
            decision.themes.remove(old)
    for code in sorted(chosen - {old.code for old in decision.themes}):
        decision.themes.append(DecidedTheme(code=code))
    session.flush()
    return comment


def check_codes(given: Collection[str]) -> set[str]:
    """The codes as a set, if one person may give them to one comment; BadInputProblem otherwise."""
    codes = set(given)
    if not codes:
        raise BadInputProblem(_("Choose at least one theme, or “No theme fits”, or “Cannot tell”."))
    if len(codes) > 1 and codes & set(SPECIAL):
        raise BadInputProblem(
            _("“No theme fits” and “Cannot tell” stand alone. Take out the other themes, or these.")
        )
    try:
        load_codebook().check(codes)
    except CodebookError:
        raise BadInputProblem(_("Choose the themes from the list.")) from None
    return codes
