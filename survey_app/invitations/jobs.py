"""Long work about drawn addresses: bringing in a sample, laying out letters."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

from flask import current_app
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import update
from sqlalchemy.orm import Session

from ..accounts.audit import record
from ..accounts.models import StaffAccount
from ..config import Config
from ..jobs import Job, JobContext, job_function, request_job
from ..printing import render_pdf, require_packages
from ..problems import ConflictProblem
from ..waves.models import Wave
from ..waves.queries import find_wave
from .keys import load_keys
from .letter_files import letters_folder
from .letters import LetterBook, LetterTerms, survey_address
from .queries import find_sample, list_letters
from .sample_file import read_sample
from .services.importing import SampleTerms, check_may_import, prepare_sample, store_sample

IMPORT, LETTERS = "invitations.import", "invitations.letters"
#: Letters in one PDF file; more come as a ZIP of such files, as a mail house takes them.
IN_A_FILE = 100


def request_import(
    session: Session, wave: Wave, content: bytes, name: str, terms: SampleTerms, *, actor: StaffAccount
) -> Job:
    """Check the file and the terms at once, with every error by row; storing it is a job.

    Raises BadFileProblem, BadInputProblem, ConflictProblem.
    """
    check_may_import(session, wave)
    terms.check()
    read_sample(content, name)
    return request_job(
        session,
        kind=IMPORT,
        arguments={
            "slug": wave.slug,
            "name": name,
            "file": content.decode("utf-8-sig"),
            "terms": asdict(terms),
        },
        unique_key=f"{IMPORT}:{wave.slug}",
        requested_by=actor.id,
    )


@job_function(IMPORT, title=_l("Bring in a sample"), result_page="invitations.sample")
def bring_in(context: JobContext) -> dict[str, Any]:
    """All of the sample or nothing of it; done twice, it is there once."""
    slug, told = context.arguments["slug"], context.arguments["terms"]
    terms = SampleTerms(told["expected_percent"], tuple(told["languages"]), told["incentive"])
    rows = read_sample(context.arguments["file"].encode(), context.arguments["name"])
    with context.database.session(read_only=True) as session:
        wave_id = find_wave(session, slug).id

    def progress(step: int, steps: int) -> None:
        context.progress(step, steps, f"{step} of {steps} codes made")

    prepared = prepare_sample(wave_id, rows, terms, load_keys(_config()), progress)
    with context.database.transaction() as session:
        store_sample(session, find_wave(session, slug), prepared, terms, actor=_actor(session, context))
        # The file is in its tables now; the job needs it no more.
        session.execute(update(Job).where(Job.id == context.job_id).values(arguments={"slug": slug}))
        result = {"addresses": len(rows), "page": {"slug": slug}}
        context.finish(session, result)
    return result


def request_letters(
    session: Session, wave: Wave, *, batch: str | None, reminder: bool, actor: StaffAccount
) -> Job:
    """Queue the letters of a mailing. Raises ConflictProblem when there is nobody to write to."""
    if find_sample(session, wave.id) is None:
        raise ConflictProblem(_("Bring in the sample first."))
    if not list_letters(session, wave.id, batch=batch, reminder=reminder):
        raise ConflictProblem(_("There is nobody to write to."))
    return request_job(
        session,
        kind=LETTERS,
        arguments={"slug": wave.slug, "batch": batch, "reminder": reminder},
        unique_key=f"{LETTERS}:{wave.slug}:{batch}:{reminder}",
        requested_by=actor.id,
    )


@job_function(LETTERS, title=_l("Lay out letters"), result_page="invitations.letters")
def lay_out(context: JobContext) -> dict[str, Any]:
    """The letters as files in the instance folder, outside the database and its backups."""
    config, slug = _config(), context.arguments["slug"]
    with context.database.session(read_only=True) as session:
        wave = find_wave(session, slug)
        sample = find_sample(session, wave.id)
        batch, reminder = context.arguments["batch"], context.arguments["reminder"]
        letters = [
            number for number, _ in list_letters(session, wave.id, batch=batch, reminder=reminder)
        ]
    if sample is None or not letters:
        raise ConflictProblem("There is nobody to write to.")
    require_packages(sample.languages)
    address = survey_address(config)
    terms = LetterTerms(wave.id, tuple(sample.languages), sample.incentive, reminder, address)
    book = LetterBook(terms, load_keys(config).making)
    parts = [letters[at : at + IN_A_FILE] for at in range(0, len(letters), IN_A_FILE)]
    suffix = "pdf" if len(parts) == 1 else "zip"
    with _new_file(letters_folder(config) / f"{slug}.{context.job_id}.{suffix}") as path:
        for done, (name, pdf) in enumerate(_files(book, parts), start=1):
            if suffix == "pdf":
                path.write_bytes(pdf)
            else:
                with zipfile.ZipFile(path, "a", zipfile.ZIP_STORED) as archive:
                    archive.writestr(name, pdf)
            ready = min(done * IN_A_FILE, len(letters))
            context.progress(ready, len(letters), f"{ready} of {len(letters)} letters laid out")
    with context.database.transaction() as session:
        record(
            session,
            actor=_actor(session, context),
            action="invitations.letters",
            subject=slug,
            detail={"letters": len(letters), "reminder": reminder},
        )
        result = {"letters": len(letters), "page": {"slug": slug}}
        context.finish(session, result)
    return result


def _files(book: LetterBook, parts: list[list[int]]) -> Iterator[tuple[str, bytes]]:
    for numbers in parts:
        yield f"letters-{numbers[0]:06}-{numbers[-1]:06}.pdf", render_pdf(book.html(numbers))


@contextmanager
def _new_file(path: Path) -> Iterator[Path]:
    """A file in a folder for the owner alone; it takes its name when it is complete."""
    temporary = path.with_name(f".{path.name}")
    temporary.unlink(missing_ok=True)
    temporary.touch(mode=0o600)
    try:
        yield temporary
        temporary.rename(path)
    finally:
        temporary.unlink(missing_ok=True)


def _config() -> Config:
    config: Config = current_app.extensions["config"]
    return config


def _actor(session: Session, context: JobContext) -> StaffAccount | None:
    return session.get(StaffAccount, context.requested_by) if context.requested_by else None
