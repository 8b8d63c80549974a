"""Make analysis/data/margins/*.csv: counts of adults in Baltimore City that weights are raked to.

    python tools/margins_build.py ../shared/data

Every count adds up to the adults of the 2020 census file (PL 94-171). Where each table comes from,
and how sure it is, stands in analysis/data/README.md; keep the two together.
"""

from __future__ import annotations

import argparse
import csv
from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import partial
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
OUT = ROOT / "analysis" / "data" / "margins"
NEW_DISTRICTS = "2022 proposal, adopted 2023"
CITY_FIPS = "24510"

#: Levels of race used for raking, and the columns of the census file that make them.
RACE = {
    "black": ("nh_black",),
    "white": ("nh_white",),
    "latino": ("hispanic",),
    "another": ("nh_asian", "nh_aian", "nh_nhpi"),
}
AGE = (("18_34", 18, 34), ("35_54", 35, 54), ("55_69", 55, 69), ("70_up", 70, 120))
GENDER = {"1": "woman", "2": "man"}  # in this survey 1 is female and 2 male
EDUCATION = {
    "1": "high_school_or_less",
    "2": "high_school_or_less",
    "3": "high_school_or_less",
    "4": "some_college",
    "5": "some_college",
    "6": "bachelor",
    "7": "graduate",
}
TENURE = {"1": "rent", "2": "own", "3": "other"}  # in this survey 1 is rent and 2 own

Cell = tuple[str, ...]


def read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def write_shares(
    out: Path, name: str, variables: Cell, shares: Mapping[Cell, float], total: int
) -> None:
    """Whole numbers in proportion to `shares` that add up to `total` (largest remainders)."""
    scale = total / sum(shares.values())
    exact = {cell: share * scale for cell, share in shares.items()}
    counts = {cell: int(value) for cell, value in exact.items()}
    by_remainder = sorted(exact, key=lambda cell: counts[cell] - exact[cell])
    for cell in by_remainder[: total - sum(counts.values())]:
        counts[cell] += 1
    with (out / f"{name}.csv").open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow([*variables, "count"])
        writer.writerows([*cell, count] for cell, count in counts.items())
    print(f"{name}.csv: {len(counts)} rows, {sum(counts.values()):,} adults")


def adults_by_race(population: Path) -> tuple[dict[str, int], dict[str, float]]:
    """Adults and the adult share of each group of the census file."""
    rows = read(population / "city_adults_by_race_2020_pl94171.csv")
    adults = {row["group"]: int(row["adults_18plus_2020"]) for row in rows}
    everyone = {row["group"]: int(row["population_2020"]) for row in rows}
    return adults, {group: adults[group] / everyone[group] for group in adults}


def district_by_race(data: Path, share: Mapping[str, float]) -> dict[Cell, float]:
    """Adults by police district (2023 map) and race.

    A district's people are the sum of its census blocks; their races are spread as in the district
    table (which misses some people: its districts add up to 566,436 of 585,708). Every race gets its
    citywide share of adults, people of the races not listed the share of those races together.
    """
    people: dict[str, int] = defaultdict(int)
    for block in read(data / "geography" / "block2020_crosswalk.csv"):
        people[block["police_2023"]] += int(block["pop20"])
    rows = read(data / "population" / "city_adults_by_race_2020_pl94171.csv")
    listed = {"total", "hispanic", "nh_white", "nh_black"}
    others = [row for row in rows if row["group"] not in listed]
    other_share = sum(int(row["adults_18plus_2020"]) for row in others) / sum(
        int(row["population_2020"]) for row in others
    )
    cells: dict[Cell, float] = {}
    for row in read(data / "population" / "police_district_pop_race_2020_banner.csv"):
        if row["plan"] != NEW_DISTRICTS:
            continue
        name = row["district"].title()
        everyone = float(row["x2020_pop"])
        latino = float(row["x2020_pop_hisp"])
        white = float(row["x2020_pop_white_non_hisp"])
        black = float(row["x2020_pop_black_non_hisp"])
        scale = people[name] / everyone
        cells[name, "black"] = scale * black * share["nh_black"]
        cells[name, "white"] = scale * white * share["nh_white"]
        cells[name, "latino"] = scale * latino * share["hispanic"]
        cells[name, "another"] = scale * (everyone - latino - white - black) * other_share
    return cells


def survey_shares(surveys: Path) -> dict[str, dict[Cell, float]]:
    """Weighted shares of City adults in the Baltimore Area Survey, mean of 2023 and 2024.

    Of those who answered: the publisher's imputed answers are not in the public file.
    """
    sums: dict[str, dict[Cell, float]] = defaultdict(lambda: defaultdict(float))
    for year in (2023, 2024):
        prefix = f"bas{year % 100}_"
        rows = read(surveys / f"bas{year}.csv")
        city = [row for row in rows if row[f"{prefix}svy_ctyfips"] == CITY_FIPS]
        one_year: dict[str, dict[Cell, float]] = defaultdict(lambda: defaultdict(float))
        for row in city:
            weight = float(row[f"{prefix}svy_fwgt"])
            for name, cell in cells_of(row, prefix, year):
                one_year[name][cell] += weight
        for name, cells in one_year.items():
            for cell, weight in cells.items():
                sums[name][cell] += weight / sum(cells.values()) / 2
    return {name: dict(sorted(cells.items())) for name, cells in sums.items()}


def cells_of(row: Mapping[str, str], prefix: str, year: int) -> Iterable[tuple[str, Cell]]:
    age = age_level(row[f"{prefix}dem_yearborn"], year)
    gender = GENDER.get(row[f"{prefix}dem_gender"])
    if age and gender:
        yield "age_gender", (age, gender)
    if education := EDUCATION.get(row[f"{prefix}dem_edattain"]):
        yield "education", (education,)
    if tenure := TENURE.get(row[f"{prefix}dem_own"]):
        yield "tenure", (tenure,)


def age_level(born: str, year: int) -> str | None:
    try:
        age = year - int(float(born))
    except ValueError:
        return None
    return next((level for level, low, high in AGE if low <= age <= high), None)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path, help="the folder shared/data")
    parser.add_argument("--out", type=Path, default=OUT)
    options = parser.parse_args()
    data: Path = options.data
    write = partial(write_shares, options.out)
    options.out.mkdir(parents=True, exist_ok=True)
    adults, adult_share = adults_by_race(data / "population")
    total = adults["total"]
    race = {(level,): float(sum(adults[g] for g in groups)) for level, groups in RACE.items()}
    write("race", ("rake_race",), race, total)
    both = district_by_race(data, adult_share)
    print(f"adults by district before scaling: {sum(both.values()):,.0f}")
    write("district_race", ("police_district", "race"), both, total)
    districts: dict[Cell, float] = defaultdict(float)
    for (district, _race), count in both.items():
        districts[(district,)] += count
    write("district", ("rake_district",), districts, total)
    shares = survey_shares(data / "surveys" / "bas")
    write("age_gender", ("rake_age", "rake_gender"), shares["age_gender"], total)
    write("education", ("rake_education",), shares["education"], total)
    write("tenure", ("rake_tenure",), shares["tenure"], total)


if __name__ == "__main__":
    main()
