"""Synthetic adults of the city, and who of them answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
import numpy.typing as npt

from analysis.data import load_margin

from .settings import CitySettings

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Texts = npt.NDArray[np.str_]


@dataclass(frozen=True)
class Residents:
    """n adults. Levels are those of the margins, codes those of the questionnaire."""

    district: Texts
    race: Texts
    age: Texts
    gender: Texts
    education: Texts
    tenure: Texts
    age_code: Ints
    education_code: Ints
    adults: Ints
    home_language: Ints
    mood: Floats

    @property
    def n(self) -> int:
        return len(self.district)

    def take(self, rows: Ints) -> Residents:
        return Residents(**{one.name: getattr(self, one.name)[rows] for one in fields(self)})


def draw_residents(chance: np.random.Generator, city: CitySettings) -> Residents:
    """A synthetic population: places and races together, the rest by its margin, tilted."""
    n, tables = city.population, city.tables
    where = load_margin("district_race.csv")
    place = chance.choice(len(where["count"]), n, p=where["count"] / where["count"].sum())
    district, race = where["police_district"][place], where["race"][place]
    who = load_margin("age_gender.csv")
    both = chance.choice(len(who["count"]), n, p=who["count"] / who["count"].sum())
    age, gender = who["rake_age"][both], who["rake_gender"][both]
    education = _tilted(chance, "education.csv", "rake_education", race, tables["tilt"]["education"])
    tenure = _tilted(chance, "tenure.csv", "rake_tenure", age, tables["tilt"]["tenure"])
    return Residents(
        district=district,
        race=race,
        age=age,
        gender=gender,
        education=education,
        tenure=tenure,
        age_code=_codes(chance, age, tables["split"]["age"]),
        education_code=_codes(chance, education, tables["split"]["education"]),
        adults=_codes(chance, np.full(n, "all"), {"all": tables["shares"]["adults"]}),
        home_language=_codes(chance, race, tables["shares"]["home_language"]),
        mood=chance.normal(size=n),
    )


def _tilted(
    chance: np.random.Generator,
    table: str,
    variable: str,
    by: Texts,
    tilt: Mapping[str, Mapping[str, float]],
) -> Texts:
    """A level for everybody: the margin's shares times the tilt of their group."""
    margin = load_margin(table)
    levels: Texts = margin[variable]
    found = np.empty(len(by), dtype=levels.dtype)
    for group, factors in tilt.items():
        rows = np.flatnonzero(by == group)
        shares = margin["count"] * np.array([factors[level] for level in levels])
        found[rows] = chance.choice(levels, len(rows), p=shares / shares.sum())
    return found


def _codes(chance: np.random.Generator, by: Texts, shares: Mapping[str, Mapping[str, float]]) -> Ints:
    """A code for everybody, drawn with the shares of their group."""
    found = np.zeros(len(by), dtype=np.int64)
    for group, codes in shares.items():
        rows = np.flatnonzero(by == group)
        weights = np.array(list(codes.values()))
        found[rows] = chance.choice([int(c) for c in codes], len(rows), p=weights / weights.sum())
    return found


def likely_to_answer(residents: Residents, rule: Mapping[str, Any]) -> Floats:
    """(n,) how likely each is to answer, relative to the others."""
    likely: Floats = np.exp(rule["mood"] * residents.mood)
    for name in ("age", "education", "tenure"):
        levels = getattr(residents, name)
        for level, factor in rule[name].items():
            likely[levels == level] *= factor
    return likely


@dataclass(frozen=True)
class Drawn:
    """rows of the residents who answered, and their base weights (per address, before adults)."""

    rows: Ints
    base_weights: Floats


def draw_sample(
    chance: np.random.Generator,
    residents: Residents,
    rule: Mapping[str, Any],
    size: int,
    addresses: int,
) -> Drawn:
    """The `size` who answer of those at drawn `addresses`, one adult at each; every police district is
    a stratum with as many addresses as another.

    An adult in a home of three has a third of the chance, which the weight gives back.
    """
    chances = likely_to_answer(residents, rule) / residents.adults
    districts = np.unique(residents.district)
    rows, weights = [], []
    adults = dict(
        zip(
            load_margin("district.csv")["rake_district"],
            load_margin("district.csv")["count"],
            strict=True,
        )
    )
    for at, district in enumerate(districts):
        inside = np.flatnonzero(residents.district == district)
        here = size // len(districts) + (at < size % len(districts))
        weight = chances[inside] / chances[inside].sum()
        rows.append(chance.choice(inside, here, replace=False, p=weight))
        homes = adults[district] / residents.adults[inside].mean()
        invited = addresses // len(districts) + (at < addresses % len(districts))
        weights.append(np.full(here, round(homes / invited, 4)))
    return Drawn(np.concatenate(rows), np.concatenate(weights))


def draw_volunteers(
    chance: np.random.Generator, residents: Residents, rule: Mapping[str, Any], size: int
) -> Ints:
    """Rows of those who came by the open link."""
    likely = likely_to_answer(residents, rule)
    found: Ints = chance.choice(residents.n, size, replace=False, p=likely / likely.sum())
    return found
