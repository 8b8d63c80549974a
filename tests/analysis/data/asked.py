"""Rows of answers as the analysis takes them."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy.typing as npt

from analysis.coded import Coded
from analysis.data.raking import RakingVersion, raking_columns
from analysis.factors import Factor, Floats


def raked_columns(
    version: RakingVersion,
    rows: Sequence[Mapping[str, Any]],
    base_weights: Floats,
    keys: Sequence[str],
    *,
    seed: str,
    replicate: int = 0,
) -> dict[str, npt.NDArray[Any]]:
    """`raking_columns` of one mapping a person, its levels as text."""
    questions = {question for row in rows for question in row}
    answers = {
        question: Coded.of(
            tuple(answer) if isinstance(answer := row.get(question), list) else answer for row in rows
        )
        for question in questions
    }
    made = raking_columns(version, answers, base_weights, keys, seed=seed, replicate=replicate)
    return {name: one.labels if isinstance(one, Factor) else one for name, one in made.items()}
