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
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from analysis.data.raking import load_raking
from analysis.data.recode import RecodeColumn, group_columns
from analysis.disclosure import Rule, suppress
from questionnaires.schema import Measure

from ..problems import ConflictProblem
from ..waves.columns import Answered
from ..waves.models import Wave
from .speech import gettext as _

Mask = npt.NDArray[np.bool_]
Texts = npt.NDArray[np.str_]

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


@dataclass(frozen=True)
class PublicRow:
    """A response in its public form; it has what `waves.columns` asks of a response. `id` is the
    number of its row: the stored keys stay inside."""

    id: str
    stratum: str | None
    psu: str | None
    base_weight: float | None
    police_district: str | None
    answers: Mapping[str, Any]
    source: str = "drawn"
    mode: str = ""
    language: str = ""
    weight: float | None = None
    csa: str | None = None
    domains: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Protected:
    """Public rows, how many rows lost a value, and how many values each characteristic lost."""

    rows: tuple[PublicRow, ...]
    touched: int
    lost: Mapping[str, int]


def protect(wave: Wave, responses: Sequence[Answered], measures: Sequence[Measure]) -> Protected:
    """The public form of a wave's drawn responses, in the order of their random keys.

    Raises ConflictProblem when a stratum has fewer than K responses: merge strata first.
    """
    rows = [
        PublicRow(
            id=str(number),
            stratum=one.stratum,
            psu=one.psu,
            base_weight=one.base_weight,
            police_district=one.police_district,
            answers=dict(one.answers),
        )
        for number, one in enumerate(responses, start=1)
    ]
    if not rows:
        return Protected((), 0, {})
    levels = _levels(wave, rows)
    gone = {name: np.zeros(len(rows), np.bool_) for name in levels}
    answered = np.array(
        [[row.answers.get(measure.question) in measure.base for row in rows] for measure in measures]
    )
    while True:
        found = [*_rare(levels).items(), *_few(levels, answered).items()]
        if not any(mask.any() for _name, mask in found):
            break
        for name, mask in found:
            gone[name] |= mask
            levels[name] = np.where(mask, "", levels[name])
    rows = [
        _without(row, {name for name, mask in gone.items() if mask[at]}) for at, row in enumerate(rows)
    ]
    weights, units = _base_weights(rows), _sampling_units(wave, rows)
    public = tuple(
        replace(row, base_weight=weight, psu=unit)
        for row, weight, unit in zip(rows, weights, units, strict=True)
    )
    lost = {name: int(mask.sum()) for name, mask in gone.items() if mask.any()}
    touched = np.logical_or.reduce(list(gone.values()))
    return Protected(public, int(touched.sum()), lost)


def _rare(levels: Mapping[str, Texts]) -> dict[str, Mask]:
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


def _few(levels: Mapping[str, Texts], answered: Mask) -> dict[str, Mask]:
    """What to suppress so that no level of a group, and no rest outside its levels, is small.

    Where few of a level answered a question, those few leave the level (a level that few hold at all
    goes as a whole). A rest that is small grows by rows of the commonest level.
    """
    found: dict[str, Mask] = {}
    for column in group_columns():
        values = _group_of(levels[column.question])
        mask = found.setdefault(column.question, np.zeros(len(values), np.bool_))
        counts = {level: answered[:, values == level].sum(axis=1) for level in np.unique(values)}
        rest = counts.pop("", np.zeros(len(answered), np.int64))
        for level, held in counts.items():
            for question in _small(held):
                mask |= (values == level) & answered[question]
        short = _small(rest)
        if counts and not mask.any() and len(short):
            common = max(counts, key=lambda level: int(counts[level].sum()))
            able = np.flatnonzero((values == common) & answered[short[0]])
            mask[able[: FEWEST - int(rest[short[0]])]] = True
    return found


