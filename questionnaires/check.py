"""What must hold for a whole questionnaire, beyond each value being of its kind."""

from __future__ import annotations

import re
from collections.abc import Iterable

from questionnaires.schema import Choice, Instrument, InstrumentError, Measure, Question

_ID = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
_SECTIONS = ("who", "why", "voluntary", "kept", "anonymity", "real", "ethics")
"""Subjects that must be told before the first question."""
_CHOOSING = ("single", "multiple")


def check(instrument: Instrument, file: str) -> None:
    """Raise InstrumentError at the first thing that does not hold."""
    _check_ids(instrument, file)
    _check_front(instrument, file)
    seen: dict[str, Question] = {}
    for page in instrument.pages:
        if not page.questions:
            raise InstrumentError(f"{file}, page {page.id!r}: has no questions; add one or drop it.")
        for question in page.questions:
            _check_question(question, f"{file}, question {question.id!r}", instrument.year)
            _check_condition(question, seen, f"{file}, question {question.id!r}")
        seen.update({question.id: question for question in page.questions})
    _check_area(instrument, file)
    for measure in instrument.measures:
        _check_measure(measure, seen, f"{file}, measure {measure.id!r}")


def _check_ids(instrument: Instrument, file: str) -> None:
    groups: dict[str, Iterable[str]] = {
        "pages": [page.id for page in instrument.pages],
        "questions": [question.id for question in instrument.questions],
        "measures": [measure.id for measure in instrument.measures],
        "front.sections": [section.id for section in instrument.front.sections],
        "front.eligibility": [item.id for item in instrument.front.eligibility],
        "help_lines": [line.id for line in instrument.help_lines],
    }
    for group, ids in groups.items():
        seen = set()
        for identifier in ids:
            if not _ID.fullmatch(identifier):
                raise InstrumentError(
                    f"{file}, {group} {identifier!r}, key 'id': use small letters, digits and _."
                )
            if identifier in seen:
                raise InstrumentError(
                    f"{file}, {group} {identifier!r}, key 'id': is used twice; rename one."
                )
            seen.add(identifier)
        if not seen:
            raise InstrumentError(f"{file}, key {group!r}: is missing; add at least one.")


def _check_area(instrument: Instrument, file: str) -> None:
    asked = [q.kind for q in instrument.questions].count("area")
    if asked > 1:
        raise InstrumentError(f"{file}: has two questions of the kind 'area'; keep one.")
    if asked and instrument.area is None:
        raise InstrumentError(f"{file}, key 'area': is missing; an 'area' question needs its words.")
    if instrument.area is not None:
        _check_choices(instrument.area.districts, f"{file}, area", "districts")


def _check_front(instrument: Instrument, file: str) -> None:
    told = {section.id for section in instrument.front.sections}
    for subject in _SECTIONS:
        if subject not in told:
            raise InstrumentError(
                f"{file}, front.sections: {subject!r} is missing; people must be told this "
                "before the first question."
            )
    for section in instrument.front.sections:
        if not section.paragraphs:
            raise InstrumentError(
                f"{file}, front.sections {section.id!r}, key 'paragraphs': is empty; add text."
            )


def _check_question(question: Question, place: str, year: int) -> None:
    if question.first_year > year:
        raise InstrumentError(
            f"{place}, key 'first_year': is {question.first_year}, after this year's "
            f"questionnaire ({year}); correct it."
        )
    if question.kind in _CHOOSING:
        _check_choices(question.choices, place, "choices")
    elif question.choices:
        raise InstrumentError(
            f"{place}, key 'choices': a question of the kind {question.kind!r} has none; drop them."
        )
    if question.exclusive and question.kind != "multiple":
        raise InstrumentError(f"{place}, key 'exclusive': belongs to 'multiple' only; drop it.")
    for code in question.exclusive:
        _known(code, question, place, "exclusive")
    if (question.max_length is not None) != (question.kind == "text"):
        raise InstrumentError(
            f"{place}, key 'max_length': every 'text' question needs it and no other may have it."
        )
    bounds = (question.minimum, question.maximum)
    if question.kind != "count":
        if bounds != (None, None):
            raise InstrumentError(
                f"{place}, key 'minimum': only 'count' questions have 'minimum' and 'maximum'."
            )
    elif None in bounds or not 0 <= (question.minimum or 0) < (question.maximum or 0):
        raise InstrumentError(
            f"{place}, key 'maximum': give 'minimum' (0 or more) and a larger 'maximum'."
        )


def _check_choices(choices: tuple[Choice, ...], place: str, key: str) -> None:
    if len(choices) < 2:
        raise InstrumentError(f"{place}, key {key!r}: give at least two.")
    codes = [choice.code for choice in choices]
    texts = [choice.text for choice in choices]
    for code, text in zip(codes, texts, strict=True):
        if code < 1:
            raise InstrumentError(
                f"{place}, key {key!r}: code {code} is not allowed; codes start at 1 "
                "(negative codes are for missing answers)."
            )
        if codes.count(code) > 1:
            raise InstrumentError(f"{place}, key {key!r}: code {code} is used twice; change one.")
        if texts.count(text) > 1:
            raise InstrumentError(f"{place}, key {key!r}: {text!r} stands twice; change one.")


def _check_condition(question: Question, earlier: dict[str, Question], place: str) -> None:
    condition = question.only_if
    if condition is None:
        return
    asked = earlier.get(condition.question)
    if asked is None:
        raise InstrumentError(
            f"{place}, key 'only_if': {condition.question!r} is not on an earlier page; "
            "move that question forward or correct the id."
        )
    if asked.kind not in _CHOOSING or not condition.codes:
        raise InstrumentError(
            f"{place}, key 'only_if': name a question with choices, and at least one of its codes."
        )
    for code in condition.codes:
        _known(code, asked, place, "only_if")


def _check_measure(measure: Measure, questions: dict[str, Question], place: str) -> None:
    question = questions.get(measure.question)
    if question is None or question.kind not in _CHOOSING:
        raise InstrumentError(
            f"{place}, key 'question': {measure.question!r} is not a question with choices "
            "in this file; correct the id."
        )
    if not measure.codes:
        raise InstrumentError(f"{place}, key 'codes': is empty; say which answers are counted.")
    for code in measure.codes:
        _known(code, question, place, "codes")
    for code in measure.base:
        _known(code, question, place, "base")
    if not set(measure.codes) < set(measure.base):
        raise InstrumentError(
            f"{place}, key 'base': must hold every code of 'codes' and at least one more."
        )


def _known(code: int, question: Question, place: str, key: str) -> None:
    if code not in question.codes:
        raise InstrumentError(
            f"{place}, key {key!r}: {question.id!r} has no choice with code {code}; correct it."
        )
