"""Reads about drawn addresses."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

import numpy as np
from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from analysis.table import Table

from ..waves.models import CITY_SERIES, DRAFT, Wave
from .codes import digest_of
from .models import InvitationCase, InvitationCell, InvitationSample

#: The disposition of an address of which nothing came back: unknown whether anybody lives there.
NOTHING_KNOWN = "UH"
#: Outcomes after which no reminder is sent: they said no, or nobody eligible lives there.
NO_REMINDER = ("I", "P", "R", "NE")


class CodeState(Enum):
    """What is known of a code that somebody typed."""

    READY = "ready"
    USED = "used"
    UNKNOWN = "unknown"


def find_code(session: Session, *, wave_id: str, code: str, finding_key: bytes) -> CodeState:
    used = session.scalar(
        select(InvitationCase.used).where(
            InvitationCase.wave_id == wave_id,
            InvitationCase.digest == digest_of(finding_key, wave_id, code),
        )
    )
    if used is None:
        return CodeState.UNKNOWN
    return CodeState.USED if used else CodeState.READY


def find_sample(session: Session, wave_id: str) -> InvitationSample | None:
    return session.get(InvitationSample, wave_id)


@dataclass(frozen=True, slots=True)
class Outcome:
    """A drawn address for response rates and nonresponse classes: `disposition` as
    `analysis.fieldwork.outcomes` knows them; `settled` is False where nothing is known yet."""

    stratum: str
    psu: str | None
    base_weight: float
    batch: str
    disposition: str
    settled: bool


#: A used code is an interview.
_TOLD = case((InvitationCase.used, "I"), else_=InvitationCase.disposition)


def list_outcomes(session: Session, wave_id: str) -> list[Outcome]:
    """Every drawn address of a wave in the order of its letters."""
    rows = session.execute(
        select(
            InvitationCell.stratum,
            InvitationCase.psu,
            InvitationCase.base_weight,
            InvitationCase.batch,
            _TOLD,
        )
        .join(InvitationCell, InvitationCell.id == InvitationCase.cell_id)
        .where(InvitationCase.wave_id == wave_id)
        .order_by(InvitationCase.number)
    )
    return [
        Outcome(stratum, psu, weight, batch, code or NOTHING_KNOWN, code is not None)
        for stratum, psu, weight, batch, code in rows
    ]


def count_outcomes(session: Session, wave_id: str) -> Table:
    """How many addresses have each disposition, and their base weights added up, as columns
    disposition, addresses, base_weight: counted in the database."""
    told = func.coalesce(_TOLD, NOTHING_KNOWN)
    rows = session.execute(
        select(told, func.count(), func.sum(InvitationCase.base_weight))
        .where(InvitationCase.wave_id == wave_id)
        .group_by(told)
        .order_by(told)
    ).all()
    return Table(
        {
            "disposition": np.array([code for code, _n, _weight in rows], np.str_),
            "addresses": np.array([n for _code, n, _weight in rows], np.float64),
            "base_weight": np.array([weight for _code, _n, weight in rows], np.float64),
        },
        "addresses",
    )


def outcome_table(outcomes: Sequence[Outcome], source: str) -> Table:
    """The same as columns stratum, psu, base_weight, batch, disposition: what
    `analysis.fieldwork.outcomes.outcomes` and `analysis.weighting.nonresponse.adjust_classes` read."""
    return Table(
        {
            "stratum": np.array([one.stratum for one in outcomes]),
            "psu": np.array([one.psu or "" for one in outcomes]),
            "base_weight": np.array([one.base_weight for one in outcomes], dtype=np.float64),
            "batch": np.array([one.batch for one in outcomes]),
            "disposition": np.array([one.disposition for one in outcomes]),
        },
        source,
    )


@dataclass(frozen=True, slots=True)
class StratumLine:
    """A stratum of the sample: addresses, groups that released answers carry, codes used."""

    stratum: str
    addresses: int
    cells: int
    used: int


def list_strata(session: Session, wave_id: str) -> list[StratumLine]:
    used: Counter[str] = Counter()
    addresses: Counter[str] = Counter()
    cells: Counter[str] = Counter()
    for cell, count, spent in session.execute(
        select(
            InvitationCell,
            func.count(InvitationCase.number),
            func.sum(case((InvitationCase.used, 1), else_=0)),
        )
        .join(InvitationCase, InvitationCase.cell_id == InvitationCell.id)
        .where(InvitationCell.wave_id == wave_id)
        .group_by(InvitationCell.id)
    ):
        addresses[cell.stratum] += count
        used[cell.stratum] += spent
        cells[cell.stratum] += 1
    return [StratumLine(name, addresses[name], cells[name], used[name]) for name in sorted(addresses)]


def list_batches(session: Session, wave_id: str) -> list[str]:
    query = select(InvitationCase.batch).where(InvitationCase.wave_id == wave_id).distinct()
    return sorted(session.scalars(query))


def list_letters(
    session: Session, wave_id: str, *, batch: str | None, reminder: bool
) -> list[tuple[int, str]]:
    """Numbers and batches of letters to print; `reminder`: only codes not used, and nobody said no."""
    query = select(InvitationCase.number, InvitationCase.batch).where(InvitationCase.wave_id == wave_id)
    if batch is not None:
        query = query.where(InvitationCase.batch == batch)
    if reminder:
        open_still = InvitationCase.disposition.is_(None) | InvitationCase.disposition.not_in(
            NO_REMINDER
        )
        query = query.where(InvitationCase.used.is_(False), open_still)
    return [(number, name) for number, name in session.execute(query.order_by(InvitationCase.number))]


def list_claims(session: Session, wave_id: str, claim: str) -> list[int]:
    """Numbers of letters whose thank-you was asked for ('asked') or sent ('sent')."""
    query = select(InvitationCase.number).where(
        InvitationCase.wave_id == wave_id, InvitationCase.claim == claim
    )
    return list(session.scalars(query.order_by(InvitationCase.number)))


def find_gift(session: Session) -> tuple[Wave, int] | None:
    """The newest wave whose sample was promised a thank-you, and the dollars; None without one.

    Also after it closed: a card may be asked for later.
    """
    found = session.execute(
        select(Wave, InvitationSample.incentive)
        .join(InvitationSample, InvitationSample.wave_id == Wave.id)
        .where(Wave.series == CITY_SERIES, Wave.state != DRAFT)
        .order_by(Wave.year.desc())
        .limit(1)
    ).first()
    return (found[0], found[1]) if found is not None and found[1] else None
