"""Population margins and rules that come with the program; README.md says where each came from."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from analysis.data.recode import FOLDER
from analysis.errors import DataError
from analysis.table import Table

MARGINS = FOLDER / "margins"
POPULATION_SOURCE = (
    "adults by district, race, age, gender and schooling, raked from seeds"
    " (ACS 2014-2018, Baltimore Area Survey 2023-2024)"
)


def margin_names() -> tuple[str, ...]:
    """Names of the margin tables, as plans write them (`race.csv`)."""
    return tuple(sorted(path.name for path in MARGINS.glob("*.csv")))


def load_margin(name: str) -> dict[str, npt.NDArray[Any]]:
    """A margin table as columns: the variables as text, `count` as floats (k,).

    Raises DataError when there is no table of that name.
    """
    if name not in margin_names():
        raise DataError(f"There is no margin {name!r}; there are {', '.join(margin_names())}.")
    return _columns(MARGINS / name)


def load_population() -> Table:
    """Adults by district, race, age, gender and schooling: (1152) cells that multilevel models predict.

    Raked from seeds, as no source publishes them together (tools/population_build.py); the table's
    source says so.
    """
    return Table(_columns(FOLDER / "population" / "districts.csv"), POPULATION_SOURCE)


def _columns(path: Path) -> dict[str, npt.NDArray[Any]]:
    with path.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    columns: dict[str, npt.NDArray[Any]] = {
        variable: np.array([row[variable] for row in rows]) for variable in rows[0]
    }
    columns["count"] = columns["count"].astype(np.float64)
    return columns
