"""A wave's life: draft, open, paused, closed, archived. Every step leaves an audit entry."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from copy import deepcopy
from datetime import date
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from analysis.data.raking import CURRENT, load_raking
from analysis.errors import AnalysisError
from questionnaires.load import load_instrument
from questionnaires.schema import Instrument, InstrumentError

from ..accounts.audit import record
from ..accounts.models import StaffAccount
from ..jobs import now
from ..problems import BadInputProblem, ConflictProblem
from .freeze import Frozen, freeze, has_source_language, stale_help_lines
from .models import ARCHIVED, CITY_SERIES, CLOSED, DRAFT, OPEN, PAUSED, Wave, WaveWording

#: Opens what is still sealed of a wave, so that nothing stays behind when it closes.
Release = Callable[[Session, Wave], object]


def create_wave(
    session: Session,
    *,
    questionnaire: str,
    slug: str | None = None,
    demo: bool = False,
    production: bool = False,
    weighting: str = CURRENT,
    actor: StaffAccount | None = None,
) -> Wave:
    """A draft of one of our own waves, with its weighting declared before anybody answers.

    Raises BadInputProblem for an unknown questionnaire or weighting, ConflictProblem when the slug
    is taken or a demo wave is wanted in production.
    """
    if demo and production:
        raise ConflictProblem(_("This is the real survey: it takes no demonstration waves."))
    try:
        instrument = load_instrument(questionnaire)
        version = load_raking(weighting)
    except (InstrumentError, AnalysisError) as error:
        raise BadInputProblem(str(error)) from error
    slug = slug or f"{CITY_SERIES}-{instrument.year}"
    if session.scalar(select(Wave.id).where(Wave.slug == slug)):
        raise ConflictProblem(_("There is a wave called %(slug)s already.", slug=slug))
    wave = Wave(
        id=str(uuid.uuid4()),
        slug=slug,
        kind="own",
        series=CITY_SERIES,
        year=instrument.year,
        questionnaire=instrument.id,
        state=DRAFT,
        demo=demo,
        title=instrument.title,
        publisher=instrument.sponsor,
        plan={"version": version.id, **deepcopy(dict(version.plan))},
        mapping={},
    )
    session.add(wave)
    session.flush()
    record(session, actor=actor, action="wave.create", subject=slug, detail={"weighting": version.id})
    return wave


def open_wave(
    session: Session,
    wave: Wave,
    *,
    production: bool,
    today: date | None = None,
    actor: StaffAccount | None = None,
) -> tuple[WaveWording, ...]:
    """Open a draft and freeze what residents will be shown; returns a row a language.

    Raises ConflictProblem when the wave is no draft, another one is open, it is a demonstration in
    production, no weighting or no primary measure is declared, or help lines were not checked.
    """
    day = today or now().date()
    _must_be(wave, (DRAFT,))
    instrument = load_instrument(wave.questionnaire)
    _check_may_open(session, wave, instrument, production=production, day=day)
    frozen = freeze(instrument)
    if not has_source_language(frozen):
        raise ConflictProblem(_("No language has all the words of this questionnaire."))
    rows = tuple(_wording_row(wave, one) for one in frozen)
    session.add_all(rows)
    wave.state, wave.opened_on = OPEN, day
    session.flush()
    record(
        session,
        actor=actor,
        action="wave.open",
        subject=wave.slug,
        detail={one.language: one.sha256 for one in frozen},
    )
    return rows


def _check_may_open(
    session: Session, wave: Wave, instrument: Instrument, *, production: bool, day: date
) -> None:
    if wave.demo and production:
        raise ConflictProblem(_("This is the real survey: it takes no demonstration waves."))
    other = session.scalars(
        select(Wave).where(
            Wave.kind == "own",
            Wave.series == wave.series,
            Wave.state.in_((OPEN, PAUSED)),
            Wave.id != wave.id,
        )
    ).first()
    if other is not None:
        raise ConflictProblem(
            _("Close %(title)s first. One wave is open at a time.", title=other.title)
        )
    if not wave.plan.get("design") or not wave.plan.get("weighting"):
        raise ConflictProblem(_("Declare the weighting of this wave before it opens."))
    if not any(measure.primary for measure in instrument.measures):
        raise ConflictProblem(_("Name the primary measures of this questionnaire before it opens."))
    stale = () if wave.demo else stale_help_lines(instrument, day)
    if stale:
        names = ", ".join(line.number for line in stale)
        raise ConflictProblem(
            _(
                "Check these help lines and write down the day: %(numbers)s. "
                "It must be within 30 days before the wave opens.",
                numbers=names,
            )
        )


def _wording_row(wave: Wave, frozen: Frozen) -> WaveWording:
    return WaveWording(
        wave_id=wave.id,
        language=frozen.language,
        wording=frozen.document,
        sha256=frozen.sha256,
    )


def pause_wave(session: Session, wave: Wave, *, actor: StaffAccount | None = None) -> None:
    """Take no new answers for a while; what was sent stays."""
    _must_be(wave, (OPEN,))
    _move(session, wave, PAUSED, "wave.pause", actor)


def resume_wave(session: Session, wave: Wave, *, actor: StaffAccount | None = None) -> None:
    """Take answers again, in the wording that was frozen at the first opening."""
    _must_be(wave, (PAUSED,))
    _move(session, wave, OPEN, "wave.resume", actor)


def close_wave(
    session: Session,
    wave: Wave,
    *,
    release: Release,
    today: date | None = None,
    actor: StaffAccount | None = None,
) -> None:
    """End fieldwork for good; `release` opens the last sealed answers in the same transaction."""
    _must_be(wave, (OPEN, PAUSED))
    wave.closed_on = today or now().date()
    _move(session, wave, CLOSED, "wave.close", actor)
    release(session, wave)


def archive_wave(session: Session, wave: Wave, *, actor: StaffAccount | None = None) -> None:
    """Put a closed wave away; its figures and wording stay readable."""
    _must_be(wave, (CLOSED,))
    _move(session, wave, ARCHIVED, "wave.archive", actor)


def _move(session: Session, wave: Wave, state: str, action: str, actor: StaffAccount | None) -> None:
    detail: dict[str, Any] = {"from": wave.state}
    wave.state = state
    session.flush()
    record(session, actor=actor, action=action, subject=wave.slug, detail=detail)


def _must_be(wave: Wave, states: tuple[str, ...]) -> None:
    if wave.kind != "own" or wave.state not in states:
        raise ConflictProblem(
            _("%(title)s is not in a state for this. Look at it again.", title=wave.title)
        )
