"""What a section gives: rows of its files, documents, and how many rows a rule kept back."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement
from sqlalchemy.orm import InstrumentedAttribute


@dataclass(frozen=True)
class Period:
    """First and last day of the records asked for."""

    first: date
    last: date

    def holds(self, day: date | None) -> bool:
        return day is not None and self.first <= day <= self.last

    def of_days(self, column: InstrumentedAttribute[Any]) -> ColumnElement[bool]:
        return column.between(self.first, self.last)

    def of_moments(self, column: InstrumentedAttribute[Any]) -> ColumnElement[bool]:
        """For a column that holds moments (UTC)."""
        begin = datetime.combine(self.first, time.min)
        end = datetime.combine(self.last + timedelta(days=1), time.min)
        return (column >= begin) & (column < end)


@dataclass
class Gathered:
    """`files`: rows by name of the file, each in the order of its columns. `documents`: other files by
    name. `kept_back`: by table and name of a rule (`rows` in rules.toml), how many rows."""

    files: dict[str, list[tuple[Any, ...]]] = field(default_factory=dict)
    documents: dict[str, bytes] = field(default_factory=dict)
    kept_back: Counter[tuple[str, str]] = field(default_factory=Counter)

    @property
    def rows(self) -> int:
        return sum(len(rows) for rows in self.files.values())
