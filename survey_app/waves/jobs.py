"""Closing a wave as a job: it opens the last sealed answers, and only the worker has that key."""

from __future__ import annotations

from typing import Any

from flask import current_app
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from ..accounts.models import StaffAccount
from ..config import Config
from ..jobs import Job, JobContext, job_function, request_job
from ..survey.keys import load_private_key
from ..survey.services.release import forget_the_log, release_batches
from . import queries, services
from .models import CLOSED, Wave

KIND = "wave.close"


def ask_to_close(session: Session, wave: Wave, *, actor: StaffAccount) -> Job:
    """Queue the closing, or return the closing that is queued already."""
    return request_job(
        session,
        kind=KIND,
        arguments={"slug": wave.slug},
        unique_key=f"{KIND}:{wave.slug}",
        requested_by=actor.id,
    )


@job_function(KIND, title=_l("Close a wave"))
def close(context: JobContext) -> dict[str, Any]:
    """Close the wave and release what is sealed, in one transaction. Done twice, it is done once."""
    config: Config = current_app.extensions["config"]
    private_key = load_private_key(config)

    def release(session: Session, wave: Wave) -> None:
        release_batches(session, private_key, wave_id=wave.id, force_last=True)

    with context.database.transaction() as session:
        wave = queries.find_wave(session, context.arguments["slug"])
        if wave.state != CLOSED:
            actor = session.get(StaffAccount, context.requested_by) if context.requested_by else None
            services.close_wave(session, wave, release=release, actor=actor)
    forget_the_log(context.database)
    return {"slug": context.arguments["slug"]}
