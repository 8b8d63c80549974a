"""The public form of a wave's drawn responses: what the report is computed from, and anybody may have.

Every share of a report is computed from these rows, so that a stranger can compute it again. What
they tell of a person is the district drawn, the levels that figures and weighting use (never the code
that was answered, an age, a neighborhood or a way of answering), and the answers that are reported:

1. Every combination of district, race, age group and gender is shared by at least K rows, and so is
   every pair of any two of the characteristics published. Values are suppressed until this holds;
   whoever lost a value stays in the city's figure and leaves the groups of that characteristic.
2. Of those who answered a reported question, either nobody or at least FEWEST hold a level of a group,
   and either nobody or at least FEWEST have none. A figure withheld because few people stand behind
   it is therefore not in these rows either, and no subtraction finds it.
3. Sampling units carry new numbers, and base weights are the mean of at least FEWEST_IN_CLASS rows.
4. Weights are made from these rows alone, so that they tell nothing that the rows do not.

docs/disclosure.md explains each step and what it costs.
"""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt

from analysis.coded import Coded
from analysis.data.raking import load_raking
from analysis.data.recode import RecodeColumn, group_columns
from analysis.disclosure import Rule, suppress
from analysis.factors import MISSING, Factor, Floats
from questionnaires.schema import Measure

from ..problems import ConflictProblem
from ..waves.answered import AnsweredRows
from ..waves.models import Wave
from .speech import gettext as _

Mask = npt.NDArray[np.bool_]

#: Rows that must share a combination.
K = 3
#: Answers behind a level of a group; the floor below which `analysis.suppression` shows nothing.
FEWEST = 10
#: Rows of one stratum that share a base weight.
FEWEST_IN_CLASS = 10
#: What a neighbor or a colleague knows of somebody.
VISIBLE = ("stratum", "police_district", "race_ethnicity", "age_group", "gender")
#: What a lost value costs: most where a group is small and would lose many of its people.
_COSTS = {"race_ethnicity": 12.0, "police_district": 4.0}
#: Rows written at a time.
_PART = 10_000


@dataclass(frozen=True)
class Protected:
    """Public rows, how many rows lost a value, and how many values each characteristic lost."""

    rows: AnsweredRows
    touched: int
    lost: Mapping[str, int]


def protect(wave: Wave, rows: AnsweredRows, measures: Sequence[Measure]) -> Protected:
    """The public form of a wave's drawn responses, in the order of their random keys.

    Raises ConflictProblem when a stratum has fewer than K responses: merge strata first.
    """
    if not len(rows):
        return Protected(rows, 0, {})
    levels = _levels(wave, rows)
    gone = {name: np.zeros(len(rows), np.bool_) for name in levels}
    answered = [rows.answer(one.question).holds(one.base.__contains__) for one in measures]
    while True:
        found = [*_rare(levels).items(), *_few(levels, answered).items()]
        if not any(mask.any() for _name, mask in found):
            break
        for name, mask in found:
            if mask.any():
                gone[name] |= mask
                levels[name] = levels[name].without(mask)
    lost = {name: int(mask.sum()) for name, mask in gone.items() if mask.any()}
    touched = np.logical_or.reduce(list(gone.values()))
    return Protected(_told(wave, rows, gone), int(touched.sum()), lost)


def _told(wave: Wave, rows: AnsweredRows, gone: Mapping[str, Mask]) -> AnsweredRows:
    """The rows after values were suppressed, as if those people had not answered, and with nothing
    else of a person: no way of answering, no neighborhood."""
    stratum, nothing = rows.texts["stratum"], rows.nothing
    return AnsweredRows(
        texts={
            "source": Coded(nothing.codes, ("drawn",)),
            "language": nothing,
            "mode": nothing,
            "csa": nothing,
            "stratum": stratum,
            "psu": _sampling_units(wave, stratum, rows.texts["psu"]),
            "police_district": rows.texts["police_district"].without(gone["police_district"]),
        },
        answers={
            name: answers.without(gone[name]) if name in gone else answers
            for name, answers in rows.answers.items()
        },
        domains={},
        base_weight=_base_weights(rows),
        weight=np.broadcast_to(np.nan, len(rows)),
    )


def _rare(levels: Mapping[str, Factor]) -> dict[str, Mask]:
    """What to suppress so that every stated combination is shared."""
    rules = [Rule(VISIBLE, len(VISIBLE), K), Rule(tuple(levels), 2, K)]
    costs = {name: _COSTS.get(name, 1.0) for name in levels}
    try:
        done = suppress(levels, rules, costs=costs, fixed=frozenset({"stratum"}))
    except ValueError as error:
        raise ConflictProblem(
            _("A stratum has fewer than %(count)s answers. Merge it with another.", count=str(K))
        ) from error
    return dict(done.masks)


def _few(levels: Mapping[str, Factor], answered: Sequence[Mask]) -> dict[str, Mask]:
    """What to suppress so that no level of a group, and no rest outside its levels, is small.

    Where few of a level answered a question, those few leave the level (a level that few hold at all
    goes as a whole). A rest that is small grows by rows of the commonest level.
    """
    found: dict[str, Mask] = {}
    for column in group_columns():
        group = levels[column.question].relabel(_group_of)
        mask = found.setdefault(column.question, np.zeros(len(group), np.bool_))
        held = np.array(
            [np.bincount(group.codes[there], minlength=len(group.levels)) for there in answered]
        )
        counts = {level: held[:, at] for at, level in enumerate(group.levels)}
        rest = counts.pop(MISSING, np.zeros(len(answered), np.int64))
        for level, of_level in counts.items():
            for question in _small(of_level):
                mask |= (group.codes == group.position(level)) & answered[question]
        short = _small(rest)
        if counts and not mask.any() and len(short):
            common = max(counts, key=lambda level: int(counts[level].sum()))
            able = np.flatnonzero((group.codes == group.position(common)) & answered[short[0]])
            mask[able[: FEWEST - int(rest[short[0]])]] = True
    return found


