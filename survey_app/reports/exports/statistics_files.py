"""The public file for SPSS (.sav) and Stata (.dta), with labels in one language.

Levels become numbers with value labels, because Stata labels numbers only. pyreadstat stamps the time
of writing into both formats; it is replaced, so that the same rows give the same bytes.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyreadstat

from analysis.factors import Factor

from ..public_file import PublicFile
from .variables import Variable

#: Bytes of the date and the time in the header of an SPSS file.
_SAV_DATE, _SAV_TIME = slice(92, 101), slice(101, 109)
_DTA_TIME = re.compile(rb"<timestamp>.*?</timestamp>", re.DOTALL)
#: SPSS's and Stata's limits on the length of a label.
_SPSS_LABEL, _STATA_LABEL = 255, 80


def spss_file(rows: PublicFile, variables: Sequence[Variable], *, title: str) -> bytes:
    """A .sav file: labels of columns and levels as in `variables`, the weight not switched on."""

    def write(path: Path) -> None:
        pyreadstat.write_sav(
            _table(rows, variables),
            path,
            file_label=_cut(title, 60),
            column_labels={one.name: _cut(one.label, _SPSS_LABEL) for one in variables},
            variable_value_labels=_value_labels(variables),
            row_compress=True,
            variable_measure={one.name: _measure(one) for one in variables},
        )

    body = bytearray(_written("rows.sav", write))
    body[_SAV_DATE], body[_SAV_TIME] = b"01 Jan 80", b"00:00:00"
    return bytes(body)


def stata_file(rows: PublicFile, variables: Sequence[Variable], *, title: str) -> bytes:
    """A .dta file of Stata 14 (version 118), text in UTF-8.

    `measure_` is `m_` in it: a column and the number of its labels share Stata's 32 signs.
    """
    variables = [replace(one, name=stata_name(one.name)) for one in variables]
    rows = PublicFile(
        tuple(stata_name(name) for name in rows.names),
        {stata_name(name): values for name, values in rows.columns.items()},
    )

    def write(path: Path) -> None:
        pyreadstat.write_dta(
            _table(rows, variables),
            path,
            file_label=_cut(title, _STATA_LABEL),
            column_labels={one.name: _cut(one.label, _STATA_LABEL) for one in variables},
            variable_value_labels=_value_labels(variables),
            version=14,
        )

    stamp = b"<timestamp>\x1101 Jan 1980 00:00</timestamp>"
    return _DTA_TIME.sub(lambda _found: stamp, _written("rows.dta", write), count=1)


def stata_name(name: str) -> str:
    """What a column is called in Stata."""
    return name.replace("measure_", "m_", 1)


def _table(rows: PublicFile, variables: Sequence[Variable]) -> pd.DataFrame:
    return pd.DataFrame({one.name: _values(rows, one) for one in variables})


def _values(rows: PublicFile, variable: Variable) -> Any:
    values = rows.columns[variable.name]
    if not isinstance(values, Factor):
        return values
    if variable.kind == "text":
        return np.array(values.levels, dtype=object)[values.codes]
    codes = {level.id: float(level.code) for level in variable.levels}
    return np.array([codes.get(level, np.nan) for level in values.levels])[values.codes]


def _value_labels(variables: Sequence[Variable]) -> dict[str, dict[int | float, str]]:
    return {
        one.name: {float(level.code): _cut(level.label, _SPSS_LABEL // 2) for level in one.levels}
        for one in variables
        if one.levels
    }


def _measure(variable: Variable) -> str:
    return "scale" if variable.kind == "number" else "nominal"


def _cut(text: str, most: int) -> str:
    """No more than `most` bytes of UTF-8, whole signs only."""
    return text.encode()[:most].decode("utf-8", "ignore")


def _written(name: str, write: Callable[[Path], None]) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        write(path)
        return path.read_bytes()
