"""rules.toml, read and checked. Standard library only."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

FILE = Path(__file__).with_name("rules.toml")


@dataclass(frozen=True)
class Ground:
    """Why something is withheld. `sure` False: the City's counsel has to confirm it."""

    id: str
    section: str
    says: str
    sure: bool


@dataclass(frozen=True)
class FileRule:
    """A CSV file: its columns with their meaning, and the columns of tables that it comes from."""

    name: str
    columns: tuple[tuple[str, str], ...]
    sources: dict[str, tuple[str, ...]]

    @property
    def header(self) -> tuple[str, ...]:
        return tuple(name for name, _meaning in self.columns)


@dataclass(frozen=True)
class Section:
    """A kind of records that can be asked for: a folder of the export."""

    id: str
    folder: str
    dated: str
    says: str
    files: tuple[FileRule, ...]


@dataclass(frozen=True)
class Withheld:
    """Fields (`*`: all), or single rows, that are not given. `section` empty: never, whatever is asked.

    `count`: "rows", or "tens" where an exact number would tell what a resident does right now.
    """

    table: str
    what: str
    ground: Ground
    section: str = ""
    fields: tuple[str, ...] = ()
    rows: str = ""
    count: str = "rows"
    masked: bool = False


@dataclass(frozen=True)
class Rules:
    grounds: tuple[Ground, ...]
    sections: dict[str, Section]
    withheld: tuple[Withheld, ...]


@cache
def rules() -> Rules:
    """All of the file, in its order. Raises KeyError or TypeError when it is not well made."""
    told: dict[str, Any] = tomllib.loads(FILE.read_text(encoding="utf-8"))
    grounds = {one["id"]: Ground(**one) for one in told["ground"]}
    sections = {one["id"]: _section(one) for one in told["section"]}
    withheld = [
        Withheld(
            **{**one, "fields": tuple(one.get("fields", ())), "ground": grounds[one["ground"]]},
        )
        for one in told["withheld"]
    ]
    return Rules(tuple(grounds.values()), sections, tuple(withheld))


def _section(told: dict[str, Any]) -> Section:
    files = tuple(
        FileRule(
            name=one["name"],
            columns=tuple((name, meaning) for name, meaning in one["columns"]),
            sources={table: tuple(fields) for table, fields in one["from"].items()},
        )
        for one in told["file"]
    )
    return Section(told["id"], told["folder"], told["dated"], told["says"].strip(), files)
