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
    found: list[Step] = []
    for page in instrument.pages:
        asked = tuple(
            question.id
            for question in page.questions
            if question.kind != "area" and holds(question.only_if, answers)
        )
        if asked:
            found.append(Step(page.id, asked))
        for question in page.questions:
            if question.kind == "area":
                # A page of its own: the list of neighborhoods weighs more than all the rest.
                found.append(Step(question.id, (question.id,)))
                found.extend(_district_step(answers.get(question.id)))
    return tuple(found)


def _district_step(area: Value | None) -> tuple[Step, ...]:
    districts = districts_to_ask(area)
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
