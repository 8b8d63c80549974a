"""Speed and memory of weighting and estimation beside svy 0.35 and R survey, in one run.

    .venv/bin/python -m tools.stats_speed [--svy PYTHON] [--sizes 1500,100000,1000000] [--big 10000000]

Task: from rows in memory to all results. Rake to 5 margins (26 levels), then 20 binary questions in
every level of the 5 margins (520 means) with linearized errors after raking, grouping included; and
at the first size 500 bootstrap replicates, each raked again. Every program runs in a process of its
own (peak memory is that of the process, data included), one after another, round by round, so that a
busy machine troubles them alike; medians are shown, and processor seconds of all threads, which a busy
machine changes less. Inside a process a first, small run is not timed.

svy lives in an environment of its own:  python -m venv /tmp/svy; /tmp/svy/bin/pip install svy==0.35.*
R:  apt-get install r-base-core r-cran-survey.  A peer that is not there is left out, with a sentence.
Prints Markdown for docs/performance.md.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import numpy as np

HERE = Path(__file__).parent
LEVELS = {"district": 9, "age": 6, "race": 5, "gender": 2, "education": 4}
QUESTIONS = 20
PEOPLE = 560_000
REPLICATES = 500


@dataclass(frozen=True)
class Program:
    """One contender: how to call it, at which sizes, in how many rounds by size."""

    name: str
    command: tuple[str, ...]
    mode: str
    rounds: dict[int, int]


@dataclass(frozen=True)
class Run:
    """Seconds for weights and for estimates, processor seconds (all threads) for both, peak memory of
    the process in GB, 520 errors."""

    weights: float
    estimates: float
    cpu: float
    peak: float
    errors: tuple[float, ...]


def write_rows(folder: Path, n: int) -> None:
    """Seeded columns as raw files, which every program reads in a moment."""
    rng = np.random.default_rng(n)
    columns = {name: rng.integers(1, k + 1, n).astype(np.int32) for name, k in LEVELS.items()}
    adults = rng.integers(1, 5, n)
    base = adults * (PEOPLE / n / 2.5) * (0.7 + 0.06 * columns["district"])
    for at in range(QUESTIONS):
        push = 0.02 * (columns["age"] - 3) - 0.03 * (columns["race"] == 2)
        columns[f"q{at:02d}"] = (rng.random(n) < 0.15 + 0.03 * at + push).astype(np.int32)
    margins = {}
    for name, k in LEVELS.items():
        shares = rng.dirichlet(np.full(k, 20.0))
        margins[name] = (PEOPLE * shares / shares.sum()).tolist()
    for name, values in columns.items():
        values.tofile(folder / name)
    base.tofile(folder / "base")
    (folder / "margins.json").write_text(json.dumps({"n": n, "margins": margins}))
    lines = [
        f"{name} {level + 1} {count:.10f}"
        for name in margins
        for level, count in enumerate(margins[name])
    ]
    (folder / "margins.txt").write_text("\n".join(lines) + "\n")


def measure(program: Program, folder: Path) -> Run | str:
    """Run one process to its end; its peak memory is the kernel's count. Text: why it failed."""
    output = folder / "result.json"
    output.unlink(missing_ok=True)
    command = [*program.command, str(folder), program.mode, str(output)]
    with (folder / "log").open("w") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log, cwd=HERE.parent)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode or not output.exists():
        return (folder / "log").read_text().strip().splitlines()[-1]
    got = json.loads(output.read_text())
    return Run(
        got["weights"], got["estimates"], got["cpu"], usage.ru_maxrss / 1e6, tuple(got["errors"])
    )


def programs(svy: str | None, rscript: str | None) -> list[Program]:
    """The contenders that are on this machine."""
    often = {1_500: 5, 100_000: 3, 1_000_000: 3}
    ours = Program("this project", (sys.executable, "-m", "tools.stats_speed_ours"), "groups", often)
    found = [ours]
    if svy and Path(svy).exists():
        script = (svy, str(HERE / "stats_speed_svy.py"))
        found.append(Program("svy, weights taken as fixed", script, "fixed", often))
        seldom = {1_500: 3, 100_000: 1, 1_000_000: 1}
        found.append(Program("svy, errors after raking", script, "groups", seldom))
    else:
        print("svy is not here: see the head of tools/stats_speed.py.\n")
    if rscript:
        found.append(
            Program(
                "R calibrate",
                (rscript, str(HERE / "stats_speed.R")),
                "groups",
                {1_500: 3, 100_000: 1, 1_000_000: 1},
            )
        )
    else:
        print("R survey is not here: apt-get install r-base-core r-cran-survey.\n")
    return found


