"""Random designs and weightings, computed by R's survey package and by ours: the largest differences.

    apt-get install r-cran-survey
    .venv/bin/python -m tools.stats_random_cases --cases 200 --seed 7

Every case draws its own size, strata, units, stages, finite populations, lonely units, missing answers,
level names, scale of weights and weighting step. Six statistics for everybody and by age are compared.
"""

from __future__ import annotations

import argparse
import csv
import math
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np

from analysis.errors import AnalysisError
from analysis.plan import run_case
from analysis.plan.sources import Folder

SCRIPT = Path(__file__).with_suffix(".R")
STATS: dict[str, dict[str, Any]] = {
    "mean": {"stat": "mean", "var": "y"},
    "total": {"stat": "total", "var": "y"},
    "share": {"stat": "mean", "var": "b"},
    "ratio": {"stat": "ratio", "num": "y", "den": "x"},
    "logit": {"stat": "ciprop", "var": "b"},
    "median": {"stat": "quantile", "var": "x", "p": [0.5]},
}
STEPS = ("none", "poststratify", "rake", "linear")


def make_case(folder: Path, number: int, dice: np.random.Generator) -> dict[str, Any]:
    """Write data and margins of one random case; returns its row of cases.csv."""
    strata = int(dice.integers(0, 2))
    stages = int(dice.integers(0, 3))
    heights = int(dice.integers(1, 6)) if strata else 1
    rows: list[list[Any]] = []
    ages = [f"{dice.choice(['under', '1', 'Z z', 'é'])} {k}" for k in range(int(dice.integers(2, 5)))]
    sexes = ["0", "1"] if dice.random() < 0.5 else ["f", "m"]
    scale = 10 ** dice.uniform(-2, 4)
    lonely_stratum = strata and heights > 1 and stages and dice.random() < 0.3
    for h in range(heights):
        units = 1 if lonely_stratum and h == 0 else int(dice.integers(2, 9))
        units = units if stages else int(dice.integers(15, 80))
        for c in range(units):
            seconds = int(dice.integers(2, 5)) if stages == 2 else 1
            effect = dice.normal(0, 0.7)
            for c2 in range(seconds):
                for _ in range(int(dice.integers(3, 14)) if stages else 1):
                    w = scale * dice.uniform(0.3, 3)
                    y = "" if dice.random() < 0.08 else int(np.clip(3 + effect + dice.normal(), 1, 5))
                    b = "" if dice.random() < 0.08 else int(dice.random() < 0.35 + 0.1 * effect)
                    x = "" if dice.random() < 0.05 else round(math.exp(dice.normal(2, 0.8)), 3)
                    rows.append(
                        [
                            w,
                            f"s{h}",
                            c,
                            c2,
                            units * 3 + h,
                            seconds * 2,
                            dice.choice(ages),
                            dice.choice(sexes),
                            y,
                            b,
                            x,
                        ]
                    )
    for at, row in enumerate(rows[: 2 * len(ages)]):  # every cell of age by sex has somebody
        row[6], row[7] = ages[at % len(ages)], sexes[at // len(ages)]
    order = dice.permutation(len(rows))
    with (folder / f"{number:03}.csv").open("w", newline="", encoding="utf-8") as stream:
        out = csv.writer(stream)
        out.writerow(["w", "h", "c1", "c2", "N1", "N2", "age", "sex", "y", "b", "x"])
        out.writerows([rows[at] for at in order])
    truth = [row[0] * dice.uniform(0.7, 1.5) for row in rows]
    margins = []
    for name, place, levels in (("age", 6, ages), ("sex", 7, sexes)):
        counts = [
            (level, sum(t for t, r in zip(truth, rows, strict=True) if r[place] == level))
            for level in levels
        ]
        margins += [[name, level, count] for level, count in counts]
        with (folder / f"{number:03}_{name}.csv").open("w", newline="", encoding="utf-8") as stream:
            csv.writer(stream).writerows([[name, "count"], *counts])
    with (folder / f"{number:03}_margins.csv").open("w", newline="", encoding="utf-8") as stream:
        csv.writer(stream).writerows([["var", "level", "count"], *margins])
    return {
        "case": number,
        "strata": strata,
        "stages": stages,
        "fpc": int(dice.random() < 0.4) if stages or strata else 0,
        "lonely": str(dice.choice(["adjust", "average", "remove"])),
        "step": str(dice.choice(STEPS)),
        "ages": ages,
    }


def plan_of(case: dict[str, Any]) -> dict[str, Any]:
    """The same case in the plan language."""
    name = f"{case['case']:03}"
    margins = {v: {"vars": [v], "table": f"{name}_{v}.csv"} for v in ("age", "sex")}
    terms = [{"type": "categorical", **margins[v]} for v in ("age", "sex")]
    steps: dict[str, list[dict[str, Any]]] = {
        "none": [],
        "poststratify": [{"step": "poststratify", **margins["age"]}],
        "rake": [{"step": "rake", "margins": list(margins.values())}],
        "linear": [{"step": "calibrate", "terms": terms, "distance": "linear"}],
    }
    psu = ["c1", "c2"][: case["stages"]]
    requests = [
        {"name": f"{stat} {part}", **ask}
        | ({} if part == "all" else {"domain": [{"var": "age", "in": [part]}]})
        for part in ["all", *case["ages"]]
        for stat, ask in STATS.items()
    ]
    return {
        "id": f"case_{name}",
        "kind": "estimate",
        "data": f"{name}.csv",
        "design": {
            "weights": "w",
            "strata": "h" if case["strata"] else None,
            "psu": psu or None,
            "fpc": ["N1", "N2"][: max(1, case["stages"])] if case["fpc"] else None,
            "lonely_psu": case["lonely"],
        },
        "weighting": steps[case["step"]],
        "requests": requests,
    }


def ours(case: dict[str, Any], folder: Path) -> dict[str, tuple[float, float]]:
    """Estimate and error (for `logit` and `median` the two limits) by name of the request."""
    source = Folder(folder)
    plan = plan_of(case)
    names = [plan["data"], *(f"{case['case']:03}_{v}.csv" for v in ("age", "sex"))]
    tables = {n: {c: source.table(n).raw(c) for c in source.table(n).names} for n in names}
    found: dict[str, tuple[float, float]] = {}
    for row in run_case(plan, tables).result["results"]:
        stat = row["name"].split()[0]
        if stat == "logit":
            pair = row.get("ci", {}).get("logit")
        elif stat == "median" and row["estimate"] is not None:
            pair = [row["ci_low"][0], row["ci_high"][0]]
        else:
            pair = [row["estimate"], row["se"]]
        if pair and None not in pair:
            found[row["name"]] = (float(pair[0]), float(pair[1]))
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--cases", type=int, default=200)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--worst", type=int, default=0, help="also list so many of the differences")
    asked = parser.parse_args()
    if shutil.which("Rscript") is None:
        print("Rscript is not installed (apt-get install r-cran-survey); nothing was compared.")
        return 2
    dice = np.random.default_rng(asked.seed)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        cases = [make_case(folder, at, dice) for at in range(asked.cases)]
        with (folder / "cases.csv").open("w", newline="", encoding="utf-8") as stream:
            out = csv.DictWriter(stream, list(cases[0]), extrasaction="ignore")
            out.writeheader()
            out.writerows(cases)
        subprocess.run(["Rscript", str(SCRIPT), name], check=True)
        with (folder / "r.csv").open(encoding="utf-8", newline="") as stream:
            theirs = list(csv.DictReader(stream))
        refused = 0
        mine: dict[int, dict[str, tuple[float, float]]] = {}
        for case in cases:
            try:
                mine[case["case"]] = ours(case, folder)
            except AnalysisError as refusal:
                refused += 1
                print(f"refused: {case}: {refusal.message}")
    largest: dict[str, list[tuple[float, str]]] = {}
    unknown = one_sided = 0
    for row in theirs:
        got = mine.get(int(row["case"]), {}).get(row["name"])
        none = bool({row["estimate"], row["se"]} & {"NA", "NaN"})
        if got is None or none:
            unknown += 1
            one_sided += none != (got is None)
            if none != (got is None) and asked.worst:
                print("one side only:", row, got)
            continue
        stat = row["name"].split()[0]
        for place, text in enumerate((row["estimate"], row["se"])):
            want = float(text)
            size = max(abs(want), 1e-9 * abs(float(row["estimate"])), 1e-300)
            gap = abs(got[place] - want) / size
            ends = (".low", ".high") if stat in ("logit", "median") else ("", ".se")
            label = stat + ends[place]
            spec = {k: v for k, v in cases[int(row["case"])].items() if k != "ages"}
            largest.setdefault(label, []).append((gap, f"{row['name']}: {got[place]} R {want} {spec}"))
    print(
        f"{asked.cases} cases (seed {asked.seed}), {refused} refused, {unknown} figures without a value"
        f" on both sides, {one_sided} of them with a value on one side only"
    )
    print("| figure | compared | largest relative difference | above 1e-6 |\n|---|---|---|---|")
    for label, gaps in largest.items():
        gaps.sort(reverse=True)
        above = sum(gap > 1e-6 for gap, _ in gaps)
        print(f"| {label} | {len(gaps)} | {gaps[0][0]:.1e} | {above} |")
        for gap, told in gaps[: asked.worst]:
            print("   ", f"{gap:.2e}", told)
    return 0


if __name__ == "__main__":
    sys.exit(main())
