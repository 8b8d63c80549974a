"""Reads about waves."""

from __future__ import annotations

from flask_babel import gettext as _
from sqlalchemy import bindparam, or_, select
from sqlalchemy.orm import Session

from questionnaires.load import load_instrument
from questionnaires.schema import Instrument

from ..problems import NotFoundProblem
from .models import CITY_SERIES, OPEN, PAUSED, Wave, WaveWording

#: Built once: every page of the survey asks for it.
_OPEN_WAVE = (
    select(Wave)
    .where(
        Wave.kind == "own",
        Wave.series == bindparam("series"),
        or_(Wave.state == OPEN, Wave.pilot),
    )
    .order_by(Wave.year.desc())
)
# On PostgreSQL a shared row lock; SQLite has one writer at a time anyway.
_OPEN_WAVE_HELD = _OPEN_WAVE.with_for_update(read=True)


def find_open_wave(session: Session, *, series: str = CITY_SERIES, hold: bool = False) -> Wave | None:
    """The wave of a series that takes answers now, open or on trial; None when there is none.

    Never more than one does.

    `hold` keeps the wave from closing until the caller's transaction ends, so that no answer is
    sealed into a wave whose last release is over. Many may hold it at once.
    """
    return session.scalars(_OPEN_WAVE_HELD if hold else _OPEN_WAVE, {"series": series}).first()


def find_live_wave(session: Session, *, series: str, hold: bool = False) -> Wave | None:
    """As `find_open_wave`, for pages that only read what does not change while a wave is open.

    Asked with every page of the survey: two columns tell whether it is the wave already known in this
    process, whose row is then not read again. The wave belongs to no session.
    """
    found = (
        session.connection()
        .execute(_LIVE_WAVE_HELD if hold else _LIVE_WAVE, {"series": series})
        .first()
    )
    if found is None:
        return None
    known = _live.get(found.id)
    if known is None or (known.state, known.pilot, known.demo) != (
        found.state,
        found.pilot,
        found.demo,
    ):
        known = session.get_one(Wave, found.id)
        session.expunge(known)
        _live[found.id] = known
    return known


_columns = Wave.__table__.c
_LIVE_WAVE = (
    select(_columns.id, _columns.state, _columns.pilot, _columns.demo)
    .where(
        _columns.kind == "own",
        _columns.series == bindparam("series"),
        or_(_columns.state == OPEN, _columns.pilot),
    )
    .order_by(_columns.year.desc())
)
_LIVE_WAVE_HELD = _LIVE_WAVE.with_for_update(read=True)
_live: dict[str, Wave] = {}


def find_paused_wave(session: Session, *, series: str = CITY_SERIES) -> Wave | None:
    """The wave of a series that is only paused, so that its pages can say: come back soon."""
    query = select(Wave).where(Wave.kind == "own", Wave.series == series, Wave.state == PAUSED)
    return session.scalars(query.order_by(Wave.year.desc())).first()


def list_waves(session: Session, *, kind: str | None = None, series: str | None = None) -> list[Wave]:
    """All waves (or those of one kind or series), oldest year first."""
    query = select(Wave).order_by(Wave.series, Wave.year, Wave.slug)
    if kind is not None:
        query = query.where(Wave.kind == kind)
    if series is not None:
        query = query.where(Wave.series == series)
    return list(session.scalars(query))


def find_wave(session: Session, slug: str) -> Wave:
    """The wave with this slug; raises NotFoundProblem."""
    wave = session.scalars(select(Wave).where(Wave.slug == slug)).first()
    if wave is None:
        raise NotFoundProblem(_("There is no wave called %(slug)s.", slug=slug))
    return wave


def load_instrument_of(wave: Wave) -> Instrument:
    """The questionnaire of one of our own waves; raises NotFoundProblem for a foreign one."""
    if wave.kind != "own":
        raise NotFoundProblem(_("%(title)s is not a questionnaire of ours.", title=wave.title))
    return load_instrument(wave.questionnaire)


def find_wording(session: Session, wave: Wave, language: str) -> WaveWording | None:
    """What was frozen in this language when the wave opened; None when it was not offered."""
    return session.get(WaveWording, (wave.id, language))


def list_wordings(session: Session, wave: Wave) -> list[WaveWording]:
    """Everything frozen when the wave opened, a row a language."""
    query = select(WaveWording).where(WaveWording.wave_id == wave.id)
    return list(session.scalars(query.order_by(WaveWording.language)))
