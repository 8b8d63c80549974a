"""Files about drawn addresses, read whole: every error by row and field, or every row.

A sample file has `stratum,psu,base_weight,batch`, one row an address, in the order of the address
list; an outcome file has `letter,disposition`. Neither holds an address or a name.
"""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterator
from dataclasses import dataclass

from flask_babel import gettext as _

from analysis.fieldwork.outcomes import DISPOSITIONS

from ..problems import BadFileProblem, RowError

SAMPLE_FIELDS = ("stratum", "psu", "base_weight", "batch")
OUTCOME_FIELDS = ("letter", "disposition")
MOST_ROWS = 200_000
_LONGEST = {"stratum": 50, "psu": 50, "batch": 40}


@dataclass(frozen=True, slots=True)
class SampleRow:
    """One drawn address: its stratum, PSU ('' where none was drawn), base weight and mailing."""

    stratum: str
    psu: str
    base_weight: float
    batch: str


def read_sample(content: bytes, name: str) -> list[SampleRow]:
    """The rows of a sample file; raises BadFileProblem with everything that does not fit."""
    rows: list[SampleRow] = []
    errors: list[RowError] = []
    with_psu: dict[str, bool] = {}
    for number, row in _rows(content, name, SAMPLE_FIELDS):
        found = [*_too_long(number, row)]
        weight = _weight(row["base_weight"])
        if not row["stratum"]:
            found.append(RowError(number, "stratum", _("Name the stratum.")))
        elif with_psu.setdefault(row["stratum"], bool(row["psu"])) != bool(row["psu"]):
            found.append(
                RowError(number, "psu", _("Give a PSU for every address of a stratum, or for none."))
            )
        if weight is None:
            found.append(
                RowError(
                    number,
                    "base_weight",
                    _("%(value)s is no base weight: write a number above 0.", value=row["base_weight"]),
                )
            )
        if not row["batch"]:
            found.append(RowError(number, "batch", _("Name the mailing, for example 1.")))
        errors += found
        if weight is not None and not found:
            rows.append(SampleRow(row["stratum"], row["psu"], weight, row["batch"]))
    _refuse(name, errors, empty=not rows)
    return rows


def read_outcomes(content: bytes, name: str) -> dict[int, str | None]:
    """Disposition by letter number, None where it is to be taken back; raises BadFileProblem."""
    found: dict[int, str | None] = {}
    errors: list[RowError] = []
    for row_number, row in _rows(content, name, OUTCOME_FIELDS):
        letter = int(row["letter"]) if row["letter"].isascii() and row["letter"].isdigit() else 0
        code = row["disposition"].upper()
        if letter < 1:
            errors.append(
                RowError(
                    row_number,
                    "letter",
                    _("%(value)s is no number of a letter.", value=row["letter"]),
                )
            )
        elif letter in found:
            errors.append(
                RowError(row_number, "letter", _("%(value)s stands here twice.", value=row["letter"]))
            )
        if code and code not in DISPOSITIONS:
            errors.append(
                RowError(
                    row_number,
                    "disposition",
                    _(
                        "%(value)s is no final disposition. Write one of: %(codes)s.",
                        value=row["disposition"],
                        codes=", ".join(DISPOSITIONS),
                    ),
                )
            )
        found[letter] = code or None
    _refuse(name, errors, empty=not found)
    return found


def _rows(content: bytes, name: str, fields: tuple[str, ...]) -> Iterator[tuple[int, dict[str, str]]]:
    """Rows of a CSV file with exactly these columns, numbered from 1 below the header."""
    try:
        text = content.decode("utf-8-sig")
        reader = csv.DictReader(io.StringIO(text, newline=""), strict=True)
        header = [field.strip().lower() for field in reader.fieldnames or ()]
        if sorted(header) != sorted(fields):
            told = _("The first row must name these columns: %(names)s.", names=",".join(fields))
            raise BadFileProblem(_refused(name), (RowError(None, None, told),))
        reader.fieldnames = header
        for number, row in enumerate(reader, start=1):
            if number > MOST_ROWS:
                told = _("The file has more than %(count)s rows.", count=str(MOST_ROWS))
                raise BadFileProblem(_refused(name), (RowError(None, None, told),))
            if None in row or None in row.values():
                told = _("This row has more or fewer fields than the first.")
                raise BadFileProblem(_refused(name), (RowError(number, None, told),))
            yield number, {field: value.strip() for field, value in row.items()}
    except (UnicodeDecodeError, csv.Error) as error:
        told = _("This is no CSV file in UTF-8.")
        raise BadFileProblem(_refused(name), (RowError(None, None, told),)) from error


def _too_long(number: int, row: dict[str, str]) -> Iterator[RowError]:
    for field, most in _LONGEST.items():
        if len(row[field]) > most:
            yield RowError(number, field, _("Use at most %(count)s characters.", count=str(most)))


def _weight(text: str) -> float | None:
    try:
        weight = float(text)
    except ValueError:
        return None
    return weight if math.isfinite(weight) and 0 < weight <= 1e9 else None


def _refuse(name: str, errors: list[RowError], *, empty: bool) -> None:
    if not errors and empty:
        errors.append(RowError(None, None, _("The file has no rows.")))
    if errors:
        raise BadFileProblem(_refused(name), tuple(errors))


def _refused(name: str) -> str:
    return str(_("%(file)s was not imported. Correct these and try again:", file=name))
