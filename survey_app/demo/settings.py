"""The parameters of the synthetic city (data/city.toml), read once."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

DATA = Path(__file__).parent / "data"


@dataclass(frozen=True)
class WaveSettings:
    """One year of the demonstration; a wave without `closed_on` stays open."""

    questionnaire: str
    opened_on: date
    drawn: int
    open: int
    #: drawn, of whom `drawn` answered
    addresses: int
    closed_on: date | None = None
    #: the day promised for its report, announced a month before it opened
    report_on: date | None = None


@dataclass(frozen=True)
class QuestionSettings:
    """How the city answers a question: see city.toml."""

    factor: str
    shares: Mapping[str, list[float]]
    aside: Mapping[int, float]


@dataclass(frozen=True)
class CitySettings:
    """All of city.toml; tables without a type of their own stay as they were read."""

    seed: int
    population: int
    waves: tuple[WaveSettings, ...]
    questions: Mapping[str, QuestionSettings]
    tables: Mapping[str, Any]


@cache
def load_city() -> CitySettings:
    with (DATA / "city.toml").open("rb") as stream:
        content = tomllib.load(stream)
    return CitySettings(
        seed=content["seed"],
        population=content["population"],
        waves=tuple(WaveSettings(**row) for row in content["waves"]),
        questions={
            name: QuestionSettings(
                row["factor"],
                row["shares"],
                {int(code): share for code, share in row.get("aside", {}).items()},
            )
            for name, row in content["questions"].items()
        },
        tables=content,
    )
