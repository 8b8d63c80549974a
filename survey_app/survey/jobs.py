"""The release as a job: the web server seals, the worker (which has the private key) opens."""

from __future__ import annotations

import logging
from datetime import UTC, datetime, time
from typing import Any

from flask import current_app
from flask_babel import lazy_gettext as _l
from sqlalchemy import delete
from sqlalchemy.orm import Session

from ..config import Config
from ..db import Database
from ..jobs import Job, JobContext, job_function, request_job
from ..waves.models import Wave
from .keys import load_private_key
from .queries import count_waiting
from .services.release import BATCH, HELD_BACK, forget_the_log, release_batches, release_last

log = logging.getLogger("survey_app.survey")
KIND = "survey.release"


def ask_for_release(database: Database, wave_id: str) -> None:
    """Queue a release when enough answers wait; in its own transaction, after the answer is safe.

    A failure here costs nobody an answer (the next one asks again), so it is only logged.
    """
    try:
        with database.session(read_only=True) as session:
            if max(count_waiting(session, wave_id).values(), default=0) < BATCH + HELD_BACK:
                return
        with database.transaction() as session:
            job = request_job(session, kind=KIND, arguments={}, unique_key=KIND)
            # The exact time would be the time of somebody's answer.
            job.created_at = datetime.combine(datetime.now(UTC).date(), time.min)
    except Exception as error:  # two requests may queue it at once: one of them wins
        log.warning("release not queued: %s", type(error).__name__)


def queue_last_release(session: Session, wave: Wave) -> Job:
    """Queue the release of all that is left of a wave, in the transaction that closes it."""
    return request_job(
        session,
        kind=KIND,
        arguments={"last_of": wave.id},
        unique_key=f"{KIND}:{wave.id}",
    )


@job_function(KIND, title=_l("Open sealed answers"))
def release(context: JobContext) -> dict[str, Any]:
    """Release what the rule allows, or the last of a closed wave."""
    config: Config = current_app.extensions["config"]
    private_key = load_private_key(config)
    last_of = context.arguments.get("last_of")
    with context.database.transaction() as session:
        if last_of is not None:
            done = release_last(session, session.get_one(Wave, last_of), private_key=private_key)
        else:
            done = release_batches(session, private_key)
            # The row of this job tells when an answer came that filled a batch: it goes.
            session.execute(delete(Job).where(Job.id == context.job_id))
    forget_the_log(context.database)
    return {"responses": done.responses}
