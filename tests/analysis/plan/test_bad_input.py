"""Input that is wrong is named: file, row, column or key; the other cases go on."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from analysis.__main__ import main

DATA = "w,age,trust\n1.5,young,1\n2,old,0\n1,old,1\n3,young,0\n"
MARGIN = "age,count\nyoung,100\nold,200\n"
RAKE = [{"step": "rake", "margins": [{"vars": ["age"], "table": "age.csv"}]}]


def case(**changed: Any) -> dict[str, Any]:
    return {
        "id": "trust",
        "kind": "estimate",
        "data": "rows.csv",
        "design": {"weights": "w"},
        "weighting": RAKE,
        "requests": [{"name": "trust", "stat": "mean", "var": "trust"}],
        **changed,
    }


def run(
    folder: Path, cases: list[dict[str, Any]], data: str = DATA
) -> tuple[int, list[dict[str, Any]]]:
    """Exit code and what was written for each case, a good case last."""
    (folder / "rows.csv").write_text(data, encoding="utf-8")
    (folder / "good.csv").write_text(DATA, encoding="utf-8")
    (folder / "age.csv").write_text(MARGIN, encoding="utf-8")
    plan = folder / "plan.json"
    plan.write_text(json.dumps({"cases": [*cases, case(id="good", data="good.csv")]}), encoding="utf-8")
    code = main(["run", str(plan), "--out", str(folder / "out")])
    names = [one["id"] for one in cases] + ["good"]
    written = [folder / "out" / f"{name}.json" for name in names]
    return code, [json.loads(path.read_text()) if path.exists() else {} for path in written]


@pytest.mark.parametrize(
    ("data", "wanted"),
    [
        (DATA.replace("1.5", "heavy"), ["rows.csv", "row 1", "'w'", "heavy"]),
        (DATA.replace("2,old,0", "2,old"), ["rows.csv", "row 2"]),
        (DATA.replace("w,age,trust", "w,age,age"), ["rows.csv", "age"]),
        (DATA.replace("w,age,trust", "weight,age,trust"), ["rows.csv", "'w'"]),
        (DATA.replace("3,young,0", "-3,young,0"), ["rows.csv", "row 4", "-3"]),
        (DATA.replace("young,1", "child,1"), ["age", "child"]),
        ("", ["rows.csv", "empty"]),
    ],
)
def test_a_wrong_data_file_is_named_and_the_run_goes_on(
    tmp_path: Path, data: str, wanted: list[str]
) -> None:
    code, (bad, good) = run(tmp_path, [case()], data)
    assert code == 1
    assert {"id", "error", "message"} <= bad.keys()
    for text in wanted:
        assert text in bad["message"], bad["message"]
    assert good["results"][0]["estimate"] == pytest.approx((100 * 1.5 / 4.5 + 200 * 1 / 3) / 300)


@pytest.mark.parametrize(
    ("changed", "wanted"),
    [
        ({"kind": "guess"}, ["guess", "estimate"]),
        ({"data": "none.csv"}, ["none.csv"]),
        ({"weighting": [{"step": "rack", "margins": []}]}, ["rack", "rake"]),
        ({"requests": [{"name": "x", "stat": "mode", "var": "trust"}]}, ["mode", "mean"]),
        ({"requests": [{"name": "x", "stat": "mean", "var": "trusst"}]}, ["trusst", "trust"]),
        ({"design": {"weight": "w"}}, ["weight", "weights"]),
    ],
)
def test_a_wrong_case_says_what_is_known(
    tmp_path: Path, changed: dict[str, Any], wanted: list[str]
) -> None:
    code, (bad, good) = run(tmp_path, [case(**changed)])
    assert code == 1
    for text in wanted:
        assert text in bad["message"], bad["message"]
    assert good["id"] == "good"
    assert "results" in good


@pytest.mark.parametrize("text", ["{", '{"case": []}', "[]"])
def test_a_plan_that_cannot_be_read_stops_with_a_sentence(
    tmp_path: Path, text: str, capsys: pytest.CaptureFixture[str]
) -> None:
    plan = tmp_path / "plan.json"
    plan.write_text(text, encoding="utf-8")
    assert main(["run", str(plan), "--out", str(tmp_path / "out")]) == 2
    assert "plan.json" in capsys.readouterr().err
    assert not list((tmp_path / "out").glob("*.json")) if (tmp_path / "out").exists() else True


def test_a_name_never_leads_out_of_the_folder(tmp_path: Path) -> None:
    plan = tmp_path / "plan.json"
    plan.write_text(json.dumps({"cases": [case(id="../escaped")]}), encoding="utf-8")
    (tmp_path / "rows.csv").write_text(DATA, encoding="utf-8")
    (tmp_path / "age.csv").write_text(MARGIN, encoding="utf-8")
    assert main(["run", str(plan), "--out", str(tmp_path / "out")]) != 0
    assert not (tmp_path / "escaped.json").exists()
