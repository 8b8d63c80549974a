"""The codebook of the public file: names and counts stored with the edition, told in any language."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass

from ..codec import canonical
from ..wording import Words
from .variables import Rows, Variable, variables_of


@dataclass(frozen=True)
class CodebookEntry:
    """A column, how many rows have each level (`counts`, in their order) and how many none."""

    variable: Variable
    filled: int
    blank: int
    counts: tuple[int, ...]


def codebook_json(rows: Rows, *, raking: str) -> bytes:
    """What of the codebook depends on the rows."""
    columns = []
    for name in rows.names:
        counts = Counter(rows.column(name))
        blank = counts.pop("", 0)
        keep = name.startswith(("group_", "rake_", "measure_")) or name == "stratum"
        columns.append({"name": name, "blank": blank, "levels": dict(counts) if keep else {}})
    return (canonical({"raking": raking, "rows": len(rows.cells), "columns": columns}) + "\n").encode()


def read_codebook(stored: bytes, words: Words) -> tuple[CodebookEntry, ...]:
    """The codebook in the language of the page; `words` are those of the edition."""
    told = json.loads(stored)
    names = [column["name"] for column in told["columns"]]
    entries = []
    for column, variable in zip(
        told["columns"], variables_of(names, words, raking=told["raking"]), strict=True
    ):
        counts = tuple(int(column["levels"].get(level.id, 0)) for level in variable.levels)
        blank = int(column["blank"])
        entries.append(CodebookEntry(variable, told["rows"] - blank, blank, counts))
    return tuple(entries)
