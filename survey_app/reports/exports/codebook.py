"""The codebook of the public file: names and counts stored with the edition, told in any language."""

from __future__ import annotations

import json
from dataclasses import dataclass

from ..codec import canonical
from ..public_file import PublicFile
from ..wording import Words
from .variables import Variable, variables_of


@dataclass(frozen=True)
class CodebookEntry:
    """A column, how many rows have each level (`counts`, in their order) and how many none."""

    variable: Variable
    filled: int
    blank: int
    counts: tuple[int, ...]


def codebook_json(rows: PublicFile, *, raking: str) -> bytes:
    """What of the codebook depends on the rows."""
    columns = []
    for name in rows.names:
        keep = name.startswith(("group_", "rake_", "measure_")) or name == "stratum"
        levels = {level: n for level, n in rows.counts(name).items() if level} if keep else {}
        columns.append({"name": name, "blank": rows.blank(name), "levels": levels})
    return (canonical({"raking": raking, "rows": len(rows), "columns": columns}) + "\n").encode()


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
