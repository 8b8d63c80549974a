"""Making the file of a request in the background."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from ..accounts.models import StaffAccount
from ..jobs import Job, JobContext, job_function, request_job
from .models import RecordsRequest
from .services import keep_file, make_archive

KIND = "records.make"


def ask_for_file(session: Session, request: RecordsRequest, *, actor: StaffAccount) -> Job:
    """Queue the file of a request, once."""
    return request_job(
        session,
        kind=KIND,
        arguments={"request": request.id},
        unique_key=f"{KIND}:{request.id}",
        requested_by=actor.id,
    )


@job_function(KIND, title=_l("Make a file of public records"), result_page="records.desk")
def make(context: JobContext) -> dict[str, Any]:
    """Made again, it takes the place of the file that was there."""
    request_id = str(context.arguments["request"])
    with context.database.session(read_only=True) as session:
        body, rows = make_archive(session, request_id, progress=context.progress)
    result = {"rows": rows, "page": {}}
    with context.database.transaction() as session:
        actor = session.get(StaffAccount, context.requested_by) if context.requested_by else None
        keep_file(session, request_id, body, rows, actor=actor)
        context.finish(session, result)
    return result
