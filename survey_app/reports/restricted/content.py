"""What a restricted file holds: the code of every closed question, and the final weight.

Finer than the public file: answers as they were given, mode and language. Never in it: neighborhood and
statistical area, the words of an open answer, keys, days. Rows stand in an order drawn for this file.
"""

from __future__ import annotations

import csv
import io
import secrets
from typing import Any

import numpy as np
from sqlalchemy.orm import Session

from ...handed_out import safe
from ...waves.models import Wave
from ..declare import run_unprotected

#: never leave the house, under no agreement
_KEPT_BACK = {"csa", "area", "zip", "source"}
_DERIVED = ("rake_", "measure_", "design_weight")


def restricted_csv(session: Session, wave: Wave) -> tuple[bytes, int]:
    """The file of a closed wave, and its rows. Raises ConflictProblem without drawn answers."""
    run = run_unprotected(session, wave)
    names = [
        name
        for name in sorted(run.columns)
        if name not in _KEPT_BACK and not name.startswith(_DERIVED) and name != "weight"
    ]
    rows = len(run.columns["source"])
    order = list(range(rows))
    secrets.SystemRandom().shuffle(order)
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow([*names, "weight"])
    columns = [run.columns[name] for name in names]
    for at in order:
        cells = [_cell(column[at]) for column in columns]
        writer.writerow([*cells, repr(round(float(run.sample.weights[at]), 6))])
    return stream.getvalue().encode(), rows


def _cell(value: Any) -> str:
    if isinstance(value, float | np.floating):
        if np.isnan(value):
            return ""
        return str(int(value)) if float(value).is_integer() else repr(float(value))
    return safe(str(value))
