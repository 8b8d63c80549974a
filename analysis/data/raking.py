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

from analysis.coded import Coded
from analysis.data.recode import FOLDER, Answer, RecodeColumn, parse_columns
from analysis.errors import DataError
from analysis.factors import Factor, Floats

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
    answers: Mapping[str, Coded],
    base_weights: Floats,
    keys: Sequence[object] | npt.NDArray[Any],
    *,
    seed: str,
    replicate: int = 0,
) -> dict[str, Floats | Factor]:
    """`design_weight` and one column of levels per raking variable, for n drawn responses.

    answers: from question (and `stratum`) to the n answers; a question that is not in it was answered
    by nobody. base_weights: (n,) positive; keys: n texts or numbers, one a response, that the drawn
    levels depend on; seed: names the wave; replicate: another number draws other levels, so that
    replicate errors count the drawing.
    """
    nothing = Coded(np.zeros(len(base_weights), np.uint8), (None,))
    homes = answers.get(version.adults.question, nothing)
    weights = base_weights * homes.numbers(version.adults.factor)
    found: dict[str, Floats | Factor] = {"design_weight": weights}
    for column in version.columns:
        found[column.id] = _levels(
            column,
            answers.get(column.question, nothing),
            weights,
            answers.get("stratum", nothing),
            keys,
            seed=f"{seed}|{column.id}|{replicate}",
        )
    return found


def _levels(
    column: RecodeColumn,
    answers: Coded,
    weights: Floats,
    strata: Coded,
    keys: Sequence[object] | npt.NDArray[Any],
    *,
    seed: str,
) -> Factor:
    order = [level.id for level in column.levels]
    k = len(order)
    of_value = [column.level_of(value) for value in answers.values]
    codes = answers.gather([-1 if one is None else order.index(one) for one in of_value], np.int16)
    told = codes >= 0
    place = strata.codes[told].astype(np.intp) * k + codes[told]
    sums = np.bincount(place, weights[told], minlength=len(strata.values) * k).astype(np.float64)
    by_stratum = sums.reshape(-1, k)
    city = np.bincount(codes[told], weights[told], minlength=k).astype(np.float64)
    if len(codes) and not city.any():
        raise DataError(f"Column {column.id}: nobody gave an answer that has a target.")
    named_of = [column.named_levels(value) or tuple(order) for value in answers.values]
    named = [[order.index(level) for level in levels] for levels in named_of]
    for at in np.flatnonzero(~told).tolist():
        donors = (by_stratum[strata.codes[at]], city)
        codes[at] = _draw(named[answers.codes[at]], donors, f"{seed}|{keys[at]}")
    return Factor.of(codes, order)


def _draw(named: Sequence[int], donors: Sequence[Floats], key: str) -> int:
    """One of the named levels, in proportion to the first donors who hold any of them."""
    for weights in donors:
        held = weights[named]
        if held.sum() > 0:
            point = _uniform(key) * float(held.sum())
            position = int(np.searchsorted(np.cumsum(held), point, side="right"))
            return named[min(position, len(named) - 1)]
    return named[int(_uniform(key) * len(named))]


def _uniform(key: str) -> float:
    """A number in [0, 1) that depends on the key alone: no order of rows, no shared state."""
    digest = hashlib.sha256(key.encode()).digest()
    return int.from_bytes(digest[:7], "big") / 2**56
