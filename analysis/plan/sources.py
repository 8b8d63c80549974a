"""Where a case finds its tables: files beside the plan, or columns in memory."""

from __future__ import annotations

import csv
import gzip
from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

import numpy as np

from analysis.errors import DataError
from analysis.table import Columns, Table

csv.field_size_limit(10_000_000)


class Source(Protocol):
    """Gives a table by the name the plan uses."""

    def table(self, name: str) -> Table: ...


class Memory:
    """Tables handed in as columns."""

    def __init__(self, tables: Mapping[str, Columns]) -> None:
        self._given = tables
        self._made: dict[str, Table] = {}

    def table(self, name: str) -> Table:
        """Raises DataError for a name that was not handed in."""
        if name not in self._made:
            if name not in self._given:
                known = ", ".join(self._given) or "none"
                raise DataError(f"no table '{name}' was given; there are: {known}.", file=name)
            self._made[name] = Table(self._given[name], name)
        return self._made[name]


class Folder:
    """CSV files (also .csv.gz) under one folder; each is read once."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._made: dict[str, Table] = {}

    def table(self, name: str) -> Table:
        """Raises DataError for a file that is missing or is no CSV."""
        if name not in self._made:
            self._made[name] = read_csv(self._root / name, name)
        return self._made[name]


def read_csv(path: Path, name: str | None = None) -> Table:
    """A CSV file with a header as text columns; an empty field is a missing answer.

    Raises DataError naming file, row and column for an unreadable file, a repeated or empty column
    name, or a row of another length than the header.
    """
    source = name or str(path)
    try:
        opener = gzip.open if path.suffix == ".gz" else open
        with opener(path, "rt", encoding="utf-8-sig", newline="") as stream:
            rows = csv.reader(stream, strict=True)
            header = next(rows, None)
            if not header:
                raise DataError(f"{source}: the file is empty; it needs a header.", file=source)
            _check_header(header, source)
            body: list[list[str]] = []
            for row in rows:
                if len(row) != len(header):
                    if not row:
                        continue
                    raise DataError(
                        f"{source}, data row {len(body) + 1}: {len(row)} fields where the header has"
                        f" {len(header)}.",
                        file=source,
                        row=len(body) + 1,
                    )
                body.append(row)
    except FileNotFoundError:
        raise DataError(f"{source}: there is no such file.", file=source) from None
    except IsADirectoryError:
        raise DataError(f"{source}: is a folder, not a file.", file=source) from None
    except UnicodeDecodeError as wrong:
        raise DataError(
            f"{source}: not UTF-8 text (byte {wrong.start}). Save the file as UTF-8.", file=source
        ) from None
    except (csv.Error, gzip.BadGzipFile, EOFError) as wrong:
        raise DataError(f"{source}: not readable as CSV ({wrong}).", file=source) from None
    columns = zip(*body, strict=True) if body else [[] for _ in header]
    return Table(
        {key: np.array(values, dtype=np.str_) for key, values in zip(header, columns, strict=True)},
        source,
    )


def _check_header(header: list[str], source: str) -> None:
    for place, key in enumerate(header):
        if not key:
            raise DataError(f"{source}: column {place + 1} has no name.", file=source)
        if key in header[:place]:
            raise DataError(f"{source}: two columns are called '{key}'.", file=source, column=key)
