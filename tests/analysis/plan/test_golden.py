"""The part of the reference set that lives here (tools/golden_oracle.py), run wherever tests run."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest

from analysis.plan import run_file
from tests.shared import ROOT

from .oracle import cases_in, differences, expected_of, weight_differences, weights_in

ARCHIVE = ROOT / "tests" / "golden" / "oracle.zip"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("golden")
    with zipfile.ZipFile(ARCHIVE) as archive:
        archive.extractall(place)
    return place


def test_every_case_agrees_with_r(folder: Path) -> None:
    out = folder / "out"
    run_file(folder / "cases.json", out)
    cases = cases_in(folder)
    assert len(cases) == 52
    wrong: list[str] = []
    for case in cases:
        found = json.loads((out / f"{case['id']}.json").read_text(encoding="utf-8"))
        if case["kind"] == "weights_fail":
            wrong += [] if found.get("error") == case["expect"] else [f"{case['id']} was not refused"]
            continue
        wanted = expected_of(folder, case)
        wrong += differences(case, wanted, found)
        if "weights_file" in wanted:
            mine = weights_in(out / f"{case['id']}_weights.csv")
            wrong += weight_differences(case, weights_in(folder / wanted["weights_file"]), mine)
    assert not wrong
