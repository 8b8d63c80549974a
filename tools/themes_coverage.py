"""Does the corrected interval hold what it promises? Simulation on the Boston comments.

    python tools/themes_coverage.py [REPEATS]

For every category, the rarest included: codes drawn with `draw` (random: one stratum; stratified: by
way of travelling with at least 15 each, so inclusion probabilities differ), 100 and 300 of them, a good
tagger (out-of-fold tags of the supervised tagger, words only) and a deliberately bad one (the tags of
another category and one comment in ten at random). Truth is the share of the category among all
comments. Seeds are fixed. Prints Markdown for docs/methods/themes.md.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from datetime import date

import numpy as np
from sklearn.model_selection import KFold
from themes_corpora import boston

from analysis.themes.corrected import corrected_share
from analysis.themes.draw import draw
from analysis.themes.model import train
from analysis.themes.prediction_powered import powered_mean

MINIMUM = 15


def taggers(texts: list[str], truth: dict[str, np.ndarray]) -> dict[str, dict[str, np.ndarray]]:
    names = list(truth)
    labels = [next(name for name in names if truth[name][row]) for row in range(len(texts))]
    good = {name: np.zeros(len(texts), dtype=bool) for name in names}
    for inside, outside in KFold(5, shuffle=True, random_state=1).split(texts):
        model = train(
            [(texts[row], "en") for row in inside],
            [[frozenset({labels[row]})] for row in inside],
            day=date(2026, 11, 24),
            exclusive=True,
            use=None,
            penalties=(3.0,),
        )
        chosen = model.chosen(model.probabilities([(texts[row], "en") for row in outside]))
        for column, code in enumerate(model.codes):
            good[code][outside] = chosen[:, column]
    random = np.random.default_rng(7)
    bad = {
        name: good[names[(place + 1) % len(names)]] | (random.random(len(texts)) < 0.1)
        for place, name in enumerate(names)
    }
    return {"good": good, "bad": bad}


def main() -> None:
    repeats = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    data = boston()
    names = sorted({next(iter(one)) for one in data.labels})
    truth = {name: np.array([name in one for one in data.labels]) for name in names}
    ids = [str(place) for place in range(len(data.texts))]
    machines = taggers(data.texts, truth)
    hit: dict[tuple[str, ...], list[bool]] = defaultdict(list)
    width: dict[tuple[str, ...], list[float]] = defaultdict(list)
    strata = {"random": ["all"] * len(ids), "stratified": data.strata}
    for design, groups in strata.items():
        for codes in (100, 300):
            for seed in range(repeats):
                drawn = draw(ids, groups, codes, seed=1000 + 2 * seed, minimum=MINIMUM).comments
                place = np.array([one.place for one in drawn])
                pi = np.array([one.probability for one in drawn])
                for kind, tags in machines.items():
                    for name in names:
                        y, f, real = truth[name][place], tags[name], truth[name].mean()
                        one = corrected_share(f, place, y, pi, alpha=1.0)
                        key = (design, str(codes), kind, name)
                        hit[key].append(one.low <= real <= one.high)
                        width[key].append(one.high - one.low)
                        alone = (design, str(codes), "codes alone", name)
                        hit[alone].append(one.codes_only_low <= real <= one.codes_only_high)
                        width[alone].append(one.codes_only_high - one.codes_only_low)
                        if design == "random":
                            rest = np.delete(f, place).astype(float)
                            plain = powered_mean(y.astype(float), f[place].astype(float), rest)
                            key = (design, str(codes), f"plain PPI++, {kind}", name)
                            hit[key].append(plain.low <= real <= plain.high)
                            width[key].append(plain.high - plain.low)
    print("| draw | codes | tagger | coverage, mean | lowest | highest | rarest | width, points |")
    print("|---|---|---|---|---|---|---|---|")
    rarest = min(names, key=lambda name: truth[name].mean())
    for design, codes, kind in dict.fromkeys(key[:3] for key in hit):
        covers = {name: float(np.mean(hit[design, codes, kind, name])) for name in names}
        wide = float(np.mean([np.mean(width[design, codes, kind, name]) for name in names]))
        print(
            f"| {design} | {codes} | {kind} | {np.mean(list(covers.values())):.3f} "
            f"| {min(covers.values()):.3f} | {max(covers.values()):.3f} "
            f"| {covers[rarest]:.3f} | {100 * wide:.1f} |"
        )
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
