"""Make a restricted file in the background."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from ...accounts.models import StaffAccount
from ...jobs import Job, JobContext, job_function, request_job
from .services import make_file

KIND = "restricted.make"


def request_file(session: Session, agreement_id: str, *, actor: StaffAccount) -> Job:
    """Queue the file of an agreement, once."""
    return request_job(
        session,
        kind=KIND,
        arguments={"agreement": agreement_id},
        unique_key=f"restricted-{agreement_id}",
        requested_by=actor.id,
    )


@job_function(KIND, title=_l("Make a file for a partner university"), result_page="restricted.desk")
def make(context: JobContext) -> dict[str, Any]:
    with context.database.transaction() as session:
        rows = make_file(session, str(context.arguments["agreement"]))
    return {"rows": rows, "page": {}}
