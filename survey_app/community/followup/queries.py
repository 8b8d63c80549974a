"""Reads about commitments and summaries, for staff, for the public and for the report."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from flask_babel import gettext as _
from sqlalchemy import Select, select
from sqlalchemy.orm import Session, selectinload

from ...problems import NotFoundProblem
from ..models import DRAFT, FINALISED, CommunitySession
from .models import Commitment, SessionSummary
from .standing import IN_TIME, KEPT_LATE, LATE, STANDINGS, standing


@dataclass(frozen=True)
class KeptRow:
    """A commitment as the report shows it: `words` maps languages to the promise, `closed_on` is the
    day of the last step where it was kept or given up."""

    id: str
    session_id: str | None
    theme: str | None
    words: dict[str, str]
    owner: str
    made_on: date
    due_on: date
    closed_on: date | None
    standing: str


@dataclass(frozen=True)
class OwnerCount:
    """How an agency keeps its word: counts by standing."""

    owner: str
    counts: dict[str, int]

    @property
    def total(self) -> int:
        return sum(self.counts.values())


@dataclass(frozen=True)
class Kept:
    """Commitments and what became of them until `as_of`. `counts` holds every standing."""

    as_of: date
    rows: tuple[KeptRow, ...]
    counts: dict[str, int]
    owners: tuple[OwnerCount, ...]
    demo: bool

    @property
    def kept(self) -> int:
        return self.counts[IN_TIME] + self.counts[KEPT_LATE]

    @property
    def late(self) -> int:
        """Past their day: kept after it, or still not kept."""
        return self.counts[KEPT_LATE] + self.counts[LATE]


def commitments_for_report(session: Session, year: int, *, as_of: date) -> Kept:
    """What the report of a year says of commitments: those made in the year, those that were still
    running when it began, and how they stood on `as_of`. The same day gives the same answer for ever:
    steps are only added, never changed."""
    begin = date(year, 1, 1)
    query = _commitments().where(Commitment.made_on <= date(year, 12, 31))
    rows = [
        one
        for one in session.scalars(query)
        if one.made_on >= begin or not _was_closed(one, before=begin)
    ]
    return _kept(rows, as_of)


def all_commitments(session: Session, *, as_of: date) -> Kept:
    """Every commitment there is: what the public page shows."""
    return _kept(session.scalars(_commitments()), as_of)


def commitments_of(session: Session, session_id: str, *, as_of: date) -> Kept:
    """The commitments of one session."""
    return _kept(session.scalars(_commitments().where(Commitment.session_id == session_id)), as_of)


def find_commitment(session: Session, commitment_id: str) -> Commitment:
    """The commitment with this id and its steps; raises NotFoundProblem."""
    found = session.get(Commitment, commitment_id)
    if found is None:
        raise NotFoundProblem(_("This commitment is not here."))
    return found


def standing_of(found: Commitment, *, as_of: date) -> str:
    return standing(((one.happened_on, one.state) for one in found.steps), found.due_on, as_of=as_of)


def list_summaries(session: Session, session_id: str) -> dict[str, SessionSummary]:
    """The summaries of a session by language."""
    query = select(SessionSummary).where(SessionSummary.session_id == session_id)
    return {one.language: one for one in session.scalars(query)}


def is_public(meeting: CommunitySession, summaries: dict[str, SessionSummary]) -> bool:
    """Whether the summary of a session is out: there and approved in every language it was held in."""
    return not meeting.is_open and all(
        code in summaries and summaries[code].approved_on is not None for code in meeting.languages
    )


def list_past(session: Session) -> list[CommunitySession]:
    """Finalised sessions, the latest first: each has a public page."""
    query = select(CommunitySession).where(CommunitySession.state == FINALISED)
    return list(session.scalars(query.order_by(CommunitySession.held_on.desc(), CommunitySession.id)))


def list_coming(session: Session, *, today: date) -> list[CommunitySession]:
    """Sessions that residents can come to, the next first. Meetings with partners are not open."""
    query = select(CommunitySession).where(
        CommunitySession.state == DRAFT,
        CommunitySession.held_on >= today,
        CommunitySession.kind != "partner_meeting",
    )
    return list(session.scalars(query.order_by(CommunitySession.held_on, CommunitySession.id)))


def find_past(session: Session, session_id: str) -> CommunitySession:
    """A finalised session; raises NotFoundProblem for any other: nobody learns that it exists."""
    meeting = session.get(CommunitySession, session_id)
    if meeting is None or meeting.is_open:
        raise NotFoundProblem(_("This session is not here."))
    return meeting


def _commitments() -> Select[Commitment]:
    return (
        select(Commitment)
        .options(selectinload(Commitment.steps))
        .order_by(Commitment.due_on, Commitment.id)
    )


def _was_closed(found: Commitment, *, before: date) -> bool:
    earlier = [one for one in found.steps if one.happened_on < before]
    return bool(earlier) and earlier[-1].state in {"kept", "dropped"}


def _kept(found: Iterable[Commitment], as_of: date) -> Kept:
    commitments = list(found)
    rows = tuple(_row(one, as_of) for one in commitments)
    owners = sorted({one.owner for one in rows}, key=str.casefold)
    return Kept(
        as_of=as_of,
        rows=rows,
        counts=_counted(rows),
        owners=tuple(
            OwnerCount(owner, _counted([one for one in rows if one.owner == owner])) for owner in owners
        ),
        demo=any(one.demo for one in commitments),
    )


def _counted(rows: Iterable[KeptRow]) -> dict[str, int]:
    found = Counter(one.standing for one in rows)
    return {name: found[name] for name in STANDINGS}


def _row(found: Commitment, as_of: date) -> KeptRow:
    now = standing_of(found, as_of=as_of)
    done = [one.happened_on for one in found.steps if one.happened_on <= as_of]
    closed = now in {IN_TIME, KEPT_LATE, "given_up"}
    return KeptRow(
        id=found.id,
        session_id=found.session_id,
        theme=found.theme,
        words=dict(found.words),
        owner=found.owner,
        made_on=found.made_on,
        due_on=found.due_on,
        closed_on=done[-1] if closed else None,
        standing=now,
    )
