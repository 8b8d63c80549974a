"""Does the corrected interval hold what it promises? Simulation on the Boston comments.

    python tools/themes_coverage.py [REPEATS]

For every category, the rarest included: codes drawn with `draw` (random: one stratum; stratified: by
way of travelling with at least 15 each, so inclusion probabilities differ), 100 and 300 of them, a good
tagger (the out-of-fold tags of themes_benchmark.py, words only) and a deliberately bad one (the tags of
another category and one comment in ten at random). Truth is the share of the category among all
comments. Seeds are fixed; each design is a process of its own and kept in build/themes_coverage.
Prints Markdown for docs/methods/themes.md.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

import numpy as np
from sklearn.model_selection import KFold
from themes_benchmark import path, run
from themes_corpora import ROOT, boston

from analysis.themes.corrected import corrected_share
from analysis.themes.draw import draw
from analysis.themes.prediction_powered import powered_mean

MINIMUM = 15
KEPT = ROOT / "build" / "themes_coverage"


def taggers(texts: list[str], truth: dict[str, np.ndarray]) -> dict[str, dict[str, np.ndarray]]:
    """The good tagger's out-of-fold tags, from themes_benchmark.py's kept folds, and the bad one's."""
    names = list(truth)
    good = {name: np.zeros(len(texts), dtype=bool) for name in names}
    for fold, (_, outside) in enumerate(KFold(5, shuffle=True, random_state=1).split(texts), start=1):
        kept = path("boston", "words", str(fold))
        if not kept.exists():
            run("boston", "words", str(fold))
        with np.load(kept) as file:
            for column, name in enumerate(names):
                good[name][outside] = file["tags"][:, column].astype(bool)
    random = np.random.default_rng(7)
    bad = {
        name: good[names[(place + 1) % len(names)]] | (random.random(len(texts)) < 0.1)
        for place, name in enumerate(names)
    }
    return {"good": good, "bad": bad}


def simulate(design: str, codes: int, repeats: int) -> None:
    """One design and number of codes: hits and widths of every tagger and category, into a file."""
    data = boston()
    names = sorted({next(iter(one)) for one in data.labels})
    truth = {name: np.array([name in one for one in data.labels]) for name in names}
    ids = [str(place) for place in range(len(data.texts))]
    machines = taggers(data.texts, truth)
    groups = ["all"] * len(ids) if design == "random" else data.strata
    hit: dict[str, list[bool]] = defaultdict(list)
    width: dict[str, list[float]] = defaultdict(list)

    def note(kind: str, name: str, low: float, high: float) -> None:
        hit[f"{kind}|{name}"].append(bool(low <= truth[name].mean() <= high))
        width[f"{kind}|{name}"].append(high - low)

    for seed in range(repeats):
        if seed % 100 == 0:
            print(f"{design}, {codes} codes: {seed} of {repeats}", file=sys.stderr, flush=True)
        drawn = draw(ids, groups, codes, seed=1000 + 2 * seed, minimum=MINIMUM).comments
        place = np.array([one.place for one in drawn])
        pi = np.array([one.probability for one in drawn])
        for kind, tags in machines.items():
            for name in names:
                y, f = truth[name][place], tags[name]
                one = corrected_share(f, place, y, pi, alpha=1.0)
                note(kind, name, one.low, one.high)
                note("codes alone", name, one.codes_only_low, one.codes_only_high)
                if design == "random":
                    rest = np.delete(f, place).astype(float)
                    plain = powered_mean(y.astype(float), f[place].astype(float), rest)
                    note(f"plain PPI++, {kind}", name, plain.low, plain.high)
    KEPT.mkdir(parents=True, exist_ok=True)
    found = {key: [float(np.mean(hit[key])), float(np.mean(width[key]))] for key in hit}
    kept(design, codes, repeats).write_text(json.dumps(found), encoding="utf-8")


def kept(design: str, codes: int, repeats: int) -> Path:
    return KEPT / f"{design}-{codes}-{repeats}.json"


def main() -> None:
    if "--part" in sys.argv:
        design, codes, count = sys.argv[2:5]
        simulate(design, int(codes), int(count))
        return
    repeats = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    data = boston()
    names = sorted({next(iter(one)) for one in data.labels})
    truth = {name: np.array([name in one for one in data.labels]) for name in names}
    rarest = min(names, key=lambda name: truth[name].mean())
    print("| draw | codes | tagger | coverage, mean | lowest | highest | rarest | width, points |")
    print("|---|---|---|---|---|---|---|---|")
    for design in ("random", "stratified"):
        for codes in (100, 300):
            if not kept(design, codes, repeats).exists():
                command = [sys.executable, __file__, "--part", design, str(codes), str(repeats)]
                subprocess.run(command, check=True)
            found = json.loads(kept(design, codes, repeats).read_text(encoding="utf-8"))
            for kind in dict.fromkeys(key.split("|")[0] for key in found):
                covers = {name: found[f"{kind}|{name}"][0] for name in names}
                wide = float(np.mean([found[f"{kind}|{name}"][1] for name in names]))
                print(
                    f"| {design} | {codes} | {kind} | {np.mean(list(covers.values())):.3f} "
                    f"| {min(covers.values()):.3f} | {max(covers.values()):.3f} "
                    f"| {covers[rarest]:.3f} | {100 * wide:.1f} |",
                    flush=True,
                )
    ids = data.texts
    machines = taggers(data.texts, truth)
    print("\n| category | true share | machine, good | machine, bad | coverage of the naive interval |")
    print("|---|---|---|---|---|")
    for name in sorted(names, key=lambda one: -truth[one].mean()):
        real = truth[name].mean()
        naive = [machines[kind][name].mean() for kind in ("good", "bad")]
        reach = [1.96 * np.sqrt(one * (1 - one) / len(ids)) for one in naive]
        held = [
            "holds" if abs(one - real) <= far else "misses"
            for one, far in zip(naive, reach, strict=True)
        ]
        print(
            f"| {name} | {100 * real:.1f}% | {100 * naive[0]:.1f}% | {100 * naive[1]:.1f}% "
            f"| good {held[0]}, bad {held[1]} |"
        )


if __name__ == "__main__":
    main()
