"""Population margins and rules that come with the program; README.md says where each came from."""

from __future__ import annotations

import csv
from typing import Any

import numpy as np
import numpy.typing as npt

from analysis.data.recode import FOLDER
from analysis.errors import DataError

MARGINS = FOLDER / "margins"


def margin_names() -> tuple[str, ...]:
    """Names of the margin tables, as plans write them (`race.csv`)."""
    return tuple(sorted(path.name for path in MARGINS.glob("*.csv")))


def load_margin(name: str) -> dict[str, npt.NDArray[Any]]:
    """A margin table as columns: the variables as text, `count` as floats (k,).

    Raises DataError when there is no table of that name.
    """
    if name not in margin_names():
        raise DataError(f"There is no margin {name!r}; there are {', '.join(margin_names())}.")
    with (MARGINS / name).open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    columns: dict[str, npt.NDArray[Any]] = {
        variable: np.array([row[variable] for row in rows]) for variable in rows[0]
    }
    columns["count"] = columns["count"].astype(np.float64)
    return columns
