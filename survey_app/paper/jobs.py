"""Printing as a job: each PDF takes seconds, and there are two for every language."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from ..accounts.models import StaffAccount
from ..i18n import languages
from ..jobs import Job, JobContext, job_function, now, request_job
from ..printing import require_packages
from ..waves.models import Wave
from ..waves.queries import find_wave
from .models import SIZES, PaperSheet
from .printing import print_sheet
from .words import sheet_words

KIND = "paper.print"


def ask_to_print(session: Session, wave: Wave, *, actor: StaffAccount) -> Job:
    """Queue the printing of a wave's questionnaires, or return what is queued already."""
    return request_job(
        session,
        kind=KIND,
        arguments={"slug": wave.slug},
        unique_key=f"{KIND}:{wave.slug}",
        requested_by=actor.id,
    )


@job_function(KIND, title=_l("Make paper questionnaires"), result_page="paper.wave")
def print_all(context: JobContext) -> dict[str, Any]:
    """Every language in both sizes; done again, each sheet is replaced."""
    slug = str(context.arguments["slug"])
    with context.database.session(read_only=True) as session:
        wave = find_wave(session, slug)
        sources = sheet_words(session, wave)
    require_packages(list(sources))
    todo = [(source, size) for source in sources.values() for size in SIZES]
    for step, (source, size) in enumerate(todo):
        name = languages()[source.words.language].english_name
        context.progress(step, len(todo), f"{name}, {size}")
        content, pages = print_sheet(source, size=size, demo=wave.demo)
        with context.database.transaction() as session:
            session.merge(
                PaperSheet(
                    wave_id=wave.id,
                    language=source.words.language,
                    size=size,
                    content=content,
                    pages=pages,
                    words_sha256=source.sha256,
                    built_on=now().date(),
                )
            )
    context.progress(len(todo), len(todo), f"{len(todo)} PDF files")
    return {"page": {"slug": slug}}