def _small(held: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Positions of the questions that some of these people answered, but fewer than FEWEST."""
    return np.flatnonzero((held > 0) & (held < FEWEST))


def _group_of(values: Texts) -> Texts:
    """The group's level: the first of a question's levels (see _levels)."""
    return np.array([value.partition("|")[0] for value in values.tolist()])


def public_columns(columns: Mapping[str, npt.NDArray[Any]], measures: Sequence[str]) -> list[str]:
    """The columns of the public file: design, levels for weighting, groups, measures."""
    design = [name for name in ("stratum", "psu", "design_weight", "weight") if name in columns]
    levels = [name for name in columns if name.startswith(("rake_", "group_"))]
    return [*design, *levels, *measures]


def public_csv(columns: Mapping[str, npt.NDArray[Any]], measures: Sequence[str]) -> bytes:
    """The public file: a row a person, numbered by its place; blank where there is no answer."""
    names = public_columns(columns, measures)
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(names)
    writer.writerows(zip(*([_cell(value) for value in columns[name]] for name in names), strict=True))
    return stream.getvalue().encode()


def _cell(value: Any) -> str:
    if isinstance(value, float | np.floating):
        if np.isnan(value):
            return ""
        return str(int(value)) if float(value).is_integer() else repr(float(value))
    return str(value)


def _levels(wave: Wave, rows: Sequence[PublicRow]) -> dict[str, Texts]:
    """Per question about a person, what the public file would tell: all its levels together."""
    version = load_raking(str(wave.plan["version"]))
    by_question: dict[str, list[RecodeColumn]] = {"stratum": []}
    for column in (*group_columns(), *version.columns):
        by_question.setdefault(column.question, []).append(column)
    found = {
        question: np.array(["|".join(_told(columns, row)) for row in rows])
        for question, columns in by_question.items()
        if question != "stratum"
    }
    found = {
        question: np.where(np.char.strip(values, "|") == "", "", values)
        for question, values in found.items()
    }
    found["stratum"] = np.array([row.stratum or "" for row in rows])
    adults = version.adults
    found[adults.question] = np.array(
        [str(adults.factor(row.answers.get(adults.question))) for row in rows]
    )
    return found


def _told(columns: Sequence[RecodeColumn], row: PublicRow) -> list[str]:
    answer = {**row.answers, "police_district": row.police_district}.get(columns[0].question)
    return [column.level_of(answer) or "" for column in columns]


def _without(row: PublicRow, names: set[str]) -> PublicRow:
    """The row after these characteristics were suppressed: as if the person had not answered."""
    if not names:
        return row
    return replace(
        row,
        police_district=None if "police_district" in names else row.police_district,
        answers={name: answer for name, answer in row.answers.items() if name not in names},
    )


def _base_weights(rows: Sequence[PublicRow]) -> list[float | None]:
    """Within a stratum, base weights in classes of at least FEWEST_IN_CLASS rows, each its mean.

    Where a stratum's weights are equal, as in a simple draw within it, they stay as they are.
    """
    weights = np.array([row.base_weight or np.nan for row in rows])
    strata = np.array([row.stratum or "" for row in rows])
    for stratum in np.unique(strata):
        held = np.flatnonzero((strata == stratum) & ~np.isnan(weights))
        if not len(held):
            continue
        ordered = held[np.argsort(weights[held], kind="stable")]
        for part in np.array_split(ordered, max(1, len(ordered) // FEWEST_IN_CLASS)):
            low, high = weights[part].min(), weights[part].max()
            if low != high:
                weights[part] = weights[part].mean()
    return [None if np.isnan(weight) else float(weight) for weight in weights]


def _sampling_units(wave: Wave, rows: Sequence[PublicRow]) -> list[str | None]:
    """Sampling units under new numbers, in an order that only the wave's name decides."""
    units = {(row.stratum, row.psu) for row in rows if row.psu is not None}
    ordered = sorted(
        units, key=lambda unit: hashlib.sha256(f"{wave.slug}|{unit[0]}|{unit[1]}".encode()).digest()
    )
    numbers = {unit: str(number) for number, unit in enumerate(ordered, start=1)}
    return [None if row.psu is None else numbers[row.stratum, row.psu] for row in rows]
