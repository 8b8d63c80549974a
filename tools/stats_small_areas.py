"""Direct, Fay-Herriot and multilevel estimates of districts: error and coverage by simulation.

    nice .venv/bin/python -m tools.stats_small_areas [--cities 200] [--bas FILE]

Every round draws nine district effects on the log odds, answers of the people sampled from a city with
the real margins (tools/stats_city.py), and estimates the nine shares three ways with the code of the
project: direct (raked, linearized), Fay-Herriot on the direct ones, multilevel regression with
post-stratification (gender fixed; age, race, schooling, district random). What a district's people
would answer on average is known and compared. Standard deviations between districts are those of the
Baltimore Area Survey, which --bas estimates again from its microdata, half and double.
Prints Markdown for docs/methods/small_areas.md.
"""

from __future__ import annotations

import argparse
import csv
import sys
import time
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from analysis.design import DesignSpec
from analysis.errors import AnalysisError
from analysis.grouped import means_by
from analysis.small_areas.fay_herriot import fay_herriot
from analysis.small_areas.mixed_logit import fit_mixed_logit
from analysis.small_areas.mrp import mrp
from analysis.table import Table
from analysis.weighting.steps import Rake, weigh
from tools.stats_city import City, Drawer, simulated_city

Floats = npt.NDArray[np.float64]
SEED = 20261125
#: Standard deviation of the district intercepts on the log odds given race, age, gender, schooling: in
#: the Baltimore Area Survey (--bas) the median of 15 questions is .13, their root mean square .18.
SPREADS = {
    "half": 0.09,
    "Baltimore Area Survey, median question": 0.13,
    "Baltimore Area Survey, root mean square": 0.18,
    "double": 0.36,
}
SIZES = (800,)
#: Code of the race whose answers differ most from the others (Black residents, in the order of names).
LARGEST = 1
MARGINS = ("district", "race", "age_gender", "education")
#: Log odds of trust in the police by trait, of the size found in the survey of 2023.
EFFECTS = {
    "race": (1.0, 0.0, 1.2, 0.7),
    "age": (0.0, 0.25, 0.8, 1.4),
    "gender": (0.0, 0.1),
    "education": (0.0, 0.1, 0.2, 0.3),
}
#: Questions asked of everybody and the answers counted, first answers good.
QUESTIONS = {
    "nhd_safechg": (1, 2), "nhd_sat": (1, 2), "con_gtrust": (1, 2), "con_gentrust": (1, 2),
    "nhd_safe": (1, 2), "con_plctrust": (1, 2), "con_plcfear": (1, 2), "con_plcrespect": (1, 2),
    "con_plcfair": (1, 2), "nhd_plcsat": (1, 2), "nhd_walksafe": (1, 2),
}  # fmt: skip


@dataclass
class Tally:
    """Squared errors, hits and widths of one method, one value a district and round."""

    squares: list[Floats] = field(default_factory=list)
    hits: list[npt.NDArray[np.bool_]] = field(default_factory=list)
    widths: list[Floats] = field(default_factory=list)
    claimed: list[Floats] = field(default_factory=list)

    def add(self, estimate: Floats, low: Floats, high: Floats, se: Floats, truth: Floats) -> None:
        self.squares.append((estimate - truth) ** 2)
        self.hits.append((low <= truth) & (truth <= high))
        self.widths.append(high - low)
        self.claimed.append(se**2)

    @property
    def rmse(self) -> float:
        return float(np.sqrt(np.mean(self.squares)))


def survey_sd(file: Path) -> list[tuple[str, int, float]]:
    """Question, n and standard deviation between districts in the Baltimore Area Survey."""
    with file.open(encoding="utf-8") as stream:
        everybody = list(csv.DictReader(stream))
    found = []
    for year in ("2023", "2024"):
        rows = [row for row in everybody if row["year"] == year]

        def column(name: str, rows: list[dict[str, str]] = rows) -> Floats:
            return np.array([float(row[name] or -9) for row in rows])

        race, gender, schooling = column("dem_raceeth4"), column("dem_gender"), column("dem_edattain")
        age = column("dem_age")
        district = np.array([row["derived_police_2023"] for row in rows])
        known = (race > 0) & np.isin(gender, (1, 2)) & (schooling > 0) & (age > 0) & (district != "")
        for question, counted in QUESTIONS.items():
            answer = column(question)
            ok = known & (answer > 0)
            if not ok.any():
                continue
            fixed = [np.ones(ok.sum()), gender[ok] == 2, schooling[ok] >= 6]
            fixed += [race[ok] == level for level in np.unique(race[ok])[1:]]
            fixed += [np.digitize(age[ok], (35, 55, 70)) == level for level in (1, 2, 3)]
            names, code = np.unique(district[ok], return_inverse=True)
            model = fit_mixed_logit(
                np.isin(answer[ok], counted).astype(float),
                np.ones(ok.sum()),
                np.column_stack(fixed).astype(float),
                [code.astype(np.int32)],
                [len(names)],
            )
            found.append((f"{question} {year}", int(ok.sum()), float(model.sigma[0])))
    return found


