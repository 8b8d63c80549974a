"""One timed run of svy on the same rows, started by tools/stats_speed.py with svy's own Python."""

import json
import sys
import time
from pathlib import Path

import numpy as np
import polars as pl
import svy

LEVELS = {"district": 9, "age": 6, "race": 5, "gender": 2, "education": 4}
NAMES = [f"q{at:02d}" for at in range(20)]
TOLERANCE = 1e-9


def read(folder):
    columns = {name: np.fromfile(folder / name, np.int32) for name in (*LEVELS, *NAMES)}
    columns["base"] = np.fromfile(folder / "base", np.float64)
    columns["row"] = np.arange(len(columns["base"]))
    held = json.loads((folder / "margins.json").read_text())["margins"]
    margins = {name: {i + 1: count for i, count in enumerate(held[name])} for name in LEVELS}
    return pl.DataFrame(columns), margins


def groups(rows, margins, fixed):
    start = time.perf_counter()
    sample = svy.Sample(rows, svy.Design(stratum="district", wgt="base"))
    sample = sample.weighting.rake(controls=margins, tol=TOLERANCE)
    weighted = time.perf_counter()
    if fixed:
        sample = svy.Sample(sample.data, svy.Design(stratum="district", wgt="rk_wgt"))
    made = [sample.estimation.mean(NAMES, by=name) for name in LEVELS]
    done = time.perf_counter()
    errors = []
    for name, results in zip(LEVELS, made, strict=True):
        for result in results:
            errors += result.to_polars().sort(name)["se"].to_list()
    return weighted - start, done - weighted, errors


def replicates(rows, margins):
    start = time.perf_counter()
    sample = svy.Sample(rows, svy.Design(stratum="district", wgt="base", psu="row"))
    sample = sample.weighting.create_bs_wgts(500, rstate=5)
    sample = sample.weighting.rake(controls=margins, tol=TOLERANCE)
    weighted = time.perf_counter()
    results = [sample.estimation.mean(name, method="replication") for name in NAMES]
    done = time.perf_counter()
    return weighted - start, done - weighted, [float(r.to_polars()["se"][0]) for r in results]


def main():
    folder, mode, output = Path(sys.argv[1]), sys.argv[2], Path(sys.argv[3])
    rows, margins = read(folder)
    groups(rows.head(1500), margins, mode == "fixed")
    repeats = 5 if len(rows) <= 10_000 and mode != "replicates" else 1
    begun = time.process_time()
    if mode == "replicates":
        times = [replicates(rows, margins)]
    else:
        times = [groups(rows, margins, mode == "fixed") for _ in range(repeats)]
    cpu = (time.process_time() - begun) / repeats
    weights, estimates, errors = sorted(times, key=lambda t: t[0] + t[1])[len(times) // 2]
    told = {"weights": weights, "estimates": estimates, "cpu": cpu, "errors": errors}
    output.write_text(json.dumps(told))


main()
