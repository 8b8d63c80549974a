"""Writes about remarks."""

from __future__ import annotations

import secrets

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from ..accounts.audit import record
from ..accounts.models import StaffAccount
from ..jobs import now
from ..problems import BadInputProblem, ConflictProblem
from .models import LONGEST, Remark
from .queries import find_remark, list_drafts


def leave_remark(
    session: Session, *, subject: str, place: str, body: str, actor: StaffAccount
) -> Remark:
    """Raises BadInputProblem for an unknown draft, no words or too many."""
    body, place = body.strip(), " ".join(place.split())
    if subject not in list_drafts(session):
        raise BadInputProblem(_("Choose the draft from the list."))
    if not body or len(body) > LONGEST or len(place) > 80:
        raise BadInputProblem(_("Write your remark, in at most %(count)s characters.", count=LONGEST))
    remark = Remark(
        id=secrets.token_hex(8),
        subject=subject,
        place=place,
        body=body,
        author_id=actor.id,
        made_on=now().date(),
    )
    session.add(remark)
    session.flush()
    record(session, actor=actor, action="remark.leave", subject=remark.id)
    return remark


def answer_remark(session: Session, remark_id: str, *, answer: str, actor: StaffAccount) -> Remark:
    """Answer once, for good. Raises BadInputProblem, ConflictProblem when it is answered."""
    remark = find_remark(session, remark_id)
    answer = answer.strip()
    if remark.answered_on is not None:
        raise ConflictProblem(_("This remark is answered. Leave a new one to go on."))
    if not answer or len(answer) > LONGEST:
        raise BadInputProblem(_("Write an answer, in at most %(count)s characters.", count=LONGEST))
    remark.answer, remark.answered_by, remark.answered_on = answer, actor.id, now().date()
    session.flush()
    record(session, actor=actor, action="remark.answer", subject=remark.id)
    return remark
