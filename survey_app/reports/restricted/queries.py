"""Reads about agreements."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from ...problems import NotFoundProblem
from ...waves.models import CITY_SERIES, Wave
from ..speech import gettext as _
from .models import DataAgreement, RestrictedFile


def list_agreements(session: Session) -> Sequence[tuple[DataAgreement, Wave]]:
    """All agreements with their waves, the newest first."""
    query = select(DataAgreement, Wave).join(Wave, Wave.id == DataAgreement.wave_id)
    found = session.execute(query.order_by(DataAgreement.made_on.desc(), DataAgreement.id))
    return [(one, wave) for one, wave in found]


def find_agreement(session: Session, agreement_id: str) -> DataAgreement:
    found = session.get(DataAgreement, agreement_id)
    if found is None:
        raise NotFoundProblem(_("This agreement is not here."))
    return found


def find_by_code(session: Session, code: str) -> DataAgreement | None:
    """The agreement that a code belongs to, running or not."""
    query = select(DataAgreement).where(DataAgreement.code_sha256 == digest_of(code))
    return session.scalars(query).first()


def digest_of(code: str) -> str:
    """What is kept of a code."""
    return hashlib.sha256(code.strip().lower().encode()).hexdigest()


def list_made(session: Session) -> set[str]:
    """Agreements whose file is there."""
    return set(session.scalars(select(RestrictedFile.agreement_id)))


def list_closed_waves(session: Session) -> list[Wave]:
    """Waves that an agreement can be about, the newest first."""
    query = select(Wave).where(
        Wave.kind == "own", Wave.series == CITY_SERIES, Wave.state.in_(("closed", "archived"))
    )
    return list(session.scalars(query.order_by(Wave.year.desc())))
