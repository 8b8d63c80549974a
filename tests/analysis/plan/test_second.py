"""A second reference set, of another invented city: other names, numbers as levels, lonely units."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from analysis.__main__ import main
from tests.shared import ROOT

from .oracle import cases_in, differences, expected_of, weight_differences, weights_in

FOLDER = ROOT / "tests" / "golden" / "second"
CASES = {case["id"]: case for case in cases_in(FOLDER)}


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("second")
    assert main(["run", str(FOLDER / "cases.json"), "--out", str(out)]) == 1
    return out


@pytest.mark.parametrize("name", list(CASES))
def test_case(name: str, results: Path) -> None:
    case = CASES[name]
    found = json.loads((results / f"{name}.json").read_text(encoding="utf-8"))
    if case["kind"] == "weights_fail":
        assert found["error"] == case["expect"]
        assert not (results / f"{name}_weights.csv").exists()
        return
    wanted = expected_of(FOLDER, case)
    assert not differences(case, wanted, found)
    if "weights_file" in wanted:
        mine = weights_in(results / f"{name}_weights.csv")
        assert not weight_differences(case, weights_in(FOLDER / wanted["weights_file"]), mine)
