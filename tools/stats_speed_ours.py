"""One timed run of this project's weighting and estimation, started by tools/stats_speed.py."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np

from analysis.design import DesignSpec
from analysis.grouped import means_by
from analysis.margins import Margin, margin_of
from analysis.variance.replicates import bootstrap
from analysis.weighting.steps import Rake, weigh
from tools.stats_speed import LEVELS, QUESTIONS, REPLICATES

NAMES = [f"q{at:02d}" for at in range(QUESTIONS)]
DESIGN = DesignSpec("base", "district")
Rows = dict[str, np.ndarray[Any, Any]]


def read(folder: Path) -> tuple[Rows, tuple[Margin, ...]]:
    rows: Rows = {name: np.fromfile(folder / name, np.int32) for name in (*LEVELS, *NAMES)}
    rows["base"] = np.fromfile(folder / "base", np.float64)
    held = json.loads((folder / "margins.json").read_text())["margins"]
    margins = (margin_of({str(i + 1): c for i, c in enumerate(held[name])}, name) for name in LEVELS)
    return rows, tuple(margins)


def groups(rows: Rows, margins: tuple[Margin, ...]) -> tuple[float, float, list[float]]:
    start = time.perf_counter()
    sample = weigh(rows, DESIGN, [Rake(margins)])
    weighted = time.perf_counter()
    results = means_by(sample, NAMES, list(LEVELS))
    done = time.perf_counter()
    errors = [float(e) for result in results for e in result.se.ravel()]
    return weighted - start, done - weighted, errors


def replicates(rows: Rows, margins: tuple[Margin, ...]) -> tuple[float, float, list[float]]:
    start = time.perf_counter()
    sample = weigh(rows, DESIGN, [Rake(margins)])
    made = bootstrap(sample, [Rake(margins)], REPLICATES, np.random.default_rng(5))
    weighted = time.perf_counter()
    errors = []
    for name in NAMES:
        estimate, replicated = made.means(sample.table.numbers(name))
        errors.append(made.error(estimate, replicated))
    return weighted - start, time.perf_counter() - weighted, errors


def main() -> None:
    folder, mode, output = Path(sys.argv[1]), sys.argv[2], Path(sys.argv[3])
    rows, margins = read(folder)
    n = len(rows["base"])
    first = {name: values[:1500] for name, values in rows.items()}
    groups(first, margins)
    task = replicates if mode == "replicates" else groups
    repeats = 5 if n <= 10_000 and mode == "groups" else 1
    begun = time.process_time()
    times = [task(rows, margins) for _ in range(repeats)]
    cpu = (time.process_time() - begun) / repeats
    weights, estimates, errors = sorted(times, key=lambda t: t[0] + t[1])[len(times) // 2]
    told = {"weights": weights, "estimates": estimates, "cpu": cpu, "errors": errors}
    output.write_text(json.dumps(told))


if __name__ == "__main__":
    main()
