"""Reads about requests for public records."""

from __future__ import annotations

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session, defer

from ..jobs import RUNNING, WAITING, Job
from ..problems import NotFoundProblem
from .models import RecordsFile, RecordsRequest


def find_request(session: Session, request_id: str) -> RecordsRequest:
    """The request with this id; raises NotFoundProblem."""
    found = session.get(RecordsRequest, request_id)
    if found is None:
        raise NotFoundProblem(_("There is no such request."))
    return found


def find_by_number(session: Session, number: str) -> RecordsRequest:
    """The request with the City's number; raises NotFoundProblem."""
    found = session.scalar(select(RecordsRequest).where(RecordsRequest.number == number.strip()))
    if found is None:
        raise NotFoundProblem(_("There is no such request."))
    return found


def list_requests(session: Session) -> list[tuple[RecordsRequest, RecordsFile | None]]:
    """Requests with their files (without the bytes), the newest first."""
    query = (
        select(RecordsRequest, RecordsFile)
        .outerjoin(RecordsFile, RecordsFile.request_id == RecordsRequest.id)
        .options(defer(RecordsFile.body, raiseload=True))
        .order_by(RecordsRequest.received_on.desc(), RecordsRequest.number)
    )
    return [(request, file) for request, file in session.execute(query)]


def list_making(session: Session, kind: str) -> dict[str, str]:
    """Jobs of this kind that wait or run, by the request that they work for."""
    query = select(Job.id, Job.arguments).where(Job.kind == kind, Job.state.in_((WAITING, RUNNING)))
    return {str(arguments["request"]): job_id for job_id, arguments in session.execute(query)}
