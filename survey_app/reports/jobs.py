"""Building and printing a report in the background."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from ..accounts.models import StaffAccount
from ..jobs import Job, JobContext, job_function, request_job
from ..problems import NotFoundProblem
from .models import Edition
from .services.build import build_edition, check_correction, find_wave_to_report
from .services.prints import print_all

KIND = "report.build"
PRINT_KIND = "report.print"


def request_build(session: Session, *, year: int, correction: str, actor: StaffAccount) -> Job:
    """Queue the build of a year's report, once. Raises as `build_edition` does, before queueing."""
    find_wave_to_report(session, year)
    check_correction(session, year, correction)
    return request_job(
        session,
        kind=KIND,
        arguments={"year": year, "correction": correction},
        unique_key=f"report-{year}",
        requested_by=actor.id,
    )


def request_print(session: Session, edition: Edition, *, actor: StaffAccount | None) -> Job:
    """Queue the printing of an edition, once."""
    return request_job(
        session,
        kind=PRINT_KIND,
        arguments={"edition": edition.id},
        unique_key=f"print-{edition.id}",
        requested_by=actor.id if actor else None,
    )


@job_function(KIND, title=_l("Build a report"), result_page="reports.preview")
def build(context: JobContext) -> dict[str, Any]:
    """Do it. Running it again replaces the draft it made before."""
    with context.database.session(read_only=True) as session:
        actor = session.get(StaffAccount, context.requested_by) if context.requested_by else None

    def then(session: Session, edition: Edition) -> None:
        request_print(session, edition, actor=actor)
        context.finish(session, _built(edition.id))

    edition_id = build_edition(
        context.database,
        year=int(context.arguments["year"]),
        built_by=actor,
        correction=str(context.arguments.get("correction", "")),
        progress=context.progress,
        then=then,
    )
    return _built(edition_id)


def _built(edition_id: str) -> dict[str, Any]:
    return {"edition": edition_id, "page": {"edition_id": edition_id}}


@job_function(PRINT_KIND, title=_l("Print a report"), result_page="reports.release_page")
def print_report(context: JobContext) -> dict[str, Any]:
    """Print what is not printed yet, a language at a time."""
    edition_id = str(context.arguments["edition"])
    try:
        made = print_all(context.database, edition_id, progress=context.progress)
    except NotFoundProblem:  # it was built again meanwhile, and the new draft has its own job
        return {"files": 0}
    return {"files": made, "page": {"edition_id": edition_id}}
