"""From coded answers to what raking needs: base weights with adults, and a level for everybody.

Answers without a population target get a drawn level, for raking only. The rule and its reasons stand
in the version's file (raking_2020.toml).
"""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt

from analysis.data.recode import FOLDER, Answer, RecodeColumn, parse_columns
from analysis.errors import DataError
from analysis.factors import Floats

#: The version a new wave is declared with.
CURRENT = "raking_2020"


@dataclass(frozen=True, slots=True)
class AdultsRule:
    """Base weight times adults in the home, at most `most`; `unstated` stands in for no answer."""

    question: str
    most: int
    unstated: int

    def factor(self, answer: Answer) -> int:
        if isinstance(answer, int) and answer > 0:
            return min(answer, self.most)
        return self.unstated


@dataclass(frozen=True, slots=True)
class RakingVersion:
    """A declared weighting: its plan (design and steps) and how answers become levels."""

    id: str
    title: str
    adults: AdultsRule
    columns: tuple[RecodeColumn, ...]
    plan: Mapping[str, Any]


@cache
def load_raking(version: str = CURRENT) -> RakingVersion:
    """The version of this name. Raises DataError when there is none."""
    path = FOLDER / f"{version}.toml"
    if not version.startswith("raking_") or not path.is_file():
        raise DataError(f"There is no weighting version {version!r} in {FOLDER}.")
    with path.open("rb") as stream:
        content = tomllib.load(stream)
    adults = content["base_weight"]
    return RakingVersion(
        id=content["id"],
        title=content["title"],
        adults=AdultsRule(adults["adults"], adults["most"], adults["unstated"]),
        columns=parse_columns(content, str(path)),
        plan=content["plan"],
    )


def raking_columns(
    version: RakingVersion,
    rows: Sequence[Mapping[str, Answer]],
    base_weights: Floats,
    keys: Sequence[str],
    *,
    seed: str,
    replicate: int = 0,
) -> dict[str, npt.NDArray[Any]]:
    """`design_weight` and one column of levels per raking variable, for n drawn responses.

    rows: n mappings from question (and `stratum`) to answer; base_weights: (n,) positive;
    keys: n texts, one a response, that the drawn levels depend on; seed: names the wave;
    replicate: another number draws other levels, so that replicate errors count the drawing.
    """
    adults = np.array([version.adults.factor(row.get(version.adults.question)) for row in rows], float)
    weights = base_weights * adults
    strata = [str(row.get("stratum") or "") for row in rows]
    found: dict[str, npt.NDArray[Any]] = {"design_weight": weights}
    for column in version.columns:
        answers = [row.get(column.question) for row in rows]
        found[column.id] = _levels(
            column, answers, weights, strata, keys, seed=f"{seed}|{column.id}|{replicate}"
        )
    return found


def _levels(
    column: RecodeColumn,
    answers: Sequence[Answer],
    weights: Floats,
    strata: Sequence[str],
    keys: Sequence[str],
    *,
    seed: str,
) -> npt.NDArray[Any]:
    given = [column.level_of(answer) for answer in answers]
    order = [level.id for level in column.levels]
    city = dict.fromkeys(order, 0.0)
    by_stratum: dict[str, dict[str, float]] = {}
    for level, weight, stratum in zip(given, weights, strata, strict=True):
        if level is not None:
            city[level] += weight
            by_stratum.setdefault(stratum, dict.fromkeys(order, 0.0))[level] += weight
    if not any(city.values()) and answers:
        raise DataError(f"Column {column.id}: nobody gave an answer that has a target.")
    levels = []
    for level, answer, stratum, key in zip(given, answers, strata, keys, strict=True):
        if level is None:
            named = column.named_levels(answer) or tuple(order)
            level = _draw(named, (by_stratum.get(stratum, {}), city), f"{seed}|{key}")
        levels.append(level)
    return np.array(levels)


def _draw(named: Sequence[str], donors: Sequence[Mapping[str, float]], key: str) -> str:
    """One of the named levels, in proportion to the first donors who hold any of them."""
    for weights in donors:
        held = [weights.get(level, 0.0) for level in named]
        if sum(held) > 0:
            point = _uniform(key) * sum(held)
            position = int(np.searchsorted(np.cumsum(held), point, side="right"))
            return named[min(position, len(named) - 1)]
    return named[int(_uniform(key) * len(named))]


def _uniform(key: str) -> float:
    """A number in [0, 1) that depends on the key alone: no order of rows, no shared state."""
    digest = hashlib.sha256(key.encode()).digest()
    return int.from_bytes(digest[:7], "big") / 2**56
