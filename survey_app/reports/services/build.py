"""Build an edition: compute, draw in every language, store as a draft.

Computing reads only, so that residents can go on answering; storing is one short transaction.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date

from flask import current_app
from flask_babel import force_locale
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from analysis.charts import to_dark

from ...accounts.audit import record
from ...accounts.models import StaffAccount
from ...config import Config
from ...db import Database
from ...i18n import offered
from ...jobs import now
from ...problems import BadInputProblem, ConflictProblem, NotFoundProblem
from ...waves.models import CITY_SERIES, Wave
from ...waves.queries import load_instrument_of
from ..codec import canonical, digest
from ..commentary import carry_commentary
from ..drawn_before import DrawnBefore
from ..exports.make import files_for_programs
from ..exports.workbook import workbook_of
from ..gather import gather
from ..models import PUBLISHED, EarlyReader, Edition, EditionFile, EditionPrint, SignOff
from ..package import edition_zip
from ..picture import Picture
from ..pictures import all_pictures
from ..queries import find_next_number
from ..speech import gettext as _
from ..tables import figures_csv
from ..wording import SOURCE_LANGUAGE, gather_wording, merge_wording, words_of

Progress = Callable[[int, int, str], None]
#: how much of the work computing is; each language drawn is one step more
_COMPUTING = 6
COMMAND = "command line"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True)
class Built:
    """An edition before it is stored."""

    wave_id: str
    year: int
    demo: bool
    snapshot: str
    wording: str
    files: dict[str, tuple[str, bytes]]

    @property
    def sha256(self) -> str:
        return edition_digest(
            self.snapshot,
            self.wording,
            {name: digest(body) for name, (_type, body) in self.files.items()},
        )


def edition_digest(snapshot: str, wording: str, files: dict[str, str]) -> str:
    """What an edition is, in one digest: its snapshot, its wording, and its files by name."""
    parts = {
        "snapshot": digest(snapshot.encode()),
        "wording": digest(wording.encode()),
        "files": files,
    }
    return digest(canonical(parts).encode())


def find_wave_to_report(session: Session, year: int) -> Wave:
    """The closed wave of a year. Raises NotFoundProblem, or ConflictProblem while it is not closed."""
    wave = session.scalars(
        select(Wave).where(Wave.kind == "own", Wave.series == CITY_SERIES, Wave.year == year)
    ).first()
    if wave is None:
        raise NotFoundProblem(_("There is no wave of %(year)s.", year=str(year)))
    if wave.state not in {"closed", "archived"}:
        raise ConflictProblem(
            _("%(title)s is not closed. Close the wave, then build its report.", title=wave.title)
        )
    return wave


def check_correction(session: Session, year: int, correction: str) -> None:
    """Raises BadInputProblem when a published edition would be corrected without saying what."""
    _number, corrected = find_next_number(session, year)
    if corrected is not None and not correction.strip():
        raise BadInputProblem(
            _("The results of %(year)s are published. Say what this edition corrects.", year=str(year))
        )


def build_edition(
    database: Database,
    *,
    year: int,
    built_by: StaffAccount | None,
    correction: str = "",
    progress: Progress = lambda _step, _steps, _message: None,
    then: Callable[[Session, Edition], None] = lambda _session, _edition: None,
) -> str:
    """Compute, draw and store the report of a year; returns the edition's id.

    `built_by` None is the command line. `then` writes what belongs to it in the same transaction.
    Needs an application context for the languages. Raises NotFoundProblem, ConflictProblem (the wave is
    open), BadInputProblem (a correction without words), AnalysisError (the declared plan cannot be
    carried out honestly).
    """
    with database.session(read_only=True) as session:
        wave = find_wave_to_report(session, year)
        check_correction(session, year, correction)
        built = compute(session, wave, progress=progress)
    with database.transaction() as session:
        edition = store_edition(session, built, built_by=built_by, correction=correction)
        then(session, edition)
        return edition.id


def compute(session: Session, wave: Wave, *, progress: Progress) -> Built:
    """Everything an edition holds, without storing it. Pictures that were drawn before are taken from
    the instance's folder."""
    languages = offered()
    steps = _COMPUTING + len(languages)

    def computing(step: int, of: int, message: str) -> None:
        progress(step * _COMPUTING // of, steps, message)

    with force_locale(SOURCE_LANGUAGE):
        gathered = gather(session, wave, progress=computing)
    snapshot = gathered.snapshot
    shown = gather_wording(session, wave, load_instrument_of(wave))
    wording = canonical(merge_wording(shown, gathered.wording))
    figures = figures_csv(snapshot, words_of(snapshot, wording, SOURCE_LANGUAGE))
    files = {
        "figures.csv": ("text/csv; charset=utf-8", figures),
        "figures.xlsx": (XLSX, workbook_of(figures)),
        "edition.zip": ("application/zip", edition_zip(gathered, figures)),
        "plan.json": (
            "application/json",
            (json.dumps({"cases": gathered.cases}, ensure_ascii=False, indent=1) + "\n").encode(),
        ),
    }
    files |= files_for_programs(
        snapshot,
        wording,
        gathered.public[wave.slug],
        raking=gathered.rakings[wave.slug],
        languages=tuple(languages),
    )
    config: Config = current_app.extensions["config"]
    before = DrawnBefore(config.instance / "pictures")
    pictures: list[tuple[str, Picture]] = []
    for code, language in languages.items():
        with force_locale(code):
            rtl = language.direction == "rtl"
            told = all_pictures(snapshot, words_of(snapshot, wording, code), rtl=rtl)
        pictures += [(code, picture) for picture in told]
    drawn = before.svgs([picture for _code, picture in pictures])
    for (code, picture), svg in zip(pictures, drawn, strict=True):
        progress(_COMPUTING + list(languages).index(code), steps, languages[code].english_name)
        files[f"{code}/{picture.name}.svg"] = ("image/svg+xml", svg)
        files[f"{code}/{picture.name}.dark.svg"] = ("image/svg+xml", to_dark(svg))
    before.forget()
    return Built(wave.id, wave.year, wave.demo, canonical(snapshot), wording, files)


def store_edition(
    session: Session, built: Built, *, built_by: StaffAccount | None, correction: str = ""
) -> Edition:
    """Store as a draft, in place of an edition of this year that was not published, and with the
    commentary that the newest edition had.

    Raises BadInputProblem for a correction without words, ConflictProblem when the wave was opened
    or another edition published meanwhile.
    """
    find_wave_to_report(session, built.year)
    check_correction(session, built.year, correction)
    newest = session.scalars(
        select(Edition.wording).where(Edition.year == built.year).order_by(Edition.number.desc())
    ).first()
    if newest is not None:
        built = replace(built, wording=carry_commentary(newest, built.wording))
    edition = replace_draft(
        session,
        built,
        built_by=built_by.id if built_by else COMMAND,
        built_on=now().date(),
        correction=correction,
    )
    record(
        session,
        actor=built_by,
        action="report.build",
        subject=f"{edition.year}, edition {edition.number}",
        detail={"sha256": edition.sha256},
    )
    return edition


def replace_draft(
    session: Session, built: Built, *, built_by: str, built_on: date, correction: str
) -> Edition:
    """Store a draft in place of what was not published of its year. `built_by`: an account's id."""
    number, corrected = find_next_number(session, built.year)
    _discard_unpublished(session, built.year)
    edition = Edition(
        id=secrets.token_hex(16),
        wave_id=built.wave_id,
        year=built.year,
        number=number,
        demo=built.demo,
        snapshot=built.snapshot,
        wording=built.wording,
        sha256=built.sha256,
        built_by=built_by,
        built_on=built_on,
        corrects_id=corrected.id if corrected else None,
        correction=correction.strip() if corrected else "",
    )
    session.add(edition)
    session.flush()
    session.add_all(
        EditionFile(edition_id=edition.id, name=name, media_type=kind, body=body, sha256=digest(body))
        for name, (kind, body) in built.files.items()
    )
    session.flush()
    return edition


def _discard_unpublished(session: Session, year: int) -> None:
    old = list(
        session.scalars(select(Edition.id).where(Edition.year == year, Edition.state != PUBLISHED))
    )
    for table in (EditionFile, EditionPrint, SignOff, EarlyReader):
        session.execute(delete(table).where(table.edition_id.in_(old)))
    session.execute(delete(Edition).where(Edition.id.in_(old)))
