"""What was found in a file: tables of text cells, and what could not be read of them."""

from __future__ import annotations

import json
import zlib
from collections.abc import Sequence
from dataclasses import dataclass

from flask_babel import gettext as _

from ...problems import RowError

#: A file with more is divided first; nobody looks through a preview of more.
MOST_ROWS = 20_000
MOST_COLUMNS = 60


@dataclass(frozen=True)
class SourceTable:
    """One table of a file. `rows` are (1-based row of data, cells), each as long as `columns`; rows
    that could not be read are in `errors` instead."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[int, tuple[str, ...]], ...]
    errors: tuple[RowError, ...] = ()


@dataclass(frozen=True)
class Source:
    """A file or pasted page: its name, the digest of its bytes, its tables (at least one)."""

    name: str
    sha256: str
    tables: tuple[SourceTable, ...]

    def to_bytes(self) -> bytes:
        plain = {
            "name": self.name,
            "sha256": self.sha256,
            "tables": [
                [one.title, one.columns, one.rows, [(e.row, e.field, e.message) for e in one.errors]]
                for one in self.tables
            ],
        }
        return zlib.compress(json.dumps(plain, ensure_ascii=False).encode(), 3)

    @classmethod
    def from_bytes(cls, content: bytes) -> Source:
        read = json.loads(zlib.decompress(content))
        tables = tuple(
            SourceTable(
                title,
                tuple(columns),
                tuple((row, tuple(cells)) for row, cells in rows),
                tuple(RowError(*error) for error in errors),
            )
            for title, columns, rows, errors in read["tables"]
        )
        return cls(read["name"], read["sha256"], tables)


def make_table(
    title: str, header: Sequence[str], data: Sequence[tuple[int, Sequence[str]]], *, strict: bool
) -> SourceTable:
    """A table from raw rows. With `strict` a row of another width is an error, as in a CSV file;
    otherwise missing cells are empty and more cells than columns are an error only where they hold
    something."""
    columns = tuple(name.strip() for name in header)
    width = len(columns)
    rows: list[tuple[int, tuple[str, ...]]] = []
    errors: list[RowError] = []
    for number, cells in data:
        used = tuple(cells)
        if not strict:
            while len(used) > width and not used[-1].strip():
                used = used[:-1]
            used += ("",) * (width - len(used))
        if len(used) != width and any(cell.strip() for cell in used):
            errors.append(RowError(number, None, columns_differ(len(used), width)))
        else:
            rows.append((number, (*used, *("",) * (width - len(used)))[:width]))
    return SourceTable(title, columns, tuple(rows), tuple(errors))


def columns_differ(found: int, wanted: int) -> str:
    message: str = _("%(found)s columns where the header has %(wanted)s", found=found, wanted=wanted)
    return message
