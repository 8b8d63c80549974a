"""What is read and counted together: a year's finalised sessions, or the own words of a wave."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import Select, and_, case, extract, func, or_, select
from sqlalchemy.orm import Session

from ...problems import NotFoundProblem
from ...survey.models import OpenAnswer
from ...waves.models import ARCHIVED, CLOSED, Wave
from ...waves.titles import wave_title
from ..models import FINALISED, Comment, CommunitySession, ThemeDecision

_SURVEY = "survey-"


@dataclass(frozen=True)
class Collection:
    """`wave_id` is None for sessions. `key` names it in addresses, `title` on pages."""

    year: int
    key: str
    title: str
    wave_id: str | None = None

    @property
    def of_survey(self) -> bool:
        return self.wave_id is not None


@dataclass(frozen=True)
class CollectionWork:
    """How far a collection is: its comments, those decided by a person; `waiting`: answers of the
    survey that nobody has brought in yet."""

    collection: Collection
    comments: int
    decided: int
    waiting: int = 0

    @property
    def undecided(self) -> int:
        return self.comments - self.decided


def of_year(year: int) -> Collection:
    return Collection(year, str(year), str(year))


def of_wave(wave: Wave) -> Collection:
    return Collection(wave.year, f"{_SURVEY}{wave.slug}", wave_title(wave), wave.id)


def find_collection(session: Session, key: str) -> Collection:
    """The collection an address names; raises NotFoundProblem."""
    if key.isascii() and key.isdecimal() and len(key) == 4:
        return of_year(int(key))
    slug = key.removeprefix(_SURVEY)
    wave = session.scalars(_closed().where(Wave.slug == slug)).first() if slug != key else None
    if wave is None:
        raise NotFoundProblem(_("This page is not here"))
    return of_wave(wave)


def only(query: Any, collection: Collection) -> Any:
    """The query over comments, narrowed to one collection."""
    if collection.wave_id is not None:
        return query.join(OpenAnswer, OpenAnswer.id == Comment.open_answer_id).where(
            OpenAnswer.wave_id == collection.wave_id
        )
    return query.join(CommunitySession, CommunitySession.id == Comment.session_id).where(
        CommunitySession.state == FINALISED,
        extract("year", CommunitySession.held_on) == collection.year,
    )


def masked(query: Any) -> Any:
    """The query over comments of all collections: finalised sessions and the survey."""
    return query.outerjoin(CommunitySession, CommunitySession.id == Comment.session_id).where(
        or_(CommunitySession.state == FINALISED, Comment.open_answer_id.is_not(None))
    )


def list_years(session: Session) -> list[CollectionWork]:
    """Every year with finalised sessions, the latest first."""
    year = extract("year", CommunitySession.held_on)
    query = (
        select(year, func.count(), func.count(ThemeDecision.comment_id))
        .select_from(Comment)
        .join(CommunitySession, CommunitySession.id == Comment.session_id)
        .outerjoin(ThemeDecision, ThemeDecision.comment_id == Comment.id)
        .where(CommunitySession.state == FINALISED)
        .group_by(year)
        .order_by(year.desc())
    )
    return [
        CollectionWork(of_year(int(one)), comments, decided)
        for one, comments, decided in session.execute(query)
    ]


def list_waves(session: Session) -> list[CollectionWork]:
    """Every closed wave of ours in which somebody wrote something, the latest first."""
    counts = (
        select(
            OpenAnswer.wave_id,
            func.count(Comment.id),
            func.count(ThemeDecision.comment_id),
            func.sum(case((Comment.id.is_(None), 1), else_=0)),
        )
        .outerjoin(Comment, Comment.open_answer_id == OpenAnswer.id)
        .outerjoin(ThemeDecision, ThemeDecision.comment_id == Comment.id)
        .group_by(OpenAnswer.wave_id)
    )
    found = {row[0]: row[1:] for row in session.execute(counts)}
    waves: Sequence[Wave] = session.scalars(
        _closed().order_by(Wave.year.desc(), Wave.quarter.desc(), Wave.id)
    ).all()
    return [
        CollectionWork(of_wave(wave), *map(int, found[wave.id])) for wave in waves if wave.id in found
    ]


def find_work(session: Session, collection: Collection) -> CollectionWork:
    """How far this collection is."""
    known = list_waves(session) if collection.of_survey else list_years(session)
    empty = CollectionWork(collection, 0, 0)
    return next((one for one in known if one.collection == collection), empty)


def _closed() -> Select[Wave]:
    # While a wave is open nobody reads what is written in it.
    return select(Wave).where(and_(Wave.kind == "own", Wave.state.in_((CLOSED, ARCHIVED))))
