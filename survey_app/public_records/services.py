"""Write requests down, make their files, hand them out. Each step leaves an entry in the audit log."""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Callable, Collection
from datetime import date, timedelta

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from ..accounts.audit import record
from ..accounts.models import StaffAccount
from ..jobs import now
from ..operations.schedule import days_of
from ..problems import BadInputProblem, ConflictProblem
from .archive import write_archive
from .models import LONGEST_NAME, LONGEST_NUMBER, LONGEST_WORDS, RecordsFile, RecordsRequest
from .queries import find_request
from .rules import rules

_NUMBER = re.compile(rf"[\w./-]{{1,{LONGEST_NUMBER}}}", re.ASCII)


def record_request(
    session: Session,
    *,
    number: str,
    received_on: date,
    from_on: date,
    to_on: date,
    kinds: Collection[str],
    asked_by: str = "",
    asked_for: str = "",
    actor: StaffAccount | None,
) -> RecordsRequest:
    """Write a request down. Raises BadInputProblem, and ConflictProblem for a number that is there."""
    number, today = number.strip(), now().date()
    if not _NUMBER.fullmatch(number):
        raise BadInputProblem(_("Enter the number of the request: letters, digits, dots and dashes."))
    if received_on > today:
        raise BadInputProblem(_("The day of receipt lies ahead. Enter the day on which it came."))
    if from_on > to_on:
        raise BadInputProblem(_("The first day comes after the last one."))
    if not kinds or any(one not in rules().sections for one in kinds):
        raise BadInputProblem(_("Choose at least one kind of record."))
    if len(asked_by) > LONGEST_NAME or len(asked_for) > LONGEST_WORDS:
        raise BadInputProblem(_("Say it shorter."))
    if session.scalar(select(RecordsRequest.id).where(RecordsRequest.number == number)):
        raise ConflictProblem(_("A request with this number is written down already."))
    made = RecordsRequest(
        id=secrets.token_hex(16),
        number=number,
        received_on=received_on,
        asked_by=" ".join(asked_by.split()),
        asked_for=asked_for.strip(),
        from_on=from_on,
        to_on=to_on,
        kinds=[one for one in rules().sections if one in kinds],
        made_by=actor.id if actor else None,
        recorded_on=today,
    )
    session.add(made)
    session.flush()
    period = {"from": from_on.isoformat(), "to": to_on.isoformat()}
    detail = period | dict.fromkeys(made.kinds, True)
    record(session, actor=actor, action="records.request", subject=number, detail=detail)
    return made


def make_archive(
    session: Session, request_id: str, *, progress: Callable[[int, int, str], None]
) -> tuple[bytes, int]:
    """The file of a request and its rows, read in this session."""
    return write_archive(session, find_request(session, request_id), progress=progress)


def keep_file(
    session: Session, request_id: str, body: bytes, rows: int, *, actor: StaffAccount | None
) -> RecordsFile:
    """Keep the file in the place of an older one, and say so in the audit log."""
    request, today = find_request(session, request_id), now().date()
    made = session.merge(
        RecordsFile(
            request_id=request.id,
            body=body,
            sha256=hashlib.sha256(body).hexdigest(),
            rows=rows,
            made_on=today,
            expires_on=today + timedelta(days=days_of("records")),
        )
    )
    session.flush()
    detail = {"rows": rows, "sha256": made.sha256}
    record(session, actor=actor, action="records.make", subject=request.number, detail=detail)
    return made


def take_file(session: Session, request_id: str, *, actor: StaffAccount) -> RecordsFile:
    """The file, for who hands it out; leaves an entry. Raises ConflictProblem when there is none."""
    request = find_request(session, request_id)
    found = session.get(RecordsFile, request.id)
    if found is None or found.expires_on < now().date():
        raise ConflictProblem(_("There is no file for this request. Make it first."))
    detail = {"sha256": found.sha256}
    record(session, actor=actor, action="records.take", subject=request.number, detail=detail)
    return found
