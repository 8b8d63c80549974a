"""Reads of the work on themes. Only what is masked: finalised sessions, and the survey's own words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, selectinload

from analysis.themes.codebook import SPECIAL, compare, load_codebook

from ...problems import NotFoundProblem
from ...survey.models import OpenAnswer
from ...waves.models import Wave
from ..models import Comment, CommunitySession, DecidedTheme, ThemeDecision, ThemeSuggestion
from .collections import Collection, masked, of_wave, of_year, only
from .models import FINAL, READERS, BlindCoding, DrawnComment, DrawReader, ThemeDraw, ThemeModel


@dataclass(frozen=True)
class DrawProgress:
    """Of `size` drawn comments: read by A, by B, by both; differing and settled among those."""

    size: int
    read: dict[str, int]
    both: int
    settled: int

    @property
    def differing(self) -> int:
        return self.both - self.settled


def _with_themes(query: Select[Comment]) -> Select[Comment]:
    return query.options(
        selectinload(Comment.suggestions),
        selectinload(Comment.decision).selectinload(ThemeDecision.themes),
    )


def next_in_queue(session: Session, collection: Collection, *, after: str = "") -> Comment | None:
    """The next comment of the collection without a decision, in order of its meaningless id; from the
    beginning again when none comes `after`."""
    waiting = (
        only(select(Comment), collection)
        .where(~select(ThemeDecision).where(ThemeDecision.comment_id == Comment.id).exists())
        .order_by(Comment.id)
        .limit(1)
    )
    found = session.scalars(_with_themes(waiting.where(Comment.id > after))).first()
    return found or (session.scalars(_with_themes(waiting)).first() if after else None)


def find_settled_comment(session: Session, comment_id: str) -> Comment:
    """The comment, if it is of a finalised session or of the survey; raises NotFoundProblem."""
    query = masked(select(Comment)).where(Comment.id == comment_id)
    comment = session.scalars(_with_themes(query)).first()
    if comment is None:
        raise NotFoundProblem(_("This comment is not here. Somebody may have taken it out."))
    return comment


@dataclass(frozen=True)
class CollectedComment:
    """What a draw and a share need of a comment: no words. `kind` is that of its session; for the
    survey the coarse weight, `open` where the answer came by the open link."""

    id: str
    session_id: str | None
    kind: str
    language: str


def list_collected(session: Session, collection: Collection) -> list[CollectedComment]:
    """The comments of the collection, by id."""
    kind: Any = (
        func.coalesce(OpenAnswer.weight_class, "open")
        if collection.of_survey
        else CommunitySession.kind
    )
    query = only(select(Comment.id, Comment.session_id, kind, Comment.language), collection)
    return [CollectedComment(*row) for row in session.execute(query.order_by(Comment.id))]


def machine_codes(session: Session, collection: Collection) -> dict[str, set[str]]:
    """Comment -> the themes the machine suggests for it, without none and unclear."""
    query = only(
        select(ThemeSuggestion.comment_id, ThemeSuggestion.code).join(
            Comment, Comment.id == ThemeSuggestion.comment_id
        ),
        collection,
    ).where(ThemeSuggestion.code.not_in(SPECIAL))
    found: dict[str, set[str]] = {}
    for comment_id, code in session.execute(query):
        found.setdefault(comment_id, set()).add(code)
    return found


def collection_of(session: Session, draw: ThemeDraw) -> Collection:
    """From what a draw was drawn."""
    if draw.wave_id is None:
        return of_year(draw.year)
    return of_wave(session.get_one(Wave, draw.wave_id))


def list_draws(session: Session) -> list[ThemeDraw]:
    """All draws, the latest first."""
    return list(session.scalars(select(ThemeDraw).order_by(ThemeDraw.drawn_on.desc(), ThemeDraw.id)))


def find_draw(session: Session, draw_id: str) -> ThemeDraw:
    """The draw with this id; raises NotFoundProblem."""
    draw = session.get(ThemeDraw, draw_id)
    if draw is None:
        raise NotFoundProblem(_("This draw is not here."))
    return draw


def list_drawn(session: Session, draw_id: str) -> list[DrawnComment]:
    """The drawn comments in the order of reading."""
    query = select(DrawnComment).where(DrawnComment.draw_id == draw_id)
    return list(session.scalars(query.order_by(DrawnComment.place)))


def codings_of(session: Session, draw_id: str) -> dict[str, dict[str, frozenset[str]]]:
    """Comment -> reader (A, B, final) -> codes."""
    found: dict[str, dict[str, frozenset[str]]] = {}
    for one in session.scalars(select(BlindCoding).where(BlindCoding.draw_id == draw_id)):
        found.setdefault(one.comment_id, {})[one.reader] = frozenset(one.codes)
    return found


def count_draw(session: Session, draw: ThemeDraw) -> DrawProgress:
    """How far a draw is read."""
    codings = codings_of(session, draw.id)
    return DrawProgress(
        draw.size,
        {reader: sum(reader in by for by in codings.values()) for reader in READERS},
        sum(set(READERS) <= set(by) for by in codings.values()),
        sum(FINAL in by for by in codings.values()),
    )


def reader_of(session: Session, draw_id: str, account_id: str) -> str | None:
    """Which slot this account holds in the draw."""
    query = select(DrawReader.reader).where(
        DrawReader.draw_id == draw_id, DrawReader.account_id == account_id
    )
    return session.scalars(query).first()


def free_slot(session: Session, draw_id: str) -> str | None:
    """The first slot that nobody has held."""
    taken = set(session.scalars(select(DrawReader.reader).where(DrawReader.draw_id == draw_id)))
    return next((reader for reader in READERS if reader not in taken), None)


def next_to_read(session: Session, draw_id: str, reader: str) -> tuple[Comment, int] | None:
    """The next drawn comment this reader has not read, with its place."""
    read = (
        select(BlindCoding.comment_id)
        .where(BlindCoding.draw_id == draw_id, BlindCoding.reader == reader)
        .scalar_subquery()
    )
    query = (
        select(Comment, DrawnComment.place)
        .join(DrawnComment, DrawnComment.comment_id == Comment.id)
        .where(DrawnComment.draw_id == draw_id, Comment.id.not_in(read))
        .order_by(DrawnComment.place)
        .limit(1)
    )
    row = session.execute(query).first()
    return (row[0], row[1]) if row else None


def list_disagreements(session: Session, draw_id: str) -> list[tuple[Comment, DrawnComment]]:
    """Drawn comments to which both readers gave different codes, in the order of reading."""
    codings = codings_of(session, draw_id)
    differing = [one for one, by in codings.items() if set(READERS) <= set(by) and by["A"] != by["B"]]
    query = (
        select(Comment, DrawnComment)
        .join(DrawnComment, DrawnComment.comment_id == Comment.id)
        .where(DrawnComment.draw_id == draw_id, Comment.id.in_(differing))
        .order_by(DrawnComment.place)
    )
    return [(comment, drawn) for comment, drawn in session.execute(query)]


@dataclass(frozen=True)
class Coded:
    """A comment that a person coded, for learning."""

    id: str
    body: str
    language: str
    codes: frozenset[str]


def list_coded(session: Session) -> list[Coded]:
    """Comments with a person's decision that still counts under the newest codebook; none of a draw,
    so that a draw stays a test of the machine."""
    body = func.coalesce(Comment.plain_body, OpenAnswer.body)
    query = masked(
        select(Comment.id, body, Comment.language, ThemeDecision.codebook_version)
        .join(ThemeDecision, ThemeDecision.comment_id == Comment.id)
        .outerjoin(OpenAnswer, OpenAnswer.id == Comment.open_answer_id)
        .where(Comment.id.not_in(select(DrawnComment.comment_id)))
    ).order_by(Comment.id)
    codes: dict[str, set[str]] = {}
    for comment_id, code in session.execute(select(DecidedTheme.comment_id, DecidedTheme.code)):
        codes.setdefault(comment_id, set()).add(code)
    counting: dict[int, frozenset[str]] = {}
    found = []
    for comment_id, body, language, version in session.execute(query):
        counts = counting.setdefault(version, comparable_codes(version))
        given = codes.get(comment_id, set())
        # A decision with a code that means something else today must be made again.
        if given and given <= counts | set(SPECIAL):
            found.append(Coded(comment_id, body or "", language, frozenset(given)))
    return found


def comparable_codes(version: int) -> frozenset[str]:
    """Codes that mean the same in this version of the codebook as in the newest."""
    newest = load_codebook()
    if version == newest.version:
        return frozenset(newest.codes)
    verdicts = compare(load_codebook(version), newest)
    return frozenset(code for code, verdict in verdicts.items() if verdict.comparable)


def count_decided_codes(session: Session) -> dict[tuple[int, str], int]:
    """How many decisions gave each code, by version of the codebook."""
    query = (
        select(ThemeDecision.codebook_version, DecidedTheme.code, func.count())
        .join(DecidedTheme, DecidedTheme.comment_id == ThemeDecision.comment_id)
        .group_by(ThemeDecision.codebook_version, DecidedTheme.code)
    )
    return {(version, code): count for version, code, count in session.execute(query)}


def list_models(session: Session) -> Sequence[ThemeModel]:
    """All trained models, the latest first."""
    return list(session.scalars(select(ThemeModel).order_by(ThemeModel.made_on.desc(), ThemeModel.id)))


def model_in_use(session: Session) -> ThemeModel | None:
    """The model that suggests themes, or None: seed phrases alone."""
    return session.scalars(select(ThemeModel).where(ThemeModel.in_use)).first()
