"""The release as a job: the web server seals, the worker (which has the private key) opens."""

from __future__ import annotations

import logging
from datetime import UTC, datetime, time
from typing import Any

from flask import current_app
from sqlalchemy import delete

from ..config import Config
from ..db import Database
from ..jobs import Job, JobContext, job_function, request_job
from .keys import load_private_key
from .queries import count_pending
from .services.release import BATCH, HELD_BACK, forget_the_log, release_batches

log = logging.getLogger("survey_app.survey")
KIND = "survey.release"


def ask_for_release(database: Database, wave_id: str) -> None:
    """Queue a release when enough answers wait; in its own transaction, after the answer is safe.

    A failure here costs nobody an answer (the next one asks again), so it is only logged.
    """
    try:
        with database.session(read_only=True) as session:
            if count_pending(session, wave_id) < BATCH + HELD_BACK:
                return
        with database.transaction() as session:
            job = request_job(session, kind=KIND, arguments={}, unique_key=KIND)
            # The exact time would be the time of somebody's answer.
            job.created_at = datetime.combine(datetime.now(UTC).date(), time.min)
    except Exception as error:  # two requests may queue it at once: one of them wins
        log.warning("release not queued: %s", type(error).__name__)


@job_function(KIND)
def release(context: JobContext) -> dict[str, Any]:
    """Release what the rule allows, and leave no trace of when: the job's own row goes too."""
    config: Config = current_app.extensions["config"]
    with context.database.transaction() as session:
        done = release_batches(session, load_private_key(config))
        session.execute(delete(Job).where(Job.id == context.job_id))
    forget_the_log(context.database)
    return {"responses": done.responses}
