"""Long work on comments."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select

from ..jobs import JobContext, job_function
from .models import Comment
from .services.themes import SUGGEST_JOB, suggest_waiting


@job_function(SUGGEST_JOB, title=_l("Suggest themes"))
def suggest_for_session(context: JobContext) -> dict[str, Any]:
    """Read every comment of a session that the machine has not read, some hundred at a time.

    Each batch is a transaction of its own: a job that was killed goes on where it stopped.
    """
    session_id = str(context.arguments["session_id"])
    waiting = select(func.count()).select_from(Comment)
    waiting = waiting.where(Comment.session_id == session_id, Comment.read_with_version.is_(None))
    with context.database.session(read_only=True) as session:
        steps = session.scalar(waiting) or 0
    read = 0
    while True:
        context.progress(read, max(steps, read), f"{read} of {steps} comments read")
        with context.database.transaction() as session:
            batch = suggest_waiting(session, session_id)
        if not batch:
            return {"comments": read}
        read += batch
