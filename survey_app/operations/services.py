"""Writes about legal holds."""

from __future__ import annotations

import secrets

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from ..accounts.audit import record
from ..accounts.models import StaffAccount
from ..jobs import now
from ..problems import BadInputProblem, ConflictProblem, NotFoundProblem
from .models import LegalHold
from .schedule import schedule

SHORTEST_REASON, LONGEST_REASON = 20, 600


def place_hold(
    session: Session, *, matter: str, reason: str, kinds: list[str], actor: StaffAccount
) -> LegalHold:
    """Keep these kinds until the hold is lifted. Raises BadInputProblem."""
    matter, reason = " ".join(matter.split()), reason.strip()
    if not matter or len(matter) > 120:
        raise BadInputProblem(_("Name the matter as counsel names it, in one line."))
    if not SHORTEST_REASON <= len(reason) <= LONGEST_REASON:
        raise BadInputProblem(_("Say who asked for it and why, in a sentence or two."))
    if not kinds or any(one not in schedule() or not schedule()[one].holdable for one in kinds):
        raise BadInputProblem(_("Choose what must be kept."))
    hold = LegalHold(
        id=secrets.token_hex(8),
        matter=matter,
        reason=reason,
        kinds=sorted(set(kinds)),
        placed_by=actor.id,
        placed_on=now().date(),
    )
    session.add(hold)
    session.flush()
    detail = dict.fromkeys(hold.kinds, True)
    record(session, actor=actor, action="hold.place", subject=hold.id, detail=detail)
    return hold


def lift_hold(session: Session, hold_id: str, *, actor: StaffAccount) -> LegalHold:
    """End a hold; it stays as a record. Raises NotFoundProblem, ConflictProblem."""
    hold = session.get(LegalHold, hold_id)
    if hold is None:
        raise NotFoundProblem(_("There is no such hold."))
    if hold.lifted_on is not None:
        raise ConflictProblem(_("This hold is lifted already."))
    hold.lifted_by, hold.lifted_on = actor.id, now().date()
    session.flush()
    record(session, actor=actor, action="hold.lift", subject=hold.id)
    return hold


def list_holds(session: Session) -> list[LegalHold]:
    """Standing holds first, then the lifted ones, newest first."""
    query = select(LegalHold).order_by(LegalHold.placed_on.desc(), LegalHold.id)
    return sorted(session.scalars(query), key=lambda hold: hold.lifted_on is not None)
