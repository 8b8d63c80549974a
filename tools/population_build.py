"""The population table by district that multilevel models predict for, raked from seeds.

    .venv/bin/python -m tools.population_build ../shared/data/population

No source publishes adults by district, race, age, gender and schooling together. The start of every
cell is the product of the two-way tables that exist (seeds): race by age, race by schooling and age
by schooling in the city (weighted Baltimore Area Survey 2023 and 2024), schooling of people over 25
by district (ACS 2014-2018). It is then raked to district by race, age by gender and district by
schooling, where the tables by district are themselves raked to the city's (analysis/data/margins). What
no seed says, for instance how race and schooling go together within one district, is the city's.
Writes analysis/data/population/districts.csv.
"""

from __future__ import annotations

import argparse
import csv
from collections import defaultdict
from itertools import product
from pathlib import Path

import numpy as np

from analysis.data import load_margin
from analysis.margins import COUNT, Margin, margin_of, read_margin
from analysis.small_areas.population import raked_population
from analysis.table import Table

OUT = Path(__file__).resolve().parent.parent / "analysis" / "data" / "population" / "districts.csv"
COLUMNS = ("district", "race", "age", "gender", "education")
AGE = {"18_34": "18-34", "35_54": "35-54", "55_69": "55-69", "70_up": "70+"}
RACE = {
    "black": "Black (alone or in combination)",
    "white": "White alone",
    "latino": "Latinx",
    "another": "Other",
}
#: The survey's table knows three classes of schooling.
EDUCATION = {
    "high_school_or_less": "no college degree",
    "some_college": "no college degree",
    "bachelor": "associate or bachelor",
    "graduate": "master/professional/doctorate",
}
ACS = {
    "high_school_or_less": ("p25_less_than_hs", "p25_hs_or_ged"),
    "some_college": ("p25_some_college_or_associate",),
    "bachelor": ("p25_bachelors",),
    "graduate": ("p25_graduate_or_professional",),
}
Pairs = dict[tuple[str, str], float]


def survey_pairs(path: Path) -> dict[str, Pairs]:
    """Weighted adults of the survey's two-way tables, both years together."""
    found: dict[str, Pairs] = defaultdict(lambda: defaultdict(float))
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if " x " in row["dimension"]:
                first, second = row["cell"].split(" x ", 1)
                found[row["dimension"]][first, second] += float(row["weighted_adults"])
    return found


def district_education(path: Path, by_race: Table) -> Table:
    """Schooling by district raked to the district's adults and the city's schooling.

    by_race: adults by district and race, whose sums are the adults of a district.
    """
    cells: Pairs = {}
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["geography"] == "police_2023":
                for level, columns in ACS.items():
                    cells[row["area"], level] = sum(float(row[name]) for name in columns)
    seed = Table(
        {
            "district": np.array([district for district, _ in cells]),
            "education": np.array([level for _, level in cells]),
            COUNT: np.array(list(cells.values())),
        },
        "ACS 2014-2018",
    )
    people = _districts(by_race)
    schooling = read_margin(_city("education", rake_education="education"), ("education",))
    margins = (people, schooling.scaled_to(people.total))
    return raked_population(seed, ("district", "education"), margins)


def _districts(by_race: Table) -> Margin:
    """Adults by district, as the table by race adds up to."""
    adults: dict[str, float] = defaultdict(float)
    for district, count in zip(by_race.raw("district"), by_race.numbers(COUNT), strict=True):
        adults[str(district)] += float(count)
    return margin_of(adults, "district")


def district_race() -> Table:
    """Adults by district and race, raked to the city's adults by race."""
    seed = _city("district_race", police_district="district")
    people = _districts(seed)
    race = read_margin(_city("race", rake_race="race"), ("race",))
    return raked_population(seed, ("district", "race"), (people, race.scaled_to(people.total)))


def _city(table: str, **names: str) -> Table:
    columns = load_margin(f"{table}.csv")
    return Table({names.get(name, name): values for name, values in columns.items()}, f"{table}.csv")


def build(folder: Path) -> Table:
    pairs = survey_pairs(folder / "city_adult_margins_from_bas_weights_2023_2024.csv")
    by_race = district_race()
    schooling = district_education(folder / "district_margins_derived_acs2014_2018.csv", by_race)
    by_age = _city("age_gender", rake_age="age", rake_gender="gender")
    levels = {
        name: sorted(set(table.raw(name).tolist()))
        for name, table in (
            ("district", by_race), ("race", by_race), ("age", by_age), ("gender", by_age),
            ("education", schooling),
        )
    }  # fmt: skip
    held = {
        (d, e): float(c)
        for d, e, c in zip(
            schooling.raw("district"), schooling.raw("education"), schooling.raw(COUNT), strict=True
        )
    }
    cells = list(product(*(levels[name] for name in COLUMNS)))
    start = [
        held[d, e]
        * pairs["age4 x raceeth"][AGE[a], RACE[r]]
        * pairs["educ3 x raceeth"][EDUCATION[e], RACE[r]]
        * pairs["age4 x educ3"][AGE[a], EDUCATION[e]]
        for d, r, a, _, e in cells
    ]
    seed = Table(
        {
            **{name: np.array([cell[at] for cell in cells]) for at, name in enumerate(COLUMNS)},
            COUNT: np.array(start) / max(start),
        },
        "products of two-way tables (ACS 2014-2018, Baltimore Area Survey 2023-2024)",
    )
    race = read_margin(by_race, ("district", "race"))
    return raked_population(
        seed,
        COLUMNS,
        [
            race,
            read_margin(by_age, ("age", "gender")).scaled_to(race.total),
            read_margin(schooling, ("district", "education")).scaled_to(race.total),
        ],
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("folder", type=Path, help="the folder shared/data/population")
    parser.add_argument("--out", type=Path, default=OUT)
    given = parser.parse_args()
    table = build(given.folder)
    given.out.parent.mkdir(parents=True, exist_ok=True)
    with given.out.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow([*COLUMNS, COUNT])
        columns = [table.raw(name).tolist() for name in COLUMNS]
        counts = [f"{count:.1f}" for count in table.numbers(COUNT).tolist()]
        writer.writerows(zip(*columns, counts, strict=True))
    print(f"{table.n} cells, {table.numbers(COUNT).sum():,.0f} adults: {table.source}")


if __name__ == "__main__":
    main()
