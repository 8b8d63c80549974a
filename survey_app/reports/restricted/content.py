"""What a restricted file holds: the code of every closed question, and the final weight.

Finer than the public file: answers as they were given, mode and language. Never in it: neighborhood and
statistical area, the words of an open answer, keys, days. Rows stand in an order drawn for this file.
"""

from __future__ import annotations

import csv
import io
import secrets
from typing import Any

import numpy.typing as npt
from sqlalchemy.orm import Session

from analysis.factors import Factor

from ...handed_out import safe
from ...waves.answered import read_responses
from ...waves.columns import all_columns
from ...waves.models import Wave
from ..declare import run_unprotected
from ..public_file import number_cell

#: never leave the house, under no agreement
_KEPT_BACK = {"csa", "area", "zip", "source"}
_DERIVED = ("rake_", "measure_", "design_weight")


def restricted_csv(session: Session, wave: Wave) -> tuple[bytes, int]:
    """The file of a closed wave, and its rows. Raises ConflictProblem without drawn answers."""
    rows = read_responses(session, wave, source="drawn")
    weights = run_unprotected(wave, rows).sample.weights
    columns = all_columns(wave, rows)
    names = [
        name
        for name in sorted(columns)
        if name not in _KEPT_BACK and not name.startswith(_DERIVED) and name != "weight"
    ]
    order = list(range(len(rows)))
    secrets.SystemRandom().shuffle(order)
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow([*names, "weight"])
    chosen = [columns[name] for name in names]
    for at in order:
        cells = [_cell(column, at) for column in chosen]
        writer.writerow([*cells, repr(round(float(weights[at]), 6))])
    return stream.getvalue().encode(), len(rows)


def _cell(column: npt.NDArray[Any] | Factor, at: int) -> str:
    if isinstance(column, Factor):
        return safe(column.levels[column.codes[at]])
    return number_cell(float(column[at]))
