"""From what a resident answered to the codes that are stored.

Four codes for four kinds of missing answer: the question was left blank (SKIPPED), "I don't know"
(DONT_KNOW), "I'd rather not say" (PREFER_NOT), or it was not asked because its condition did not
hold (NOT_APPLICABLE). Where somebody lives becomes derived areas here; the neighborhood and the
ZIP code go no further.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from questionnaires.areas import NOWHERE, Derived, derive, needs_district
from questionnaires.schema import NOT_APPLICABLE, SKIPPED, Instrument

from .fields import Value
from .flow import holds
from .words import DISTRICT

#: What is stored for an `area` question that was answered: did it give a police district?
AREA_WITH_DISTRICT = 1
AREA_WITHOUT_DISTRICT = 2

Code = int | list[int]


@dataclass(frozen=True, slots=True)
class Coded:
    """`answers`: question id to code or codes; `texts`: question id to own words."""

    answers: dict[str, Code]
    texts: dict[str, str]
    areas: Derived


def code_answers(instrument: Instrument, answers: Mapping[str, Value]) -> Coded:
    """A code for every question but those answered in own words, which go their own way."""
    codes: dict[str, Code] = {}
    texts: dict[str, str] = {}
    areas = NOWHERE
    for question in instrument.questions:
        value = answers.get(question.id)
        if question.kind == "text":
            # Whether somebody wrote is not stored beside the codes: it would help to join the two.
            if isinstance(value, str) and holds(question.only_if, answers):
                texts[question.id] = value
        elif not holds(question.only_if, answers):
            codes[question.id] = NOT_APPLICABLE
        elif value is None:
            codes[question.id] = SKIPPED
        elif isinstance(value, dict):
            areas = derive_areas(value, answers.get(DISTRICT))
            found = areas.police_district is not None
            codes[question.id] = AREA_WITH_DISTRICT if found else AREA_WITHOUT_DISTRICT
        elif not isinstance(value, str):
            codes[question.id] = value
    return Coded(codes, texts, areas)


def derive_areas(area: Mapping[str, str], district: Value | None) -> Derived:
    """The areas of a neighborhood or ZIP code.

    An answer about the district that belongs to another neighborhood (somebody went back and
    changed it) derives no district.
    """
    neighborhood = area.get("neighborhood")
    answer = district if isinstance(district, int) else None
    if neighborhood is None or answer not in needs_district(neighborhood):
        answer = None
    return derive(neighborhood=neighborhood, zip_code=area.get("zip"), district_answer=answer)