def _small(held: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Positions of the questions that some of these people answered, but fewer than FEWEST."""
    return np.flatnonzero((held > 0) & (held < FEWEST))


def _group_of(told: str) -> str:
    """The group's level: the first of a question's levels (see _levels)."""
    return told.partition("|")[0]


def _levels(wave: Wave, rows: AnsweredRows) -> dict[str, Factor]:
    """Per question about a person, what the public file would tell: all its levels together."""
    version = load_raking(str(wave.plan["version"]))
    by_question: dict[str, list[RecodeColumn]] = {}
    for column in (*group_columns(), *version.columns):
        if column.question != "stratum":
            by_question.setdefault(column.question, []).append(column)

    def told(columns: Sequence[RecodeColumn], answer: Any) -> str:
        levels = "|".join(column.level_of(answer) or "" for column in columns)
        return levels if levels.strip("|") else ""

    found = {
        question: rows.answer(question).factor(partial(told, columns))
        for question, columns in by_question.items()
    }
    found["stratum"] = rows.texts["stratum"].factor(lambda stratum: stratum)
    adults = version.adults
    found[adults.question] = rows.answer(adults.question).factor(lambda a: str(adults.factor(a)))
    return found


def _base_weights(rows: AnsweredRows) -> Floats:
    """Within a stratum, base weights in classes of at least FEWEST_IN_CLASS rows, each its mean.

    Where a stratum's weights are equal, as in a simple draw within it, they stay as they are.
    """
    weights = rows.base_weight.copy()
    strata = rows.texts["stratum"]
    for at in range(len(strata.values)):
        held = np.flatnonzero((strata.codes == at) & ~np.isnan(weights))
        if not len(held) or weights[held].min() == weights[held].max():
            continue
        ordered = held[np.argsort(weights[held], kind="stable")]
        for part in np.array_split(ordered, max(1, len(ordered) // FEWEST_IN_CLASS)):
            low, high = weights[part].min(), weights[part].max()
            if low != high:
                weights[part] = weights[part].mean()
    return weights


def _sampling_units(wave: Wave, strata: Coded, psu: Coded) -> Coded:
    """Sampling units under new numbers, in an order that only the wave's name decides."""
    width = len(psu.values)
    places, codes = np.unique(strata.codes.astype(np.int64) * width + psu.codes, return_inverse=True)
    units = [(strata.values[place // width], psu.values[place % width]) for place in places.tolist()]
    drawn = [unit for unit in units if unit[1] is not None]
    ordered = sorted(
        drawn, key=lambda unit: hashlib.sha256(f"{wave.slug}|{unit[0]}|{unit[1]}".encode()).digest()
    )
    numbers = {unit: str(number) for number, unit in enumerate(ordered, start=1)}
    small = codes.astype(np.min_scalar_type(len(units)))
    return Coded(small, tuple(numbers.get(unit) for unit in units))


@dataclass(frozen=True)
class PublicFile:
    """The public file of a wave: a row a person, numbered by its place; blank where there is no
    answer. `names`: its columns in their order; `columns`: levels or numbers of n rows."""

    names: tuple[str, ...]
    columns: Mapping[str, Factor | Floats]

    def __len__(self) -> int:
        return len(next(iter(self.columns.values())))

    def column(self, name: str, start: int = 0, stop: int | None = None) -> list[str]:
        """The cells of a column, of all rows or of some."""
        values = self.columns[name]
        if isinstance(values, Factor):
            return Factor(values.codes[start:stop], values.levels).tolist()
        return [number_cell(value) for value in values[start:stop].tolist()]

    def counts(self, name: str) -> dict[str, int]:
        """How many rows have each cell of a column of levels."""
        values = self.columns[name]
        assert isinstance(values, Factor)  # noqa: S101 - asked of levels only
        held = np.bincount(values.codes, minlength=len(values.levels)).tolist()
        return dict(zip(values.levels, held, strict=True))

    def blank(self, name: str) -> int:
        """How many rows have nothing in a column."""
        values = self.columns[name]
        missing = values.missing if isinstance(values, Factor) else np.isnan(values)
        return int(np.count_nonzero(missing))

    def parts(self) -> Iterator[bytes]:
        """The file as CSV, so many rows at a time that memory does not grow with their number."""
        yield _lines([self.names])
        for start in range(0, len(self), _PART):
            stop = start + _PART
            yield _lines(zip(*(self.column(name, start, stop) for name in self.names), strict=True))

    def body(self) -> bytes:
        """The whole file as CSV."""
        return b"".join(self.parts())


def public_file(columns: Mapping[str, Any], measures: Sequence[str]) -> PublicFile:
    """Of a wave's columns those that anybody may have: design, weighting, groups, measures."""
    design = [name for name in ("stratum", "psu", "design_weight", "weight") if name in columns]
    levels = [name for name in columns if name.startswith(("rake_", "group_"))]
    names = (*design, *levels, *measures)
    return PublicFile(names, {name: columns[name] for name in names})


def _lines(rows: Iterable[Sequence[str]]) -> bytes:
    stream = io.StringIO(newline="")
    csv.writer(stream, lineterminator="\n").writerows(rows)
    return stream.getvalue().encode()


def number_cell(value: float) -> str:
    """A number as the files write it: whole ones without a point, nothing where there is none."""
    if np.isnan(value):
        return ""
    return str(int(value)) if value.is_integer() else repr(value)
