"""Bring in a wave of another survey, all of its rows or none, and take it out again."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from questionnaires.foreign_schema import ForeignWave
from questionnaires.foreign_wording import read_wording
from questionnaires.schema import InstrumentError

from ..accounts.audit import record
from ..accounts.models import StaffAccount
from ..jobs import now
from ..problems import BadFileProblem, BadInputProblem, ConflictProblem
from ..survey.models import Response
from .foreign_rows import read_rows
from .foreign_store import store
from .models import CLOSED, Wave

Progress = Callable[[int], object]
_BATCH = 1_000


def import_wave(
    session: Session,
    foreign: ForeignWave,
    data: Path,
    *,
    progress: Progress = lambda _bytes: None,
    actor: StaffAccount | None = None,
) -> Wave:
    """Store the foreign wave and its responses. `progress` is told how many bytes were read.

    Raises ConflictProblem when it was imported before, BadInputProblem when the codebook beside the
    data is missing or says something else, BadFileProblem with every row that does not fit.
    """
    if session.scalar(select(Wave.id).where(Wave.slug == foreign.slug)):
        raise ConflictProblem(
            _(
                "%(title)s was imported before. To read it again, first run: "
                "flask --app wsgi wave remove %(slug)s",
                title=foreign.title,
                slug=foreign.slug,
            )
        )
    try:
        wording = read_wording(foreign, data.parent / foreign.codebook)
    except InstrumentError as error:
        raise BadInputProblem(str(error)) from error
    source = hashlib.sha256()

    def taken(chunk: bytes) -> None:
        source.update(chunk)
        progress(len(chunk))

    reading = read_rows(foreign, data, taken)
    if reading.errors:
        raise BadFileProblem(
            _("%(file)s was not imported. Correct these and try again:", file=data.name),
            tuple(reading.errors),
        )
    wave = Wave(
        id=str(uuid.uuid4()),
        slug=foreign.slug,
        kind="foreign",
        series=foreign.slug.rsplit("-", 1)[0],
        year=foreign.year,
        questionnaire=foreign.slug,
        state=CLOSED,
        demo=False,
        title=foreign.title,
        publisher=foreign.publisher,
        citation=foreign.citation,
        url=foreign.url,
        plan=_plan(foreign),
        mapping={
            "foreign": store(foreign),
            "wording": {item: asdict(words) for item, words in wording.items()},
            "data_sha256": source.hexdigest(),
            "rows_read": reading.read,
            "rows_kept": len(reading.rows),
        },
    )
    session.add(wave)
    session.flush()
    for start in range(0, len(reading.rows), _BATCH):
        batch = [{**row, "wave_id": wave.id} for row in reading.rows[start : start + _BATCH]]
        session.execute(insert(Response), batch)
    record(
        session,
        actor=actor,
        action="wave.import",
        subject=wave.slug,
        detail={"rows": len(reading.rows), "sha256": source.hexdigest()},
    )
    return wave


def remove_foreign_wave(session: Session, wave: Wave, *, actor: StaffAccount | None = None) -> None:
    """Take a foreign wave and its rows out again. Published editions keep their own figures."""
    if wave.kind != "foreign":
        raise ConflictProblem(
            _("%(title)s is our own survey. What residents told us is not removed.", title=wave.title)
        )
    session.execute(delete(Response).where(Response.wave_id == wave.id))
    session.delete(wave)
    record(
        session, actor=actor, action="wave.remove", subject=wave.slug, detail={"on": str(now().date())}
    )


def _plan(foreign: ForeignWave) -> dict[str, Any]:
    """The publisher's final weight as it came, and whatever of the design was released."""
    return {
        "version": "as_published",
        "design": {
            "weights": "weight",
            "strata": "stratum" if foreign.columns.strata else None,
            "psu": "psu" if foreign.columns.psu else None,
        },
        "weighting": [],
    }
