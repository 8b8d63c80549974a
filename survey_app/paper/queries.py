"""Reads about printed questionnaires and paper forms."""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import gettext as _
from sqlalchemy import func, select
from sqlalchemy.orm import Session, load_only

from ..problems import NotFoundProblem
from ..waves.models import ARCHIVED, Wave
from .models import PaperForm, PaperSheet, PaperTally


def list_paper_waves(session: Session) -> list[Wave]:
    """Our own waves that have or may have paper: all but those put away."""
    query = select(Wave).where(Wave.kind == "own", Wave.state != ARCHIVED)
    return list(session.scalars(query.order_by(Wave.series, Wave.year.desc(), Wave.quarter.desc())))


def list_sheets(session: Session, wave: Wave) -> list[PaperSheet]:
    """What is ready to be printed, without the files."""
    light = load_only(
        PaperSheet.language,
        PaperSheet.size,
        PaperSheet.pages,
        PaperSheet.words_sha256,
        PaperSheet.built_on,
    )
    query = select(PaperSheet).where(PaperSheet.wave_id == wave.id).options(light)
    return list(session.scalars(query))


def find_sheet(session: Session, wave: Wave, language: str, size: str) -> PaperSheet:
    found = session.get(PaperSheet, (wave.id, language, size))
    if found is None:
        raise NotFoundProblem(_("This questionnaire was not made yet. Make the paper questionnaires."))
    return found


def find_form(session: Session, wave: Wave, number: int) -> PaperForm | None:
    """The form of this number, held until the transaction ends."""
    return session.scalars(
        select(PaperForm)
        .where(PaperForm.wave_id == wave.id, PaperForm.number == number)
        .with_for_update()
    ).first()


def list_forms(session: Session, wave: Wave, state: str) -> Sequence[PaperForm]:
    query = select(PaperForm).where(PaperForm.wave_id == wave.id, PaperForm.state == state)
    return session.scalars(query.order_by(PaperForm.number)).all()


def count_forms(session: Session, wave: Wave, state: str) -> int:
    query = select(func.count()).select_from(PaperForm)
    return session.scalar(query.where(PaperForm.wave_id == wave.id, PaperForm.state == state)) or 0


def find_tally(session: Session, wave: Wave) -> PaperTally:
    """The wave's totals; a first row, not stored yet, when nothing was keyed twice."""
    found = session.get(PaperTally, wave.id)
    if found is None:
        found = PaperTally(wave_id=wave.id, forms=0, counted=0, not_eligible=0, compared=0, differed=0)
        session.add(found)
    return found


def read_tally(session: Session, wave: Wave) -> PaperTally | None:
    return session.get(PaperTally, wave.id)
