"""Final dispositions of drawn addresses: set by staff or read from a file, apart from any answer."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import gettext as _
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from ...accounts.audit import record
from ...accounts.models import StaffAccount
from ...problems import BadFileProblem, RowError
from ...waves.models import Wave
from ..models import InvitationCase


def set_outcomes(
    session: Session,
    wave: Wave,
    outcomes: Mapping[int, str | None],
    *,
    source: str,
    actor: StaffAccount | None = None,
) -> int:
    """Set the disposition of every letter named, or of none; returns how many changed.

    `outcomes` maps a letter's number to a code, or None to take one back, in the order of `source`.
    A used code is an interview: another code for it is an error. Raises BadFileProblem by row.
    """
    kept = {
        case.number: case
        for case in session.scalars(select(InvitationCase).where(InvitationCase.wave_id == wave.id))
    }
    errors: list[RowError] = []
    changes: list[dict[str, object]] = []
    for row, (number, code) in enumerate(outcomes.items(), start=1):
        case = kept.get(number)
        if case is None:
            errors.append(
                RowError(row, "letter", _("There is no letter %(number)s.", number=str(number)))
            )
        elif case.used and code not in ("I", None):
            told = _(
                "The code of letter %(number)s was used: that is an interview.", number=str(number)
            )
            errors.append(RowError(row, "disposition", told))
        elif not case.used and case.disposition != code:
            changes.append({"wave_id": wave.id, "number": number, "disposition": code})
    if errors:
        raise BadFileProblem(
            _("%(file)s was not imported. Correct these and try again:", file=source), tuple(errors)
        )
    if changes:
        session.execute(update(InvitationCase), changes)
    record(
        session,
        actor=actor,
        action="invitations.outcomes",
        subject=wave.slug,
        detail={"changed": len(changes)},
    )
    return len(changes)
