"""The results of the City's violence prevention plans, and which measures speak to them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from questionnaires.reading import Table, read_toml
from questionnaires.schema import InstrumentError

PLAN_FILE = Path(__file__).parent / "plan_results.toml"


@dataclass(frozen=True, slots=True)
class PlanResult:
    """One result a plan promises (or a measure the City keeps itself), with our measures for it."""

    id: str
    title: str
    measures: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """One violence prevention plan of the City."""

    id: str
    title: str
    publisher: str
    ended_on: date
    results: tuple[PlanResult, ...]
    city_measures: tuple[PlanResult, ...]

    def result_of(self, measure_id: str) -> str | None:
        """Id of the plan result this measure speaks to, or None."""
        for result in self.results:
            if measure_id in result.measures:
                return result.id
        return None


def _results(table: Table, key: str) -> Iterator[PlanResult]:
    for row in table.tables(key):
        yield PlanResult(row.text("id"), row.text("title"), row.texts("measures"))


@cache
def load_plans(path: Path = PLAN_FILE) -> tuple[Plan, ...]:
    """Every plan in the file; InstrumentError when a key is wrong or a measure stands twice."""
    plans = []
    root = Table(read_toml(path), str(path))
    for row in root.tables("plans"):
        plan = Plan(
            id=row.text("id"),
            title=row.text("title"),
            publisher=row.text("publisher"),
            ended_on=row.day("ended_on"),
            results=tuple(_results(row, "results")),
            city_measures=tuple(_results(row, "city_measures")),
        )
        mapped = [measure for result in plan.results for measure in result.measures]
        for measure in mapped:
            if mapped.count(measure) > 1:
                raise row.fail("results", f"{measure!r} is mapped twice; keep one result for it.")
        plans.append(plan)
    root.finish()
    return tuple(plans)


def plan(plan_id: str) -> Plan:
    """The plan with this id; InstrumentError when the file has none."""
    for candidate in load_plans():
        if candidate.id == plan_id:
            return candidate
    raise InstrumentError(f"{PLAN_FILE}: there is no plan {plan_id!r}; add it or correct the id.")
