"""A trial of a draft: people answer it through the resident's page, and nothing they say is kept.

The words are not frozen yet: what is corrected while the trial runs is shown at once. The page says
that it is a trial. Ending it erases every answer, sealed or released, and every unfinished survey; a
code that was tried can be used again.
"""

from __future__ import annotations

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from ..accounts.audit import record
from ..accounts.models import StaffAccount
from ..invitations.models import InvitationCase
from ..survey.models import Draft, OpenAnswer, Response, SealedAnswer
from .models import DRAFT, OutreachCount, PageCount, Wave
from .services import must_be, must_be_alone

#: Everything a trial leaves behind.
_TABLES = (Draft, SealedAnswer, OpenAnswer, Response, OutreachCount, PageCount)


def start_pilot(session: Session, wave: Wave, *, actor: StaffAccount | None = None) -> None:
    """Let people try the draft. Raises ConflictProblem when another wave takes answers."""
    must_be(wave, (DRAFT,))
    must_be_alone(session, wave)
    wave.pilot = True
    session.flush()
    record(session, actor=actor, action="wave.pilot", subject=wave.slug)


def end_pilot(session: Session, wave: Wave, *, actor: StaffAccount | None = None) -> None:
    """End the trial and erase what it left; the draft can then be opened or tried again."""
    must_be(wave, (DRAFT,))
    wave.pilot = False
    for table in _TABLES:
        session.execute(delete(table).where(table.wave_id == wave.id))
    tried = update(InvitationCase).where(InvitationCase.wave_id == wave.id, InvitationCase.used)
    session.execute(tried.values(used=False, claim="none"))
    session.flush()
    record(session, actor=actor, action="wave.end_pilot", subject=wave.slug)
