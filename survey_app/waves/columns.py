"""A wave's responses as columns for the analysis: one place where stored codes become numbers.

Columns, each with n values in the order of the (random) response keys:

    <question>              code or count as float; NaN where there is no answer, so that it is outside
                            every base
    <question>__<code>      for a question with several answers: 1 or 0, NaN where there is no answer
    <question>__missing     0 where answered; else the missing code: -1 skipped, -2 don't know, -3
                            rather not say, -4 does not apply
    group_<id>              level of a group ('' outside), see `group_levels`
    police_district         as group_police_district
    source, mode, language, stratum, psu, csa     text, '' where there is none
    base_weight, weight     floats, NaN where there is none; `weight` came with a foreign wave
    design_weight, rake_*   drawn responses of our own waves: what the declared weighting reads
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt
from sqlalchemy import select
from sqlalchemy.orm import Session

from analysis.data.raking import load_raking, raking_columns
from analysis.data.recode import Answer, group_columns
from questionnaires.schema import NOT_APPLICABLE, SKIPPED, Measure, Question

from ..survey.models import Response
from .foreign_store import load_foreign_of
from .models import Wave
from .queries import load_instrument_of

Columns = dict[str, npt.NDArray[Any]]


class Answered(Protocol):
    """What columns are made from: a stored response, or its public form."""

    @property
    def id(self) -> str: ...
    @property
    def language(self) -> str: ...
    @property
    def source(self) -> str: ...
    @property
    def mode(self) -> str: ...
    @property
    def stratum(self) -> str | None: ...
    @property
    def psu(self) -> str | None: ...
    @property
    def base_weight(self) -> float | None: ...
    @property
    def weight(self) -> float | None: ...
    @property
    def police_district(self) -> str | None: ...
    @property
    def csa(self) -> str | None: ...
    @property
    def answers(self) -> Mapping[str, Any]: ...
    @property
    def domains(self) -> Mapping[str, str]: ...


def wave_responses(session: Session, wave: Wave, *, source: str | None = None) -> list[Response]:
    """A wave's responses in the order of their (random) keys."""
    query = select(Response).where(Response.wave_id == wave.id).order_by(Response.id)
    if source is not None:
        query = query.where(Response.source == source)
    return list(session.scalars(query))


def wave_columns(session: Session, wave: Wave, *, source: str | None = None) -> Columns:
    """The columns of a wave's responses, of one source ('drawn', 'open') or of both.

    The declared weighting works on drawn responses only; ask for source 'drawn' to run it.
    """
    return columns_of(wave, wave_responses(session, wave, source=source))


def columns_of(wave: Wave, rows: Sequence[Answered]) -> Columns:
    """The columns of these rows of a wave."""
    if wave.kind == "foreign":
        return _shared_columns(rows) | _foreign_columns(wave, rows)
    return _shared_columns(rows) | _own_columns(wave, rows)


def group_levels(wave: Wave) -> dict[str, tuple[str, ...]]:
    """The groups a wave's figures can be shown for: id to the ids of its levels, in their order."""
    if wave.kind == "foreign":
        domains = load_foreign_of(wave).domains
        return {domain.id: tuple(level.id for level in domain.levels) for domain in domains}
    return {column.id: tuple(level.id for level in column.levels) for column in group_columns()}


def measure_column(columns: Mapping[str, npt.NDArray[Any]], measure: Measure) -> npt.NDArray[Any]:
    """(n,) 1 where the answer counts, 0 where it is in the base, NaN outside the base."""
    codes = columns[measure.question]
    inside = np.isin(codes, measure.base)
    return np.where(inside, np.isin(codes, measure.codes).astype(np.float64), np.nan)


def _shared_columns(rows: Sequence[Answered]) -> Columns:
    return {
        "source": _texts(row.source for row in rows),
        "mode": _texts(row.mode for row in rows),
        "language": _texts(row.language for row in rows),
        "stratum": _texts(row.stratum for row in rows),
        "psu": _texts(row.psu for row in rows),
        "csa": _texts(row.csa for row in rows),
        "police_district": _texts(row.police_district for row in rows),
        "base_weight": _numbers(row.base_weight for row in rows),
        "weight": _numbers(row.weight for row in rows),
    }


