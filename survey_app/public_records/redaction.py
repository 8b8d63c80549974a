"""The redaction log: every kind of record and field that is not given, how many, on which ground."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ..db import Base
from .gathered import Gathered
from .rules import Withheld, rules

HEADER = (
    "section",
    "what",
    "record",
    "fields",
    "how",
    "number",
    "exactness",
    "ground",
    "reason",
    "confirmed",
)
TO_CONFIRM = "to be confirmed by the City's counsel"


@dataclass(frozen=True)
class Line:
    """One line of the log. `number` None: what was never written down cannot be counted."""

    rule: Withheld
    number: int | None

    @property
    def how(self) -> str:
        if self.rule.masked:
            return "masked"
        if not self.rule.table:
            return "never written down" if self.rule.ground.id == "absent" else "withheld"
        return "rows withheld" if self.rule.rows or self.rule.fields == ("*",) else "fields left out"

    @property
    def ground(self) -> str:
        return self.rule.ground.section or f"ground {TO_CONFIRM}"

    @property
    def confirmed(self) -> str:
        return "by the text of the Act" if self.rule.ground.sure else TO_CONFIRM

    @property
    def count(self) -> str:
        if self.number is None:
            return "not counted"
        if self.rule.count == "tens":
            return f"at least {self.number}" if self.number else "fewer than 10"
        return str(self.number)


def redaction_log(
    session: Session, chosen: Collection[str], gathered: Mapping[str, Gathered]
) -> tuple[Line, ...]:
    """The lines for these sections, and for what is never given.

    Rows held back are counted as the section counted them; fields left out, by the rows of the table in
    the period as given; whole records, by what is there today. Where a number would tell what residents
    do right now it is rounded down to tens.
    """
    return tuple(
        Line(rule, _number(session, rule, gathered))
        for rule in rules().withheld
        if not rule.section or rule.section in chosen
    )


def _number(session: Session, rule: Withheld, gathered: Mapping[str, Gathered]) -> int | None:
    if not rule.table:
        return None
    if rule.rows:
        return gathered[rule.section].kept_back[rule.table, rule.rows]
    if rule.section:
        return max(
            (
                len(gathered[rule.section].files[one.name])
                for one in rules().sections[rule.section].files
                if rule.table in one.sources
            ),
            default=_all_of(session, rule.table),
        )
    number = _all_of(session, rule.table)
    return number // 10 * 10 if rule.count == "tens" else number


def _all_of(session: Session, table: str) -> int:
    return session.scalar(select(func.count()).select_from(Base.metadata.tables[table])) or 0


def as_rows(lines: tuple[Line, ...]) -> list[tuple[str, ...]]:
    """The log as rows under HEADER."""
    return [
        (
            line.rule.section or "never given",
            line.rule.what,
            line.rule.table or "none",
            " ".join(line.rule.fields) or line.rule.rows.replace("_", " ") or "-",
            line.how,
            line.count,
            "rounded down to tens" if line.rule.count == "tens" else "exact",
            line.ground,
            line.rule.ground.says,
            line.confirmed,
        )
        for line in lines
    ]
