"""R's survey package computed all of this; so does `python -m analysis run`, through its front door."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.shared import ROOT, shared_path, shared_root

from .oracle import Case, cases_in, differences, expected_of, weight_differences, weights_in

FOLDER = shared_root() / "oracle" if shared_root() else None  # type: ignore[operator]
CASES = cases_in(FOLDER) if FOLDER and (FOLDER / "cases.json").exists() else []


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where one run of the whole plan wrote its files."""
    plan = shared_path("oracle", "cases.json")
    out = tmp_path_factory.mktemp("oracle")
    done = subprocess.run(
        [sys.executable, "-m", "analysis", "run", str(plan), "--out", str(out)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1, "five cases must be refused, and say so"
    assert "62 of 67 cases computed" in done.stdout
    return out


def test_there_are_as_many_cases_as_the_set_says() -> None:
    shared_path("oracle", "cases.json")
    assert len(CASES) == 67


@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
def test_case(case: Case, results: Path) -> None:
    found = json.loads((results / f"{case['id']}.json").read_text(encoding="utf-8"))
    if case["kind"] == "weights_fail":
        assert found["error"] == case["expect"]
        assert len(found["message"]) > 60, "a message says which margin or level and what to do"
        assert not (results / f"{case['id']}_weights.csv").exists(), "no weights after a refusal"
        return
    folder = shared_path("oracle")
    wanted = expected_of(folder, case)
    assert not differences(case, wanted, found)
    if "weights_file" in wanted:
        mine = weights_in(results / f"{case['id']}_weights.csv")
        assert not weight_differences(case, weights_in(folder / wanted["weights_file"]), mine)
