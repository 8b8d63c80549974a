"""What an answer counts as: columns of levels made from coded answers, by rules that are data.

The rules stand in analysis/data/*.toml. An answer is a code (1 or more; a negative code is a missing
answer), a list of codes where several could be chosen, or a text such as the name of an area.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from analysis.errors import DataError

FOLDER = Path(__file__).parent

Answer = int | Sequence[int] | str | None


@dataclass(frozen=True, slots=True)
class RecodeLevel:
    """One level: `any_of` these codes named, `only` one of these and no other, or a text."""

    id: str
    any_of: frozenset[int] = frozenset()
    only: frozenset[int] = frozenset()
    values: frozenset[str] = frozenset()

    def holds(self, codes: frozenset[int], text: str) -> bool:
        if text:
            return text in self.values
        return bool(codes & self.any_of) or (len(codes) == 1 and codes <= self.only)


@dataclass(frozen=True, slots=True)
class RecodeColumn:
    """A column of levels made from one question; the first level that fits an answer is taken."""

    id: str
    question: str
    levels: tuple[RecodeLevel, ...]

    def level_of(self, answer: Answer) -> str | None:
        """Id of the answer's level; None when it fits none."""
        codes, text = _parts(answer)
        for level in self.levels:
            if level.holds(codes, text):
                return level.id
        return None

    def named_levels(self, answer: Answer) -> tuple[str, ...]:
        """Ids of the levels that each code of the answer would have by itself, in their order."""
        codes, text = _parts(answer)
        alone = [frozenset({code}) for code in codes]
        return tuple(
            level.id for level in self.levels if any(level.holds(code, text) for code in alone)
        )


def _parts(answer: Answer) -> tuple[frozenset[int], str]:
    if answer is None:
        return frozenset(), ""
    if isinstance(answer, str):
        return frozenset(), answer
    if isinstance(answer, int | float):
        answer = [int(answer)]
    return frozenset(code for code in answer if code > 0), ""


def read_columns(path: Path) -> tuple[RecodeColumn, ...]:
    """The columns a rules file declares. Raises DataError naming file, column and level."""
    with path.open("rb") as stream:
        return parse_columns(tomllib.load(stream), str(path))


def parse_columns(content: Mapping[str, Any], source: str) -> tuple[RecodeColumn, ...]:
    """The columns of a parsed rules file. Raises DataError naming source, column and level."""
    columns = []
    for row in content.get("columns", []):
        levels = tuple(_level(level, f"{source}, column {row.get('id')!r}") for level in row["levels"])
        if len({level.id for level in levels}) != len(levels) or len(levels) < 2:
            raise DataError(f"{source}, column {row['id']!r}: give two or more levels, each id once.")
        columns.append(RecodeColumn(row["id"], row["question"], levels))
    if len({column.id for column in columns}) != len(columns) or not columns:
        raise DataError(f"{source}: declare at least one column, each id once.")
    return tuple(columns)


def _level(row: Mapping[str, Any], place: str) -> RecodeLevel:
    unknown = set(row) - {"id", "any", "only", "values"}
    if unknown or "id" not in row or len(row) < 2:
        raise DataError(
            f"{place}: a level has an id and one or more of any, only, values; found {dict(row)}."
        )
    return RecodeLevel(
        id=row["id"],
        any_of=frozenset(row.get("any", ())),
        only=frozenset(row.get("only", ())),
        values=frozenset(row.get("values", ())),
    )


def group_columns() -> tuple[RecodeColumn, ...]:
    """The groups that figures of our own waves are shown for (groups.toml)."""
    return read_columns(FOLDER / "groups.toml")