def _foreign_columns(wave: Wave, rows: Sequence[Answered]) -> Columns:
    foreign = load_foreign_of(wave)
    columns: Columns = {}
    for item in foreign.items:
        columns |= _code_columns(item.id, [row.answers.get(item.id, SKIPPED) for row in rows])
    for domain in foreign.domains:
        columns[f"group_{domain.id}"] = _texts(row.domains.get(domain.id) for row in rows)
    return columns


def _own_columns(wave: Wave, rows: Sequence[Answered]) -> Columns:
    columns: Columns = {}
    for question in load_instrument_of(wave).questions:
        columns |= _question_columns(question, rows)
    answers: list[dict[str, Answer]] = [
        {**row.answers, "stratum": row.stratum, "police_district": row.police_district} for row in rows
    ]
    for column in group_columns():
        columns[f"group_{column.id}"] = _texts(
            column.level_of(answer.get(column.question)) for answer in answers
        )
    return columns | _raking_columns(wave, rows, answers)


def _question_columns(question: Question, rows: Sequence[Answered]) -> Columns:
    if question.kind == "text":  # kept apart from the responses, see OpenAnswer
        return {}
    answers = [row.answers.get(question.id, SKIPPED) for row in rows]
    if question.kind == "area":  # what is stored of it are the derived areas
        return {f"{question.id}__missing": _missing(answers)}
    if question.kind == "multiple":
        return _choice_columns(question, answers)
    return _code_columns(question.id, answers)


def _code_columns(name: str, answers: Sequence[Any]) -> Columns:
    missing = _missing(answers)
    codes = np.array([float(a) if isinstance(a, int) else np.nan for a in answers], np.float64)
    return {name: np.where(missing == 0, codes, np.nan), f"{name}__missing": missing}


def _choice_columns(question: Question, answers: Sequence[Any]) -> Columns:
    missing = _missing(answers)
    chosen = [frozenset(a) if isinstance(a, list) else frozenset({a}) for a in answers]
    columns: Columns = {f"{question.id}__missing": missing}
    for code in question.codes:
        held = np.array([float(code in codes) for codes in chosen], np.float64)
        columns[f"{question.id}__{code}"] = np.where(missing == 0, held, np.nan)
    return columns


def _missing(answers: Sequence[Any]) -> npt.NDArray[np.int8]:
    """0 where answered, else the missing code; an empty list of choices is a skipped question."""

    def code(answer: Any) -> int:
        if answer is None or answer == []:
            return SKIPPED
        first = answer[0] if isinstance(answer, list) else answer
        return first if isinstance(first, int) and NOT_APPLICABLE <= first < 0 else 0

    return np.array([code(answer) for answer in answers], np.int8)


def _raking_columns(
    wave: Wave, rows: Sequence[Answered], answers: Sequence[Mapping[str, Answer]]
) -> Columns:
    drawn = [at for at, row in enumerate(rows) if row.source == "drawn" and row.base_weight]
    version = wave.plan.get("version")
    if not drawn or version is None:
        return {}
    made = raking_columns(
        load_raking(str(version)),
        [answers[at] for at in drawn],
        np.array([rows[at].base_weight for at in drawn], np.float64),
        [rows[at].id for at in drawn],
        seed=wave.slug,
    )
    columns: Columns = {}
    for name, values in made.items():
        blank = np.nan if values.dtype.kind == "f" else ""
        whole = np.full(len(rows), blank, dtype=values.dtype)
        whole[drawn] = values
        columns[name] = whole
    return columns


def _texts(values: Iterable[str | None]) -> npt.NDArray[np.str_]:
    return np.array([value or "" for value in values], dtype=np.str_)


def _numbers(values: Iterable[float | None]) -> npt.NDArray[np.float64]:
    return np.array([np.nan if value is None else value for value in values], dtype=np.float64)
