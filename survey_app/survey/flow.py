"""The way through the pages: which apply, which comes next, what is still to be seen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from questionnaires.areas import needs_district
from questionnaires.schema import Condition, Instrument

from .fields import Value
from .words import DISTRICT


@dataclass(frozen=True, slots=True)
class Step:
    """One page as this resident gets it: only the questions that apply."""

    id: str
    questions: tuple[str, ...]
    districts: tuple[int, ...] = ()


def holds(condition: Condition | None, answers: Mapping[str, Value]) -> bool:
    """Whether a question with this condition is asked."""
    if condition is None:
        return True
    answer = answers.get(condition.question)
    given = answer if isinstance(answer, list) else [answer]
    return any(code in condition.codes for code in given)


def steps(instrument: Instrument, answers: Mapping[str, Value]) -> tuple[Step, ...]:
    """The pages in order. A neighborhood in several police districts adds one question."""
    found = _ways.get(id(instrument))
    if found is None or found.instrument is not instrument:
        found = _ways[id(instrument)] = _Ways(instrument)
    return found.steps(answers)


class _Ways:
    """The ways through one questionnaire: there are few, and each page asks for one several times."""

    def __init__(self, instrument: Instrument) -> None:
        self.instrument = instrument
        self._conditions = tuple(
            (one.id, one.only_if) for one in instrument.questions if one.only_if is not None
        )
        self._areas = tuple(one.id for one in instrument.questions if one.kind == "area")
        self._known: dict[tuple[object, ...], tuple[Step, ...]] = {}

    def steps(self, answers: Mapping[str, Value]) -> tuple[Step, ...]:
        asked = frozenset(name for name, condition in self._conditions if holds(condition, answers))
        areas = tuple(districts_to_ask(answers.get(name)) for name in self._areas)
        found = self._known.get((asked, areas))
        if found is None:
            found = self._known[asked, areas] = self._lay(
                asked, dict(zip(self._areas, areas, strict=True))
            )
        return found

    def _lay(self, asked: frozenset[str], areas: dict[str, tuple[int, ...]]) -> tuple[Step, ...]:
        found: list[Step] = []
        for page in self.instrument.pages:
            shown = tuple(
                one.id
                for one in page.questions
                if one.kind != "area" and (one.only_if is None or one.id in asked)
            )
            if shown:
                found.append(Step(page.id, shown))
            for one in page.questions:
                if one.kind == "area":
                    # A page of its own: the list of neighborhoods weighs more than all the rest.
                    found.append(Step(one.id, (one.id,)))
                    found.extend(_district_step(areas[one.id]))
        return tuple(found)


#: By the identity of a questionnaire, which is read once in a process.
_ways: dict[int, _Ways] = {}


def _district_step(districts: tuple[int, ...]) -> tuple[Step, ...]:
    return (Step(DISTRICT, (DISTRICT,), districts),) if districts else ()


def districts_to_ask(area: Value | None) -> tuple[int, ...]:
    """Codes of the districts to choose from; empty when the answer settles the district."""
    if isinstance(area, dict) and "neighborhood" in area:
        return needs_district(area["neighborhood"])
    return ()


def first_unseen(way: tuple[Step, ...], seen: frozenset[str]) -> Step | None:
    """The first page with a question the resident has not been shown; None when all were."""
    return next((step for step in way if not seen.issuperset(step.questions)), None)


def position(way: tuple[Step, ...], step_id: str) -> int | None:
    """Where a page stands, from 0; None when it does not apply."""
    return next((number for number, step in enumerate(way) if step.id == step_id), None)


def was_past(way: tuple[Step, ...], number: int, seen: frozenset[str]) -> bool:
    """Whether all pages after this one were seen before: then going on leads to the review."""
    return all(seen.issuperset(step.questions) for step in way[number + 1 :])


def is_page(instrument: Instrument, step_id: str) -> bool:
    """Whether somebody can ever get a page of this id."""
    areas = (question.id for question in instrument.questions if question.kind == "area")
    return step_id in {DISTRICT, *areas, *(page.id for page in instrument.pages)}


def is_open(way: tuple[Step, ...], number: int, seen: frozenset[str]) -> bool:
    """Whether all pages before this one have been sent at least once."""
    return all(seen.issuperset(step.questions) for step in way[:number])
