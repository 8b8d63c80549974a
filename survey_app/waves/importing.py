"""Bring in a wave of another survey: its rows, read by a mapping, all of them or none.

Every row that does not fit is told by its number (the first row below the header is 1), its column and
the value found; nothing is stored until all rows fit.
"""

from __future__ import annotations

import csv
import hashlib
import math
import uuid
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
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
from ..problems import BadFileProblem, BadInputProblem, ConflictProblem, RowError
from ..survey.models import Response
from .foreign_store import store
from .models import CLOSED, Wave

Progress = Callable[[int], object]
_BATCH = 1_000


@dataclass
class _Reading:
    """Rows read so far, and everything that is wrong with them."""

    rows: list[dict[str, Any]] = field(default_factory=list)
    read: int = 0
    errors: list[RowError] = field(default_factory=list)

    def wrong(self, row: int | None, column: str | None, message: str) -> None:
        self.errors.append(RowError(row, column, message))


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

    reading = _read_rows(foreign, data, taken)
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


def _read_rows(foreign: ForeignWave, data: Path, taken: Callable[[bytes], object]) -> _Reading:
    reading = _Reading()
    try:
        with data.open("rb") as stream:
            rows = csv.reader(_lines(stream, taken), strict=True)
            header = next(rows, [])
            at = _positions(foreign, header, reading)
            if at is not None:
                for cells in rows:
                    reading.read += 1
                    _read_row(foreign, header, cells, at, reading)
    except OSError as error:
        raise BadInputProblem(f"{data}: {error.strerror}") from error
    except (csv.Error, UnicodeDecodeError) as error:
        reading.wrong(
            reading.read + 1, None, _("This row cannot be read as CSV in UTF-8: %(why)s", why=error)
        )
    if not reading.errors and not any(row["weight"] > 0 for row in reading.rows):
        reading.wrong(None, None, _("No row is left that belongs to this wave and has a weight."))
    return reading


def _lines(stream: Any, taken: Callable[[bytes], object]) -> Iterator[str]:
    for number, line in enumerate(stream):
        taken(line)
        yield line.decode("utf-8-sig" if number == 0 else "utf-8")


def _positions(foreign: ForeignWave, header: list[str], reading: _Reading) -> dict[str, int] | None:
    at: dict[str, int] = {}
    for name in foreign.needed_columns:
        if header.count(name) > 1:
            reading.wrong(None, name, _("The header has this column more than once."))
        elif name in header:
            at[name] = header.index(name)
        elif name not in foreign.optional_columns:
            reading.wrong(None, name, _("The header has no such column."))
    return None if reading.errors else at


def _read_row(
    foreign: ForeignWave, header: list[str], cells: list[str], at: dict[str, int], reading: _Reading
) -> None:
    number = reading.read
    if len(cells) != len(header):
        reading.wrong(
            number,
            None,
            _(
                "%(found)s cells where the header has %(wanted)s.",
                found=len(cells),
                wanted=len(header),
            ),
        )
        return
    if not all(rule.keeps(cells[at[rule.column]]) for rule in foreign.filters):
        return
    before = len(reading.errors)
    weight = _weight(cells[at[foreign.columns.weight]], number, foreign.columns.weight, reading)
    answers: dict[str, int] = {}
    for item in foreign.items:
        try:
            answers[item.id] = foreign.code_of(item, cells[at[item.column]])
        except ValueError as error:
            reading.wrong(number, item.column, str(error))
    design = {
        name: _design_cell(cells[at[column]], number, column, reading) if column else None
        for name, column in (("stratum", foreign.columns.strata), ("psu", foreign.columns.psu))
    }
    if len(reading.errors) > before:
        return
    levels = {
        domain.id: domain.level_of(cells[at[domain.column]])
        for domain in foreign.domains
        if domain.column in at
    }
    groups = {name: level for name, level in levels.items() if level is not None}
    reading.rows.append(
        {
            # The row is public elsewhere: a key made from its place keeps every build the same.
            "id": hashlib.sha256(f"{foreign.slug}|{number}".encode()).hexdigest()[:32],
            "language": "en",
            "source": "drawn",
            "mode": "other",
            "base_weight": None,
            "weight": weight,
            "police_district": groups.get("police_district"),
            "csa": None,
            "answers": answers,
            "domains": groups,
            **design,
        }
    )


def _weight(cell: str, number: int, column: str, reading: _Reading) -> float:
    try:
        weight = float(cell)
    except ValueError:
        weight = math.nan
    if not math.isfinite(weight) or weight < 0:
        reading.wrong(
            number,
            column,
            _("%(value)s is not a weight. It must be a number, 0 or more.", value=repr(cell)),
        )
    return weight


def _design_cell(cell: str, number: int, column: str, reading: _Reading) -> str:
    if not cell.strip() or len(cell.strip()) > 60:
        reading.wrong(number, column, _("%(value)s does not name a stratum or unit.", value=repr(cell)))
    return cell.strip()