def simulate(city: City, size: int, sd: float, cities: int) -> dict[str, Tally]:
    rng = np.random.default_rng([SEED, size, round(1000 * sd)])
    drawer = Drawer(city)
    cells, count = _cells(city)
    population = Table({**cells, "count": count}, "population")
    traits = sum((np.array(by)[cells[name]] for name, by in EFFECTS.items()), np.zeros(len(count)))
    districts = int(cells["district"].max()) + 1
    people = np.bincount(cells["district"], count)
    tallies = {name: Tally() for name in ("direct", "Fay-Herriot", "multilevel")}
    done, start = 0, time.monotonic()
    while done < cities:
        effect = rng.normal(0, sd, districts)
        chance = 1 / (1 + np.exp(-(traits - 1.0 + effect[cells["district"]])))
        truth = np.bincount(cells["district"], count * chance) / people
        who, base, _ = drawer.stratified(rng, size)
        rows: dict[str, Any] = {name: city.traits[name][who] for name in (*MARGINS, *EFFECTS)}
        odds = sum((np.array(by)[rows[name]] for name, by in EFFECTS.items()), np.zeros(len(who)))
        chance = 1 / (1 + np.exp(-(odds - 1.0 + effect[rows["district"]])))
        rows |= {"base": base, "y": (rng.random(len(who)) < chance).astype(np.int64)}
        try:
            _estimate(rows, city, population, truth, tallies)
        except AnalysisError as refusal:
            print(f"\n{refusal.message}", file=sys.stderr)
            continue
        done += 1
        if done % 20 == 0:
            rest = (time.monotonic() - start) / done * (cities - done)
            print(f"\r{size} {sd}: {done}, {rest:,.0f} s left   ", end="", file=sys.stderr)
    print(file=sys.stderr)
    return tallies


def _cells(city: City) -> tuple[dict[str, npt.NDArray[np.int64]], Floats]:
    names = ("district", "race", "age", "gender", "education")
    stacked = np.stack([city.traits[name] for name in names], axis=1)
    distinct, count = np.unique(stacked, axis=0, return_counts=True)
    return {name: distinct[:, at] for at, name in enumerate(names)}, count.astype(float)


def _composition(city: City) -> Floats:
    """(districts, 1) share of the race whose answers stand apart, known from the census."""
    district, race = city.traits["district"], city.traits["race"]
    return (np.bincount(district, race == LARGEST) / np.bincount(district))[:, None]


def _estimate(
    rows: dict[str, Any],
    city: City,
    population: Table,
    truth: Floats,
    tallies: dict[str, Tally],
) -> None:
    sample = weigh(rows, DesignSpec("base", "district"), [Rake(city.margins())])
    got = means_by(sample, ["y"], ["district"])[0]
    low, high = got.share_limits()
    direct, se = got.estimate[0], got.se[0]
    area = fay_herriot(got.levels, direct, se**2, _composition(city))
    model = mrp(
        sample.table, "y", population, ["gender"], ["age", "race", "education", "district"], "district"
    )
    place = np.argsort([int(a.area) for a in model.areas])
    estimate, error, lower, upper = (
        np.array([getter(model.areas[at]) for at in place])
        for getter in (
            lambda a: a.estimate,
            lambda a: a.se,
            lambda a: a.interval[0],
            lambda a: a.interval[1],
        )
    )
    tallies["direct"].add(direct, low[0], high[0], se, truth)
    half = 1.96 * area.rmse
    tallies["Fay-Herriot"].add(area.eblup, area.eblup - half, area.eblup + half, area.rmse, truth)
    tallies["multilevel"].add(estimate, lower, upper, error, truth)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--cities", type=int, default=200)
    parser.add_argument("--bas", type=Path, help="bas_city_2023_2024_common.csv")
    given = parser.parse_args()
    if given.bas:
        found = survey_sd(given.bas)
        print("| question | n | between districts, log odds |\n|---|---:|---:|")
        for question, n, sd in found:
            print(f"| {question} | {n} | {sd:.2f} |")
        spreads = np.array([sd for _, _, sd in found])
        square = float(np.sqrt(np.mean(spreads**2)))
        print(f"\nMedian {np.median(spreads):.2f}, root mean square {square:.2f}.\n")
    city = simulated_city(SEED)
    print(f"Made {date.today()}, {given.cities} cities a line, 9 districts each, seed {SEED}.\n")
    print(
        "| n | between districts | method | rmse, points | over direct | coverage % | mean width |"
        " claimed error / rmse |"
    )
    print("|---:|---|---|---:|---:|---:|---:|---:|")
    for size in SIZES:
        for label, sd in SPREADS.items():
            tallies = simulate(city, size, sd, given.cities)
            for name, tally in tallies.items():
                claimed = float(np.sqrt(np.mean(tally.claimed)))
                print(
                    f"| {size:,} | {label} ({sd:.2f}) | {name} | {100 * tally.rmse:.2f} |"
                    f" {tally.rmse / tallies['direct'].rmse:.2f} | {100 * np.mean(tally.hits):.1f} |"
                    f" {100 * np.mean(tally.widths):.1f} | {claimed / tally.rmse:.2f} |",
                    flush=True,
                )


if __name__ == "__main__":
    main()
