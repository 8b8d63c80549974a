"""A simulated city for the studies of the statistics, with the real numbers of Baltimore's margins.

Adults by district and race, by age and gender and by schooling are those of analysis/data/margins.
Everything else is drawn with a seed: homes of one to four adults, blocks of about 120 homes in which
homes of one race stand together more than by chance, and an opinion that differs by district, block,
race, age and schooling. A question answered "yes" by exactly a given share of the city is a cut of
that opinion.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from analysis.margins import Margin, margin_of

TABLES = Path(__file__).resolve().parent.parent / "analysis" / "data" / "margins"
HOMES_IN_BLOCK = 120
SCHOOLING = ("high_school_or_less", "some_college", "bachelor", "graduate")
HOME_SIZES = (0.38, 0.42, 0.13, 0.07)
Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class City:
    """Homes: district, block, adults, first (first adult). Adults: home and, by name in `traits`,
    integer codes; opinion: (N,) on an arbitrary scale; reach: (N,) chance to answer when invited."""

    home_district: Ints
    home_block: Ints
    adults: Ints
    first: Ints
    home: Ints
    traits: dict[str, Ints]
    opinion: Floats
    reach: Floats

    def margins(self) -> tuple[Margin, ...]:
        """Counts of adults by district, race, age with gender, schooling."""
        made = []
        for name in ("district", "race", "age_gender", "education"):
            counts = np.bincount(self.traits[name])
            made.append(margin_of({str(at): float(c) for at, c in enumerate(counts)}, name))
        return tuple(made)

    def cut(self, share: float) -> float:
        """The opinion above which this share of the city stands."""
        return float(np.quantile(self.opinion, 1 - share))


def simulated_city(seed: int, district_sd: float = 0.25, block_sd: float = 0.2) -> City:
    """Draw a city; district_sd, block_sd: spread of the opinion (its noise within a block is 1)."""
    rng = np.random.default_rng(seed)
    table = _table("district_race")
    districts = sorted({key[0] for key in table})
    races = sorted({key[1] for key in table})
    counts = np.array([[table[d, r] for r in races] for d in districts])
    sizes = np.arange(1, 5)
    homes_of = np.rint(counts / (sizes @ np.array(HOME_SIZES))).astype(int)
    district = np.repeat(np.arange(len(districts)), homes_of.sum(axis=1))
    race = np.concatenate([np.repeat(np.arange(len(races)), row) for row in homes_of])
    order = np.lexsort((race + rng.normal(0, 0.7, len(race)), district))
    district, race = district[order], race[order]
    block = _blocks(district)
    adults = rng.choice(sizes, len(district), p=HOME_SIZES)
    home = np.repeat(np.arange(len(district)), adults)
    ages, genders, pairs = _pairs("age_gender")
    drawn = rng.choice(len(pairs), len(home), p=pairs / pairs.sum())
    education = _education(rng, race[home])
    place = rng.normal(0, district_sd, len(districts))
    spot = rng.normal(0, block_sd, block.max() + 1)
    by_race = np.linspace(-0.3, 0.3, len(races))
    age = drawn // genders
    opinion = (
        place[district[home]]
        + spot[block[home]]
        + by_race[race[home]]
        + 0.15 * (age - (ages - 1) / 2)
        + 0.1 * (education - education.mean())
        + 0.05 * (drawn % genders)
        + rng.normal(0, 1, len(home))
    )
    pull = (
        0.18 * age + 0.22 * education + np.linspace(0.2, -0.2, len(races))[race[home]]
        + np.linspace(0.15, -0.15, len(districts))[district[home]]
    )  # fmt: skip
    reach = np.exp(pull - pull.max()) * 0.85
    return City(
        district,
        block,
        adults,
        np.cumsum(adults) - adults,
        home,
        {
            "district": district[home],
            "race": race[home],
            "age_gender": drawn,
            "age": age,
            "gender": drawn % genders,
            "education": education,
        },
        opinion,
        reach,
    )


def _table(name: str) -> dict[tuple[str, ...], float]:
    with (TABLES / f"{name}.csv").open(encoding="utf-8") as file:
        rows = csv.reader(file)
        next(rows)
        return {tuple(row[:-1]): float(row[-1]) for row in rows}


def _pairs(name: str) -> tuple[int, int, Floats]:
    table = _table(name)
    first, second = (sorted({key[at] for key in table}) for at in (0, 1))
    return len(first), len(second), np.array([table[a, b] for a in first for b in second])


def _education(rng: np.random.Generator, race: Ints) -> Ints:
    table = _table("education")
    shares = np.array([table[(level,)] for level in SCHOOLING])
    shares = shares / shares.sum()
    tilt = np.exp(np.linspace(-0.25, 0.25, race.max() + 1)[:, None] * np.arange(len(shares)))
    by_race = shares * tilt
    by_race /= by_race.sum(axis=1, keepdims=True)
    return np.asarray(
        (rng.random(len(race))[:, None] > by_race.cumsum(axis=1)[race][:, :-1]).sum(axis=1)
    )


def _blocks(district: Ints) -> Ints:
    """Consecutive homes of a district in blocks of nearly one size."""
    block = np.empty(len(district), dtype=np.int64)
    used = 0
    for at in range(district.max() + 1):
        rows = np.flatnonzero(district == at)
        count = max(2, round(len(rows) / HOMES_IN_BLOCK))
        block[rows] = used + np.arange(len(rows)) * count // len(rows)
        used += count
    return block


class Drawer:
    """Draws samples of a city: one adult a home, answers with the chance `reach`."""

    def __init__(self, city: City) -> None:
        self.city = city
        districts = range(city.home_district.max() + 1)
        self.homes = [np.flatnonzero(city.home_district == d) for d in districts]
        self.blocks = [np.unique(city.home_block[homes]) for homes in self.homes]
        self.block_start = np.searchsorted(city.home_block, np.arange(city.home_block.max() + 2))
        self.rate = float(city.reach.mean())

    def allocation(self, n: int) -> Ints:
        """Answers wanted by district: half the same everywhere, half by size."""
        size = np.array([len(homes) for homes in self.homes])
        return np.rint(n * (0.5 / len(size) + 0.5 * size / size.sum())).astype(int)

    def stratified(self, rng: np.random.Generator, n: int) -> tuple[Ints, Floats, Ints]:
        """Adults who answered, base weights, blocks (not part of this design)."""
        chosen, weight = [], []
        for homes, wanted in zip(self.homes, self.allocation(n), strict=True):
            invited = max(6, round(wanted / self.rate))
            chosen.append(homes[rng.choice(len(homes), invited, replace=False, shuffle=False)])
            weight.append(np.full(invited, len(homes) / invited))
        return self._answers(rng, np.concatenate(chosen), np.concatenate(weight))

    def clustered(self, rng: np.random.Generator, n: int, take: int) -> tuple[Ints, Floats, Ints]:
        """As `stratified`, from a sample of blocks in each district with about `take` answers each."""
        chosen, weight = [], []
        for blocks, wanted in zip(self.blocks, self.allocation(n), strict=True):
            drawn = min(len(blocks), max(2, round(wanted / take)))
            invited = max(2, round(wanted / drawn / self.rate))
            picked = blocks[rng.choice(len(blocks), drawn, replace=False)]
            start = self.block_start[picked]
            size = self.block_start[picked + 1] - start
            lots = rng.random((drawn, size.max()))  # the homes with the smallest lots are invited
            lots[np.arange(size.max()) >= size[:, None]] = 2.0
            got = np.argpartition(lots, invited - 1, axis=1)[:, :invited]
            chosen.append((start[:, None] + got).ravel())
            weight.append(np.repeat(len(blocks) / drawn * size / invited, invited))
        return self._answers(rng, np.concatenate(chosen), np.concatenate(weight))

    def _answers(
        self, rng: np.random.Generator, homes: Ints, weight: Floats
    ) -> tuple[Ints, Floats, Ints]:
        city = self.city
        size = city.adults[homes]
        person = city.first[homes] + (rng.random(len(homes)) * size).astype(np.int64)
        answered = rng.random(len(homes)) < city.reach[person]
        base = (weight * size)[answered]
        return person[answered], base, city.home_block[homes[answered]]
