"""Make questionnaires/areas/*.csv from the reference geography.

    python tools/areas_build.py ../shared/data/geography

Populations are those of the 2020 census by block; a neighborhood's residents are spread over police
districts (2023 map) and community statistical areas (CSAs of 2020) by the place of their block.
"""

from __future__ import annotations

import argparse
import csv
import json
from collections import defaultdict
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
OUT = ROOT / "questionnaires" / "areas"

#: A neighborhood gives a police district when at least this share of its residents live in one.
DISTRICT_SHARE = 0.90
#: It gives a CSA when more than half do; CSAs serve models only (docs/data.md says how often right).
CSA_SHARE = 0.50
#: The jail is counted apart and is no CSA.
NO_CSA = "Unassigned"

NEIGHBORHOOD_COLUMNS = (
    "neighborhood",
    "population_2020",
    "police_district",
    "district_share",
    "district_candidates",
    "csa",
    "csa_share",
)


def read_rows(path: Path) -> list[dict[str, str]]:
    """The rows of a CSV file."""
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


def populations(rows: list[dict[str, str]], to_type: str) -> dict[str, dict[str, int]]:
    """Residents of every neighborhood by area of `to_type`."""
    found: dict[str, dict[str, int]] = defaultdict(dict)
    for row in rows:
        if row["from_type"] == "neighborhood_2020" and row["to_type"] == to_type:
            found[row["from_id"]][row["to_id"]] = int(row["pop20"])
    return found


def largest(areas: dict[str, int]) -> tuple[str, float]:
    """The area with most residents and its share of them."""
    area = max(areas, key=lambda name: areas[name])
    return area, areas[area] / sum(areas.values())


def neighborhood_rows(geography: Path) -> list[dict[str, str | int]]:
    """One row a neighborhood of the 2020 map with residents, in alphabetical order.

    Parks and a cemetery are on the map too; nobody lived there at the census, so nobody picks them.
    """
    crosswalk = read_rows(geography / "crosswalk_pop20_long.csv")
    districts = populations(crosswalk, "police_2023")
    csas = populations(crosswalk, "csa2020")
    features = json.loads((geography / "neighborhoods_2020.geojson").read_text())["features"]
    rows: list[dict[str, str | int]] = []
    for name in sorted(feature["properties"]["neighborhood"] for feature in features):
        residents = sum(districts.get(name, {}).values())
        if residents == 0:
            continue
        district, share = largest(districts[name])
        csa, csa_share = largest(csas[name])
        given = share >= DISTRICT_SHARE
        placed = csa_share > CSA_SHARE and not csa.startswith(NO_CSA)
        inhabited = sorted(area for area, people in districts[name].items() if people)
        rows.append(
            {
                "neighborhood": name,
                "population_2020": residents,
                "police_district": district if given else "",
                "district_share": f"{share:.4f}",
                "district_candidates": "" if given else "|".join(inhabited),
                "csa": csa if placed else "",
                "csa_share": f"{csa_share:.4f}",
            }
        )
    return rows


def zip_rows(geography: Path) -> list[dict[str, str | int]]:
    """One row a ZIP code with homes in the city, with the share of its homes that are."""
    rows = read_rows(geography / "zip_to_baltimore_city_ratio_hud_2025q4.csv")
    return [
        {"zip": row["zip"], "share_of_homes_in_city": f"{float(row['res_ratio']):.4f}"}
        for row in sorted(rows, key=lambda row: row["zip"])
        if float(row["res_ratio"]) > 0
    ]


def write(path: Path, columns: tuple[str, ...], rows: list[dict[str, str | int]]) -> None:
    """Write rows as CSV with line feeds."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, columns, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def main() -> None:
    """Build both files and say what came out."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("geography", type=Path)
    parser.add_argument("--out", type=Path, default=OUT)
    options = parser.parse_args()
    neighborhoods = neighborhood_rows(options.geography)
    write(options.out / "neighborhoods.csv", NEIGHBORHOOD_COLUMNS, neighborhoods)
    zips = zip_rows(options.geography)
    write(options.out / "zips.csv", ("zip", "share_of_homes_in_city"), zips)
    people = sum(int(row["population_2020"]) for row in neighborhoods)
    right = sum(int(r["population_2020"]) * float(r["csa_share"]) for r in neighborhoods if r["csa"])
    placed = sum(int(r["population_2020"]) for r in neighborhoods if r["csa"])
    print(
        f"{len(neighborhoods)} neighborhoods with {people:,} residents, "
        f"{sum(not row['police_district'] for row in neighborhoods)} without one district; "
        f"{placed / people:.1%} of residents get a CSA, {right / placed:.1%} of them the right one; "
        f"{len(zips)} ZIP codes"
    )


if __name__ == "__main__":
    main()
