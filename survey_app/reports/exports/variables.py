"""The columns of a wave's public file, told in one language: what each holds and what its levels mean.

Everything here comes from the file and from the words residents were shown, so that a codebook, an
SPSS file and a DDI file cannot say more than the file does.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from analysis.data.raking import load_raking
from analysis.data.recode import RecodeColumn, group_columns

from .. import names
from ..speech import gettext as _
from ..wording import Words

Kind = Literal["levels", "share", "number", "text"]

_LABELS: dict[str, LazyString] = {
    "stratum": _l("District in which the address was drawn"),
    "psu": _l("Sampling unit, under a new number"),
    "design_weight": _l("Weight from the draw, times the adults of the home"),
    "weight": _l("Final weight: adults of the city this person stands for"),
}
#: levels that only weighting knows; the others are called as the groups call them
_RAKING_LEVELS: dict[str, LazyString] = {
    "another": _l("Another"),
    "high_school_or_less": _l("High school or less"),
    "some_college": _l("Some college"),
    "bachelor": _l("Bachelor’s degree"),
}


@dataclass(frozen=True)
class Level:
    """A level of a column: `id` stands in CSV, `code` (from 1) where a program wants numbers."""

    code: int
    id: str
    label: str


@dataclass(frozen=True)
class Variable:
    """A column. `share`: 1 counts towards a published share, 0 does not, blank is outside its base.
    `question`: what was asked, where the column comes from one question."""

    name: str
    kind: Kind
    label: str
    levels: tuple[Level, ...] = ()
    question: str = ""
    answers: tuple[str, ...] = ()


def variables_of(columns: Sequence[str], words: Words, *, raking: str) -> tuple[Variable, ...]:
    """What each column holds, in the language of the page. `raking`: version of the weighting."""
    recoded = {f"group_{one.id}": one for one in group_columns()}
    recoded |= {one.id: one for one in load_raking(raking).columns}
    return tuple(_variable(name, recoded, words) for name in columns)


def _variable(name: str, recoded: dict[str, RecodeColumn], words: Words) -> Variable:
    if name.startswith("measure_"):
        measure = name.removeprefix("measure_")
        question, answers = words.question(measure)
        levels = (Level(0, "0", _("No")), Level(1, "1", _("Yes")))
        return Variable(name, "share", words.title(measure), levels, question, answers)
    if name == "stratum":
        return Variable(
            name, "levels", str(_LABELS[name]), _levels(name, recoded["rake_district"], words)
        )
    if name in recoded:
        return Variable(name, "levels", _title(name), _levels(name, recoded[name], words))
    return Variable(name, "text" if name == "psu" else "number", str(_LABELS[name]))


def _title(name: str) -> str:
    if name.startswith("group_"):
        return names.group_name(name.removeprefix("group_"))
    return _("For weighting: %(name)s", name=names.margin_name(name))


def _levels(name: str, column: RecodeColumn, words: Words) -> tuple[Level, ...]:
    return tuple(
        Level(code, level.id, _level(name, level.id, words))
        for code, level in enumerate(column.levels, start=1)
    )


def _level(name: str, level: str, words: Words) -> str:
    if level in words.districts:
        return words.districts[level]
    if name.startswith("rake_") and level in _RAKING_LEVELS:
        return str(_RAKING_LEVELS[level])
    group = name.removeprefix("group_").removeprefix("rake_")
    group = {"age": "age4", "education": "education3"}.get(group, group)
    return names.level_name(group, level, words.districts)
