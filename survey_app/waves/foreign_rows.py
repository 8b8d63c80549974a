"""Rows of a foreign survey's file, read as its mapping says.

Every row that does not fit is told by its number (the first row below the header is 1), its column and
the value found.
"""

from __future__ import annotations

import csv
import hashlib
import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from flask_babel import gettext as _

from questionnaires.foreign_schema import ForeignWave

from ..problems import BadInputProblem, RowError


@dataclass
class Reading:
    """Rows of `responses` (without their wave), and everything that is wrong with the file."""

    rows: list[dict[str, Any]] = field(default_factory=list)
    read: int = 0
    errors: list[RowError] = field(default_factory=list)

    def wrong(self, row: int | None, column: str | None, message: str) -> None:
        self.errors.append(RowError(row, column, message))


def read_rows(foreign: ForeignWave, data: Path, taken: Callable[[bytes], object]) -> Reading:
    """Read the whole file; `taken` is given every line as bytes.

    Raises BadInputProblem when the file cannot be opened; what is wrong inside is in `errors`.
    """
    reading = Reading()
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


def _positions(foreign: ForeignWave, header: list[str], reading: Reading) -> dict[str, int] | None:
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
    foreign: ForeignWave, header: list[str], cells: list[str], at: dict[str, int], reading: Reading
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


def _weight(cell: str, number: int, column: str, reading: Reading) -> float:
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


def _design_cell(cell: str, number: int, column: str, reading: Reading) -> str:
    if not cell.strip() or len(cell.strip()) > 60:
        reading.wrong(number, column, _("%(value)s does not name a stratum or unit.", value=repr(cell)))
    return cell.strip()
