"""Make, approve and end agreements; open their files. Each access is logged, refused ones too."""

from __future__ import annotations

import secrets
from datetime import date, timedelta

from sqlalchemy import delete
from sqlalchemy.orm import Session

from ...accounts.audit import record
from ...accounts.models import StaffAccount
from ...jobs import now
from ...problems import BadInputProblem, ConflictProblem, NotAllowedProblem, NotFoundProblem
from ...waves.models import Wave
from ..codec import digest
from ..speech import gettext as _
from .content import restricted_csv
from .models import DataAgreement, RestrictedFile
from .queries import digest_of, find_agreement, find_by_code

#: an agreement for longer is made anew
LONGEST = timedelta(days=731)


def make_agreement(
    session: Session,
    wave: Wave,
    *,
    institution: str,
    purpose: str,
    expires_on: date,
    actor: StaffAccount,
) -> DataAgreement:
    """Write an agreement down; nothing can be opened by it before a second person approves.

    Raises BadInputProblem for a last day that has passed or lies more than two years ahead.
    """
    today = now().date()
    if not today < expires_on <= today + LONGEST:
        raise BadInputProblem(_("Choose a last day within the next two years."))
    agreement = DataAgreement(
        id=secrets.token_hex(16),
        wave_id=wave.id,
        institution=institution.strip(),
        purpose=purpose.strip(),
        made_by=actor.id,
        made_on=today,
        expires_on=expires_on,
    )
    session.add(agreement)
    session.flush()
    _tell(session, agreement, "restricted.agreement", actor)
    return agreement


def approve_agreement(session: Session, agreement_id: str, *, actor: StaffAccount) -> str:
    """Approve, as a second person; returns the code for the institution, which is shown this once.

    Raises NotAllowedProblem for the person who wrote it down, ConflictProblem when it was approved.
    """
    agreement = find_agreement(session, agreement_id)
    if agreement.approved_on is not None or agreement.ended_on is not None:
        raise ConflictProblem(_("This agreement was approved or ended before."))
    if agreement.made_by == actor.id:
        raise NotAllowedProblem(_("You wrote this agreement down. A second person approves it."))
    code = secrets.token_hex(16)
    agreement.approved_by, agreement.approved_on = actor.id, now().date()
    agreement.code_sha256 = digest_of(code)
    session.flush()
    _tell(session, agreement, "restricted.approve", actor)
    return code


def end_agreement(session: Session, agreement_id: str, *, actor: StaffAccount) -> None:
    """End it before its time, and remove its file."""
    agreement = find_agreement(session, agreement_id)
    agreement.ended_on = agreement.ended_on or now().date()
    session.execute(delete(RestrictedFile).where(RestrictedFile.agreement_id == agreement.id))
    session.flush()
    _tell(session, agreement, "restricted.end", actor)


def make_file(session: Session, agreement_id: str) -> int:
    """Make the file of an agreement; returns its rows. Raises ConflictProblem when it ended."""
    agreement = find_agreement(session, agreement_id)
    if not agreement.runs_on(now().date()):
        raise ConflictProblem(_("This agreement does not run."))
    wave = session.get_one(Wave, agreement.wave_id)
    body, rows = restricted_csv(session, wave)
    session.merge(
        RestrictedFile(
            agreement_id=agreement.id,
            body=body,
            sha256=digest(body),
            rows=rows,
            made_on=now().date(),
            expires_on=agreement.expires_on,
        )
    )
    session.flush()
    return rows


def open_file(
    session: Session,
    *,
    code: str | None = None,
    agreement_id: str | None = None,
    actor: StaffAccount | None = None,
) -> RestrictedFile | None:
    """The file, by the institution's code or by an agreement's id for staff; None when refused.

    Leaves an entry either way, so the caller commits before it answers. Raises NotFoundProblem for a
    code of no agreement.
    """
    if agreement_id is not None:
        agreement: DataAgreement | None = find_agreement(session, agreement_id)
    else:
        agreement = find_by_code(session, code or "")
    if agreement is None:
        raise NotFoundProblem(_("This code opens nothing. Ask MONSE."))
    found = session.get(RestrictedFile, agreement.id) if agreement.runs_on(now().date()) else None
    _tell(session, agreement, "restricted.refused" if found is None else "restricted.open", actor)
    return found


def _tell(session: Session, agreement: DataAgreement, action: str, actor: StaffAccount | None) -> None:
    record(
        session,
        actor=actor,
        action=action,
        subject=agreement.institution[:100],
        detail={"agreement": agreement.id, "until": agreement.expires_on.isoformat()},
    )
