"""From the neighborhood or ZIP code a resident picks to the derived areas that are stored.

Only what `derive` returns is ever stored: many neighborhoods have under 500 residents, so a
neighborhood beside other answers could point to a person. The files in `areas/` are made by
tools/areas_build.py; docs/data.md says from what.
"""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent / "areas"

POLICE_DISTRICTS: dict[int, str] = {
    1: "Central",
    2: "Southeastern",
    3: "Eastern",
    4: "Northeastern",
    5: "Northern",
    6: "Northwestern",
    7: "Western",
    8: "Southwestern",
    9: "Southern",
}
"""Police districts of the map in force since 2023: the City's number, and the name as stored.

The numbers are the codes of the district question; its wording is in the questionnaire's [area].
"""

_SPELLED_OUT = {"st": "saint", "mt": "mount", "hgts": "heights", "hts": "heights"}


class AreaError(ValueError):
    """A neighborhood, ZIP code or district answer is not one the survey offers."""


@dataclass(frozen=True, slots=True)
class Neighborhood:
    """A neighborhood of the City's 2020 map; `police_district` is None when it lies in several.

    `district_candidates` are then the names of the districts its residents live in.
    """

    name: str
    police_district: str | None
    district_candidates: tuple[str, ...]
    csa: str | None


@dataclass(frozen=True, slots=True)
class Derived:
    """What may be stored about where somebody lives; None where nothing can be derived."""

    police_district: str | None
    csa: str | None


NOWHERE = Derived(police_district=None, csa=None)


@cache
def neighborhoods() -> tuple[Neighborhood, ...]:
    """Every neighborhood a resident can pick, in alphabetical order."""
    with (FOLDER / "neighborhoods.csv").open(encoding="utf-8", newline="") as stream:
        return tuple(
            Neighborhood(
                name=row["neighborhood"],
                police_district=row["police_district"] or None,
                district_candidates=tuple(filter(None, row["district_candidates"].split("|"))),
                csa=row["csa"] or None,
            )
            for row in csv.DictReader(stream)
        )


@cache
def zip_codes() -> dict[str, float]:
    """ZIP codes with homes in the city, and the share of their homes that are inside it (0 to 1)."""
    with (FOLDER / "zips.csv").open(encoding="utf-8", newline="") as stream:
        return {row["zip"]: float(row["share_of_homes_in_city"]) for row in csv.DictReader(stream)}


def find_neighborhood(typed: str) -> tuple[Neighborhood, ...]:
    """The neighborhoods that what somebody typed may mean, best first; empty when none fits.

    Case, punctuation and "St."/"Saint", "Mt."/"Mount" do not matter. A full name gives that
    neighborhood alone; otherwise names that begin with the words come before names that hold
    them.
    """
    wanted = _key(typed)
    if not wanted:
        return ()
    keys = _by_key()
    if wanted in keys:
        return (keys[wanted],)
    beginning = [place for key, place in keys.items() if key.startswith(wanted)]
    holding = [place for key, place in keys.items() if f" {wanted}" in key]
    return tuple(dict.fromkeys([*beginning, *holding]))


def needs_district(typed: str) -> tuple[int, ...]:
    """Codes of the police districts to choose from, when the neighborhood lies in several."""
    place = _exact(typed)
    if place.police_district is not None:
        return ()
    return tuple(code for code, name in POLICE_DISTRICTS.items() if name in place.district_candidates)


def derive(
    *,
    neighborhood: str | None = None,
    zip_code: str | None = None,
    district_answer: int | None = None,
) -> Derived:
    """The areas that may be stored for a resident's answers.

    `district_answer` is the code of the district question, asked when `needs_district` says so;
    negative codes (missing answers) and None leave the district underived. A ZIP code alone
    derives nothing. Raises AreaError when an answer is not one that was offered.
    """
    if zip_code is not None and zip_code not in zip_codes():
        raise AreaError(f"{zip_code!r} is not a ZIP code in Baltimore City; check the five digits.")
    if neighborhood is None:
        return NOWHERE
    place = _exact(neighborhood)
    if place.police_district is not None or district_answer is None or district_answer < 0:
        return Derived(place.police_district, place.csa)
    if district_answer not in needs_district(neighborhood):
        raise AreaError(
            f"Police district {district_answer} has no part of {place.name}; choose one of "
            f"{', '.join(place.district_candidates)}."
        )
    return Derived(POLICE_DISTRICTS[district_answer], place.csa)


def _exact(name: str) -> Neighborhood:
    place = _by_key().get(_key(name))
    if place is None:
        raise AreaError(f"{name!r} is not a neighborhood on the list; choose one from the list.")
    return place


@cache
def _by_key() -> dict[str, Neighborhood]:
    return {_key(place.name): place for place in neighborhoods()}


def _key(name: str) -> str:
    words = re.findall(r"[a-z0-9]+", name.casefold().replace("'", "").replace("’", ""))
    return " ".join(_SPELLED_OUT.get(word, word) for word in words)
