"""A wave's life: draft, open, paused, closed, archived. Every step leaves an audit entry."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from copy import deepcopy
from datetime import date
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from analysis.data.raking import CURRENT, load_raking
from analysis.errors import AnalysisError
from questionnaires.load import load_instrument
from questionnaires.schema import Instrument, InstrumentError

from ..accounts.audit import record
from ..accounts.models import StaffAccount
from ..jobs import now
from ..problems import BadInputProblem, ConflictProblem
from . import opening
from .freeze import Frozen, has_source_language, stale_help_lines
from .models import ARCHIVED, CITY_SERIES, CLOSED, DRAFT, OPEN, PAUSED, Wave, WaveWording
from .periods import period_of

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
    day: date | None = None,
    actor: StaffAccount | None = None,
) -> Wave:
    """A draft of one of our own waves. A wave of the city's survey has its weighting declared before
    anybody answers; the other series are counted as they come. `day` (default today) says which
    quarter or year a wave of those is for.

    Raises BadInputProblem for an unknown questionnaire or weighting, ConflictProblem when the slug
    is taken or a demo wave is wanted in production.
    """
    if demo and production:
        raise ConflictProblem(_("This is the real survey: it takes no demonstration waves."))
    try:
        instrument = load_instrument(questionnaire)
        plan = _weighting_plan(weighting) if instrument.series == CITY_SERIES else {}
    except (InstrumentError, AnalysisError) as error:
        raise BadInputProblem(str(error)) from error
    period = period_of(instrument, day or now().date())
    slug = slug or period.slug(instrument.series)
    if session.scalar(select(Wave.id).where(Wave.slug == slug)):
        raise ConflictProblem(_("There is a wave called %(slug)s already.", slug=slug))
    wave = Wave(
        id=str(uuid.uuid4()),
        slug=slug,
        kind="own",
        series=instrument.series,
        year=period.year,
        quarter=period.quarter,
        questionnaire=instrument.id,
        state=DRAFT,
        demo=demo,
        title=instrument.title,
        publisher=instrument.sponsor,
        plan=plan,
        mapping={},
    )
    session.add(wave)
    session.flush()
    detail = {"weighting": plan["version"]} if plan else {}
    record(session, actor=actor, action="wave.create", subject=slug, detail=detail)
    return wave


def _weighting_plan(weighting: str) -> dict[str, Any]:
    version = load_raking(weighting)
    return {"version": version.id, **deepcopy(dict(version.plan))}


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
    must_be(wave, (DRAFT,))
    instrument = load_instrument(wave.questionnaire)
    _check_may_open(session, wave, instrument, production=production, day=day)
    frozen = opening.offered_now(session, wave)
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
    if wave.pilot:
        raise ConflictProblem(_("End the trial first. Its answers are erased."))
    must_be_alone(session, wave)
    weighted = bool(wave.plan.get("design") and wave.plan.get("weighting"))
    if wave.series == CITY_SERIES and not weighted:
        raise ConflictProblem(_("Declare the weighting of this wave before it opens."))
    if not any(measure.primary for measure in instrument.measures):
        raise ConflictProblem(_("Name the primary measures of this questionnaire before it opens."))
    lines = opening.help_lines_of(session, wave, instrument)
    stale = () if wave.demo else stale_help_lines(lines, day)
    if stale:
        names = ", ".join(line.number for line in stale)
        raise ConflictProblem(
            _(
                "Check these help lines and write down the day: %(numbers)s. "
                "It must be within 30 days before the wave opens.",
                numbers=names,
            )
        )


def must_be_alone(session: Session, wave: Wave) -> None:
    """Raises ConflictProblem while another wave of the series takes answers or is paused."""
    other = session.scalars(
        select(Wave).where(
            Wave.kind == "own",
            Wave.series == wave.series,
            or_(Wave.state.in_((OPEN, PAUSED)), Wave.pilot),
            Wave.id != wave.id,
        )
    ).first()
    if other is not None:
        raise ConflictProblem(
            _("Close %(title)s first. One wave is open at a time.", title=other.title)
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
    must_be(wave, (OPEN,))
    _move(session, wave, PAUSED, "wave.pause", actor)


def resume_wave(session: Session, wave: Wave, *, actor: StaffAccount | None = None) -> None:
    """Take answers again, in the wording that was frozen at the first opening."""
    must_be(wave, (PAUSED,))
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
    must_be(wave, (OPEN, PAUSED))
    wave.closed_on = today or now().date()
    _move(session, wave, CLOSED, "wave.close", actor)
    release(session, wave)


def archive_wave(session: Session, wave: Wave, *, actor: StaffAccount | None = None) -> None:
    """Put a closed wave away; its figures and wording stay readable."""
    must_be(wave, (CLOSED,))
    _move(session, wave, ARCHIVED, "wave.archive", actor)


def _move(session: Session, wave: Wave, state: str, action: str, actor: StaffAccount | None) -> None:
    detail: dict[str, Any] = {"from": wave.state}
    wave.state = state
    session.flush()
    record(session, actor=actor, action=action, subject=wave.slug, detail=detail)


def must_be(wave: Wave, states: tuple[str, ...]) -> None:
    """Raises ConflictProblem unless the wave is ours and in one of these states."""
    if wave.kind != "own" or wave.state not in states:
        raise ConflictProblem(
            _("%(title)s is not in a state for this. Look at it again.", title=wave.title)
        )
