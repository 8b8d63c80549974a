"""What the preview of an import shows."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from ..problems import BadFileProblem
from .kinds import direction_of, spoken_languages
from .sources import ImportPlan, Mapping, Source, plan_import
from .sources.plan import PlannedComment

#: Rows of each sort that a person looks through; the rest is counted.
SHOWN = 50


@dataclass(frozen=True)
class PreviewView:
    """One table of a file as it would come in. `unreadable` says why nothing can be shown."""

    name: str
    tables: tuple[str, ...]
    table: int
    columns: tuple[str, ...]
    mapping: Mapping
    languages: tuple[tuple[str, str], ...]
    plan: ImportPlan | None
    unreadable: str

    @property
    def comments(self) -> tuple[PlannedComment, ...]:
        return self.plan.comments[:SHOWN] if self.plan else ()

    @property
    def errors(self) -> tuple[tuple[int | None, str, str], ...]:
        """(row, column, what to do) of the first wrong rows."""
        found = self.plan.errors[:SHOWN] if self.plan else ()
        return tuple((one.row, one.field or "", one.message) for one in found)

    def direction(self, language: str) -> str:
        return direction_of(language)


def preview_view(source: Source, number: int, mapping: Mapping, known: AbstractSet[str]) -> PreviewView:
    table = source.tables[number]
    plan, unreadable = None, ""
    try:
        plan = plan_import(table, mapping, known)
    except BadFileProblem as problem:
        unreadable = problem.message
    return PreviewView(
        name=source.name,
        tables=tuple(one.title for one in source.tables),
        table=number,
        columns=tuple(dict.fromkeys(name for name in table.columns if name)),
        mapping=mapping,
        languages=tuple(spoken_languages().items()),
        plan=plan,
        unreadable=unreadable,
    )
