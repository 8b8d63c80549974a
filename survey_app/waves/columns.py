"""A wave's responses as columns for the analysis: one place where stored codes become numbers.

Columns, each with n values in the order of the (random) response keys:

    <question>              code or count as float; NaN where there is no answer, so that it is outside
                            every base
    <question>__<code>      for a question with several answers: 1 or 0, NaN where there is no answer
    <question>__missing     0 where answered; else the missing code: -1 skipped, -2 don't know, -3
                            rather not say, -4 does not apply
    group_<id>              level of a group ('' outside), see `group_levels`
    police_district         as group_police_district
    source, mode, language, stratum, psu, csa     levels, '' where there is none
    base_weight, weight     floats, NaN where there is none; `weight` came with a foreign wave
    design_weight, rake_*   drawn responses of our own waves: what the declared weighting reads
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import numpy.typing as npt

from analysis.coded import Coded
from analysis.data.raking import load_raking, raking_columns
from analysis.data.recode import group_columns
from analysis.factors import Factor
from questionnaires.schema import NOT_APPLICABLE, SKIPPED, Measure, Question

from .answered import AnsweredRows
from .foreign_store import load_foreign_of
from .models import Wave
from .queries import load_instrument_of

Columns = dict[str, npt.NDArray[Any] | Factor]


def all_columns(wave: Wave, rows: AnsweredRows) -> Columns:
    """Every column of a wave's responses.

    The declared weighting works on drawn responses only; read source 'drawn' to run it.
    """
    return design_columns(wave, rows) | answer_columns(wave, rows)


def group_levels(wave: Wave) -> dict[str, tuple[str, ...]]:
    """The groups a wave's figures can be shown for: id to the ids of its levels, in their order."""
    if wave.kind == "foreign":
        domains = load_foreign_of(wave).domains
        return {domain.id: tuple(level.id for level in domain.levels) for domain in domains}
    return {column.id: tuple(level.id for level in column.levels) for column in group_columns()}


def questions_behind(wave: Wave, measures: Iterable[Measure]) -> set[str]:
    """The questions that one of our own waves is weighted, grouped and measured by."""
    version = load_raking(str(wave.plan["version"]))
    columns = (*group_columns(), *version.columns)
    return {version.adults.question, *(c.question for c in columns), *(m.question for m in measures)}


def measure_levels(rows: AnsweredRows, measure: Measure) -> Factor:
    """(n,) '1' where the answer counts, '0' where it is in the base, '' outside the base."""
    return rows.answer(measure.question).factor(
        lambda answer: str(int(answer in measure.codes)) if answer in measure.base else None
    )


def design_columns(wave: Wave, rows: AnsweredRows) -> Columns:
    """What is known of a response beside its answers, its groups, and what weighting reads."""
    columns: Columns = {
        name: rows.texts[name].factor(_same)
        for name in ("source", "mode", "language", "stratum", "psu", "csa", "police_district")
    }
    columns |= {"base_weight": rows.base_weight, "weight": rows.weight}
    if wave.kind == "foreign":
        return columns | {
            f"group_{domain.id}": rows.domains.get(domain.id, rows.nothing).factor(_same)
            for domain in load_foreign_of(wave).domains
        }
    columns |= {
        f"group_{column.id}": rows.answer(column.question).factor(column.level_of)
        for column in group_columns()
    }
    return columns | _raking_columns(wave, rows)


def answer_columns(wave: Wave, rows: AnsweredRows) -> Columns:
    """The answers themselves."""
    columns: Columns = {}
    if wave.kind == "foreign":
        for item in load_foreign_of(wave).items:
            columns |= _code_columns(item.id, rows.answer(item.id))
        return columns
    for question in load_instrument_of(wave).questions:
        columns |= _question_columns(question, rows.answer(question.id))
    return columns


def _same(value: str | None) -> str | None:
    return value


def _question_columns(question: Question, answers: Coded) -> Columns:
    if question.kind == "text":  # kept apart from the responses, see OpenAnswer
        return {}
    if question.kind == "area":  # what is stored of it are the derived areas
        return {f"{question.id}__missing": _missing(answers)}
    if question.kind == "multiple":
        return _choice_columns(question, answers)
    return _code_columns(question.id, answers)


def _code_columns(name: str, answers: Coded) -> Columns:
    codes = answers.numbers(
        lambda answer: answer if isinstance(answer, int) and not _missing_code(answer) else np.nan
    )
    return {name: codes, f"{name}__missing": _missing(answers)}


def _choice_columns(question: Question, answers: Coded) -> Columns:
    columns: Columns = {f"{question.id}__missing": _missing(answers)}
    for code in question.codes:

        def held(answer: Any, code: int = code) -> float:
            if _missing_code(answer):
                return np.nan
            return float(code in answer if isinstance(answer, tuple) else code == answer)

        columns[f"{question.id}__{code}"] = answers.numbers(held)
    return columns


def _missing(answers: Coded) -> npt.NDArray[np.int8]:
    """0 where answered, else the missing code."""
    return answers.gather([_missing_code(answer) for answer in answers.values], np.int8)


def _missing_code(answer: Any) -> int:
    """An empty list of choices is a skipped question."""
    if answer is None or answer == ():
        return SKIPPED
    first = answer[0] if isinstance(answer, tuple) else answer
    return first if isinstance(first, int) and NOT_APPLICABLE <= first < 0 else 0


def _raking_columns(wave: Wave, rows: AnsweredRows) -> Columns:
    of_the_draw = rows.texts["source"].holds(lambda source: source == "drawn")
    drawn = np.flatnonzero(of_the_draw & ~np.isnan(rows.base_weight))
    version = wave.plan.get("version")
    if not len(drawn) or version is None:
        return {}
    loaded = load_raking(str(version))
    asked = {"stratum", loaded.adults.question, *(column.question for column in loaded.columns)}
    answers = {name: rows.answer(name) for name in asked}
    made = raking_columns(
        loaded,
        {name: one.take(drawn) for name, one in answers.items()},
        rows.base_weight[drawn],
        drawn + 1,
        seed=wave.slug,
    )
    return {name: _for_all(values, drawn, len(rows)) for name, values in made.items()}


def _for_all(
    values: npt.NDArray[Any] | Factor, drawn: npt.NDArray[np.intp], n: int
) -> npt.NDArray[Any] | Factor:
    """Values of the drawn rows as a column of all n, blank in the others."""
    if isinstance(values, Factor):
        codes = np.full(n, len(values.levels), np.min_scalar_type(len(values.levels)))
        codes[drawn] = values.codes
        return Factor.of(codes, (*values.levels, ""))
    whole = np.full(n, np.nan)
    whole[drawn] = values
    return whole
