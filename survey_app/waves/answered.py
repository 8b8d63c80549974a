"""A wave's responses in memory: every column small codes, read from the database in parts.

A response costs a byte or two for every question asked for, not the few kilobytes of its row, so that
the number of people sets neither the memory of a report nor its speed.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from analysis.coded import Coded, Coder
from analysis.factors import Floats

from ..survey.models import Response
from .models import Wave

#: what a response says of itself beside its answers
_TEXTS = ("language", "source", "mode", "stratum", "psu", "police_district", "csa")
_PART = 2000


@dataclass(frozen=True)
class AnsweredRows:
    """n responses. `texts`: what a row says beside its answers (None where nothing); `answers`: by
    question, a code or a tuple of codes, None where there is no entry; `domains`: by group that came
    with a foreign wave; base_weight, weight: (n,) NaN where there is none."""

    texts: Mapping[str, Coded]
    answers: Mapping[str, Coded]
    domains: Mapping[str, Coded]
    base_weight: Floats
    weight: Floats

    def __len__(self) -> int:
        return len(self.base_weight)

    def answer(self, question: str) -> Coded:
        """A question's answers; stratum and police district are asked of the row."""
        if question in {"stratum", "police_district"}:
            return self.texts[question]
        return self.answers.get(question) or self.nothing

    @property
    def nothing(self) -> Coded:
        """A column in which nobody said anything."""
        return Coded(np.zeros(len(self), np.uint8), (None,))


def read_responses(
    session: Session,
    wave: Wave,
    *,
    source: str | None = None,
    questions: Collection[str] | None = None,
) -> AnsweredRows:
    """A wave's responses in the order of their (random) keys, of one source ('drawn', 'open') or both.

    questions: those whose answers are wanted, all of them when None.
    """
    query = select(
        *(getattr(Response, name) for name in _TEXTS),
        Response.base_weight,
        Response.weight,
        Response.answers,
        Response.domains,
    ).where(Response.wave_id == wave.id)
    if source is not None:
        query = query.where(Response.source == source)
    texts = {name: Coder() for name in _TEXTS}
    answers, domains = _Entries(questions), _Entries(None)
    numbers = (_Numbers(), _Numbers())
    rows = session.execute(query.order_by(Response.id).execution_options(yield_per=_PART))
    for row in rows:
        for name, value in zip(_TEXTS, row, strict=False):
            texts[name].add(value)
        *_texts, base_weight, weight, given, groups = row
        numbers[0].add(base_weight)
        numbers[1].add(weight)
        answers.add(given)
        domains.add(groups)
    return AnsweredRows(
        {name: coder.coded() for name, coder in texts.items()},
        answers.coded(),
        domains.coded(),
        numbers[0].floats(),
        numbers[1].floats(),
    )


def count_answers(session: Session, wave: Wave, question: str, *, source: str) -> dict[int, int]:
    """How many gave each code of a question with one answer: counted in the database."""
    answer = Response.answers[question].as_integer()
    rows = session.execute(
        select(answer, func.count())
        .where(Response.wave_id == wave.id, Response.source == source)
        .group_by(answer)
    )
    return {code: n for code, n in rows if code is not None}


def count_responses(session: Session, wave: Wave, *, source: str) -> int:
    """How many responses a wave has from one source."""
    query = select(func.count()).select_from(Response)
    return session.scalar(query.where(Response.wave_id == wave.id, Response.source == source)) or 0


class _Entries:
    """Mappings, one a row, as a column for every key: one that comes late was empty before."""

    def __init__(self, wanted: Collection[str] | None) -> None:
        self._wanted = None if wanted is None else frozenset(wanted)
        self._coders: dict[str, Coder] = {}
        self._rows = 0

    def add(self, entries: Mapping[str, Any]) -> None:
        for key in entries:
            if key not in self._coders and (self._wanted is None or key in self._wanted):
                self._coders[key] = Coder.blank(self._rows)
        for key, coder in self._coders.items():
            coder.add(_hashable(entries.get(key)))
        self._rows += 1

    def coded(self) -> dict[str, Coded]:
        return {key: coder.coded() for key, coder in self._coders.items()}


class _Numbers:
    """Numbers, one a row; draws have few different ones."""

    def __init__(self) -> None:
        self._coder = Coder()

    def add(self, value: float | None) -> None:
        self._coder.add(value)

    def floats(self) -> Floats:
        return self._coder.coded().numbers(lambda value: np.nan if value is None else value)


def _hashable(value: Any) -> Hashable:
    return tuple(value) if isinstance(value, list) else value