def compare(contenders: list[Program], folder: Path, n: int) -> None:
    write_rows(folder, n)
    runs: dict[str, list[Run]] = {p.name: [] for p in contenders}
    for turn in range(max(p.rounds.get(n, 3) for p in contenders)):
        for program in contenders:
            if turn < program.rounds.get(n, 3):
                got = measure(program, folder)
                if isinstance(got, str):
                    print(f"{program.name} at {n:,}: {got}\n", file=sys.stderr)
                else:
                    runs[program.name].append(got)
                    print(
                        f"  {n:,} {program.name}: {got.weights + got.estimates:.3f} s", file=sys.stderr
                    )
    own = runs[contenders[0].name]
    base = statistics.median(r.weights + r.estimates for r in own)
    base_cpu = statistics.median(r.cpu for r in own)
    for name, done in runs.items():
        if not done:
            continue
        weights = statistics.median(r.weights for r in done)
        estimates = statistics.median(r.estimates for r in done)
        both = statistics.median(r.weights + r.estimates for r in done)
        gap = max(abs(a / b - 1) for a, b in zip(done[0].errors, own[0].errors, strict=True))
        cpu = statistics.median(r.cpu for r in done)
        first = name == contenders[0].name
        ratio, cpu_ratio = ("", "") if first else (f"{both / base:.1f}", f"{cpu / base_cpu:.1f}")
        print(
            f"| {n:,} | {name} | {weights:.4f} | {estimates:.3f} | {both:.3f} | {ratio} |"
            f" {cpu:.3f} | {cpu_ratio} |"
            f" {statistics.median(r.peak for r in done):.2f} | {gap:.1e} | {len(done)} |",
            flush=True,
        )


def compare_replicates(contenders: list[Program], folder: Path, n: int, rounds: int) -> None:
    write_rows(folder, n)
    print(
        f"\n{REPLICATES} Rao-Wu bootstrap replicates at n = {n:,}, each raked again, then the errors"
        f" of {QUESTIONS} means for the city:\n"
    )
    print("| program | replicate weights s | errors s | total s | times ours | processor s | runs |")
    print("|---|---:|---:|---:|---:|---:|---:|")
    kept: dict[str, list[Run]] = {}
    chosen = [p for p in contenders if p.mode == "groups" and "R " not in p.name]
    for _ in range(rounds):
        for program in chosen:
            got = measure(Program(program.name, program.command, "replicates", {}), folder)
            if isinstance(got, str):
                print(f"{program.name}: {got}", file=sys.stderr)
            else:
                kept.setdefault(program.name.split(",")[0], []).append(got)
    base = 0.0
    for name, done in kept.items():
        both = statistics.median(r.weights + r.estimates for r in done)
        base = base or both
        print(
            f"| {name} | {statistics.median(r.weights for r in done):.3f} |"
            f" {statistics.median(r.estimates for r in done):.3f} | {both:.3f} | {both / base:.2f} |"
            f" {statistics.median(r.cpu for r in done):.3f} | {len(done)} |",
            flush=True,
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--svy", help="python of the environment that has svy")
    parser.add_argument("--sizes", default="1500,100000,1000000")
    parser.add_argument("--rounds", type=int, help="at most so many runs of each")
    parser.add_argument("--big", type=int, default=10_000_000, help="ours alone; 0 leaves it out")
    given = parser.parse_args()
    contenders = programs(given.svy, shutil.which("Rscript"))
    if given.rounds:
        contenders = [
            replace(p, rounds={n: min(r, given.rounds) for n, r in p.rounds.items()})
            for p in contenders
        ]
    print(f"Measured {date.today()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} before.\n")
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        print(
            "| n | program | weights s | 520 means with errors s | total s | times ours | processor s |"
            " times ours | peak GB |"
            " largest difference of an error from ours | runs |"
        )
        print("|---:|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|", flush=True)
        sizes = [int(size) for size in given.sizes.split(",")]
        for n in sizes:
            compare(contenders, folder, n)
        if given.big:
            compare(contenders[:1], folder, given.big)
        compare_replicates(contenders, folder, sizes[0], given.rounds or 5)
    print(f"\nLoad at the end {os.getloadavg()[0]:.1f}.")


if __name__ == "__main__":
    main()
