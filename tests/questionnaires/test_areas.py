"""From neighborhoods and ZIP codes to what may be stored."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

from questionnaires.areas import (
    FOLDER,
    NOWHERE,
    POLICE_DISTRICTS,
    AreaError,
    Derived,
    derive,
    find_neighborhood,
    needs_district,
    neighborhoods,
    zip_codes,
)
from questionnaires.load import available, load_instrument
from questionnaires.schema import DONT_KNOW
from tests.shared import ROOT, shared_path


def test_every_neighborhood_has_one_district_or_several_to_choose_from() -> None:
    assert len(neighborhoods()) == 273
    for place in neighborhoods():
        if place.police_district is None:
            assert len(place.district_candidates) >= 2
        else:
            assert place.police_district in POLICE_DISTRICTS.values()
            assert place.district_candidates == ()


def test_district_codes_are_those_of_the_questionnaires() -> None:
    for identifier in available():
        districts = load_instrument(identifier).districts
        assert {d.code: d.text.removesuffix(" District") for d in districts} == POLICE_DISTRICTS


def test_a_neighborhood_in_one_district_is_enough() -> None:
    assert derive(neighborhood="Abell") == Derived("Northern", "Greater Charles Village/Barclay")
    assert needs_district("Abell") == ()


def test_a_split_neighborhood_asks_once_more() -> None:
    assert needs_district("Lake Walker") == (4, 5)
    assert derive(neighborhood="Lake Walker").police_district is None
    assert derive(neighborhood="Lake Walker", district_answer=DONT_KNOW).police_district is None
    assert derive(neighborhood="Lake Walker", district_answer=4).police_district == "Northeastern"
    with pytest.raises(AreaError, match="choose one of Northeastern, Northern"):
        derive(neighborhood="Lake Walker", district_answer=9)


def test_a_zip_code_alone_derives_nothing() -> None:
    assert derive(zip_code="21201") == NOWHERE
    assert derive() == NOWHERE
    with pytest.raises(AreaError, match="check the five digits"):
        derive(zip_code="10001")


def test_zip_codes_have_a_share_of_homes_in_the_city() -> None:
    assert len(zip_codes()) == 32
    assert all(0 < share <= 1 for share in zip_codes().values())


def test_the_jail_is_no_area() -> None:
    assert not any("Unassigned" in (place.csa or "") for place in neighborhoods())


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("abell", "Abell"),
        ("St. Helena", "Saint Helena"),
        ("mt washington", "Mount Washington"),
        ("odonnell heights", "O'Donnell Heights"),
        ("pigtown", "Washington Village/Pigtown"),
        ("Canton", "Canton"),
    ],
)
def test_finding_a_neighborhood_as_people_type_it(typed: str, first: str) -> None:
    assert find_neighborhood(typed)[0].name == first


def test_finding_nothing() -> None:
    assert find_neighborhood("") == ()
    assert find_neighborhood("Towson") == ()
    with pytest.raises(AreaError, match="choose one from the list"):
        derive(neighborhood="Towson")


def test_the_files_are_what_the_build_makes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    geography = shared_path("data", "geography")
    spec = importlib.util.spec_from_file_location("areas_build", ROOT / "tools" / "areas_build.py")
    assert spec is not None
    assert spec.loader is not None
    build = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(build)
    monkeypatch.setattr("sys.argv", ["areas_build", str(geography), "--out", str(tmp_path)])
    build.main()
    for name in ("neighborhoods.csv", "zips.csv"):
        assert (tmp_path / name).read_bytes() == (FOLDER / name).read_bytes(), name
