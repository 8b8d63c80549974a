"""Coverage of the published interval, and the size of the test of change, by simulation.

    nice .venv/bin/python -m tools.stats_coverage [--samples 10000] [--only stratified] [--keep DIR]
    .venv/bin/python -m tools.stats_coverage --read DIR      # the tables again from what was kept

Samples are drawn from a simulated city (tools/stats_city.py), weighted and estimated by the code that
makes the report (`weigh`, `means_by`, `share_limits`): base weight = inverse chance of the home times
adults, raking to district, race, age by gender and schooling, linearized errors, Korn-Graubard limits
with the effective size capped at n. Two designs: homes drawn in nine districts; blocks drawn in the
districts and homes in the blocks. People answer or not by district, race, age and schooling, so that
raking has work to do; n is the number of answers aimed at. Prints Markdown for
docs/methods/coverage.md; progress goes to the terminal.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import numpy.typing as npt
from scipy import special, stats

from analysis.design import DesignSpec
from analysis.errors import AnalysisError
from analysis.grouped import means_by
from analysis.intervals import korn_graubard_limits
from analysis.variance.linearize import covariance
from analysis.weighting.steps import Rake, Sample, weigh
from tools.stats_city import Drawer, simulated_city

Floats = npt.NDArray[np.float64]
SEED = 20261124
SHARES = (0.02, 0.05, 0.10, 0.30, 0.50, 0.70, 0.90, 0.95, 0.98)
SIZES = (300, 600, 1500, 5000)
TAKE = {300: 10, 600: 10, 1500: 15, 5000: 25}
DESIGNS = ("stratified", "clustered")
GROUPS = ("district", "race")
MARGINS = ("district", "race", "age_gender", "education")
ALTERNATIVES = ("Korn-Graubard, not capped", "logit", "Wilson, n_eff", "plain (Wald)")


@dataclass(frozen=True)
class Kept:
    """What the samples of one design and size gave. p, se, n, df: (samples, questions, groups), the
    first group being the city; truth: (questions, groups); refused: samples that could not be raked
    and were drawn again."""

    design: str
    size: int
    p: Floats
    se: Floats
    n: Floats
    df: Floats
    truth: Floats
    refused: int


def simulate(design: str, size: int, samples: int, groups: tuple[str, ...] = GROUPS) -> Kept:
    city = simulated_city(SEED)
    drawer = Drawer(city)
    answers = np.stack([city.opinion > city.cut(share) for share in SHARES], axis=1).astype(np.int8)
    truth = _truth(answers, city.traits, groups)
    spec = DesignSpec("base", "district", ("block",) if design == "clustered" else ())
    rng = np.random.default_rng([SEED, size, DESIGNS.index(design)])
    shape = (samples, *truth.shape)
    held: dict[str, Floats] = {name: np.empty(shape, np.float32) for name in ("p", "se", "n", "df")}
    margins = city.margins()
    refused, done, start = 0, 0, time.monotonic()
    while done < samples:
        if design == "clustered":
            people, base, block = drawer.clustered(rng, size, TAKE[size])
        else:
            people, base, block = drawer.stratified(rng, size)
        rows = {name: city.traits[name][people] for name in MARGINS}
        rows |= {"base": base, "block": block}
        rows |= {f"q{at}": answers[people, at] for at in range(len(SHARES))}
        try:
            sample = weigh(rows, spec, [Rake(margins)])
            _keep_city(held, done, sample, answers[people])
            _keep_groups(held, done, sample, groups)
        except AnalysisError:
            refused += 1
            continue
        done += 1
        if done % 500 == 0:
            rest = (time.monotonic() - start) / done * (samples - done)
            print(f"\r{design} {size}: {done:,}, {rest:,.0f} s left   ", end="", file=sys.stderr)
    print(file=sys.stderr)
    return Kept(design, size, held["p"], held["se"], held["n"], held["df"], truth, refused)


def _keep_city(held: dict[str, Floats], at: int, sample: Sample, answers: npt.NDArray[np.int8]) -> None:
    """All questions at once: the linearized scores of `estimates.mean`."""
    weight = sample.weights.sum()
    share = sample.weights @ answers / weight
    held["p"][at, :, 0] = share
    variance = np.diag(covariance(sample, (answers - share) / weight))
    held["se"][at, :, 0] = np.sqrt(np.maximum(variance, 0))
    held["n"][at, :, 0], held["df"][at, :, 0] = sample.n, sample.design.degrees_of_freedom()


def _keep_groups(held: dict[str, Floats], at: int, sample: Sample, groups: tuple[str, ...]) -> None:
    offset = 1
    for result in means_by(sample, [f"q{q}" for q in range(len(SHARES))], groups):
        span = slice(offset, offset + len(result.levels))
        offset += len(result.levels)
        held["p"][at, :, span], held["se"][at, :, span] = result.estimate, result.se
        held["n"][at, :, span], held["df"][at, :, span] = result.n, result.df


def _truth(
    answers: npt.NDArray[np.int8], traits: dict[str, npt.NDArray[np.int64]], groups: tuple[str, ...]
) -> Floats:
    columns = [answers.mean(axis=0)]
    for name in groups:
        people = np.bincount(traits[name])
        sums = [np.bincount(traits[name], answers[:, q]) / people for q in range(len(SHARES))]
        columns.extend(np.array(sums).T)
    return np.array(columns).T


def limits(kept: Kept, method: str, group: slice) -> tuple[Floats, Floats]:
    """Lower and upper limits by one of the alternatives; NaN where the method has none."""
    p, se, n, df = (values[:, :, group].astype(float) for values in (kept.p, kept.se, kept.n, kept.df))
    regular = (p > 0) & (p < 1) & (se > 0) & (df > 0)
    p, se, df = (np.where(regular, values, np.nan) for values in (p, se, df))
    t = special.stdtrit(df, 0.975)
    if method == "plain (Wald)":
        return p - t * se, p + t * se
    if method == "logit":
        half = t * se / (p * (1 - p))
        return special.expit(special.logit(p) - half), special.expit(special.logit(p) + half)
    size = p * (1 - p) / se**2
    if method == "Wilson, n_eff":
        centre = (p + t**2 / (2 * size)) / (1 + t**2 / size)
        half = t / (1 + t**2 / size) * np.sqrt(p * (1 - p) / size + t**2 / (4 * size**2))
        return centre - half, centre + half
    size = size * (special.stdtrit(n - 1, 0.025) / special.stdtrit(df, 0.025)) ** 2
    low = special.betaincinv(size * p, size * (1 - p) + 1, 0.025)
    return low, special.betaincinv(size * p + 1, size * (1 - p), 0.975)


def published(kept: Kept, group: slice) -> tuple[Floats, Floats]:
    """The limits the report publishes."""
    cut = (values[:, :, group].astype(float) for values in (kept.p, kept.se, kept.n, kept.df))
    return korn_graubard_limits(*cut)


def may_show(kept: Kept, group: slice) -> npt.NDArray[np.bool_]:
    """The City's rule for each estimate: as `analysis.suppression.city_decision`, for arrays."""
    p, se, n, df = (values[:, :, group].astype(float) for values in (kept.p, kept.se, kept.n, kept.df))
    low, high = korn_graubard_limits(p, se, n, df)
    with np.errstate(invalid="ignore", divide="ignore"):
        ratio = special.stdtrit(n - 1, 0.025) / special.stdtrit(df, 0.025)
        size = np.where((p > 0) & (p < 1) & (se > 0), p * (1 - p) / se**2 * ratio**2, n)
        size = np.minimum(size, n)
        width = high - low
        relative = np.where(p > 0, width / p, np.inf)
    return (n >= 30) & (df > 0) & (size >= 50) & (width < 0.30) & ((width <= 0.05) | (relative <= 1.3))


def city_rows(kept: Kept) -> list[str]:
    """One line a prevalence: coverage and mean width for the city, beside the alternatives."""
    whole = slice(0, 1)
    low, high = (limit[:, :, 0] for limit in published(kept, whole))
    truth = kept.truth[:, 0]
    inside = (low <= truth) & (truth <= high)
    shown = may_show(kept, whole)[:, :, 0]
    others = [[limit[:, :, 0] for limit in limits(kept, name, whole)] for name in ALTERNATIVES]
    lines = []
    samples = len(inside)
    for q, share in enumerate(SHARES):
        aim = 0.94 if 0.10 <= share <= 0.90 else 0.93
        got = float(inside[:, q].mean())
        error = np.sqrt(aim * (1 - aim) / samples)
        verdict = "yes" if got >= aim else ("within 3 errors" if got >= aim - 3 * error else "**no**")
        ratio = float(np.sqrt((kept.se[:, q, 0].astype(float) ** 2).mean()) / kept.p[:, q, 0].std())
        cells = [
            f"{kept.design} {kept.size:,}",
            f"{100 * share:.0f}%",
            f"{100 * got:.2f}",
            f"{100 * inside[shown[:, q], q].mean():.2f} ({100 * shown[:, q].mean():.0f})"
            if shown[:, q].any()
            else "- (0)",
            f"{100 * (truth[q] < low[:, q]).mean():.1f} / {100 * (truth[q] > high[:, q]).mean():.1f}",
            verdict,
            f"{ratio:.3f}",
            f"{100 * (high[:, q] - low[:, q]).mean():.2f}",
        ]
        for a_low, a_high in others:
            covered = 100 * ((a_low[:, q] <= truth[q]) & (truth[q] <= a_high[:, q])).mean()
            cells.append(f"{covered:.1f}; {100 * np.nanmean(a_high[:, q] - a_low[:, q]):.2f}")
        lines.append("| " + " | ".join(cells) + " |")
    return lines


def group_rows(kept: Kept) -> list[str]:
    """Districts and race groups together, before and after the City's rule on what is shown."""
    groups = slice(1, None)
    low, high = published(kept, groups)
    truth = kept.truth[:, 1:]
    inside = (low <= truth) & (truth <= high)
    there = kept.n[:, :, groups] > 0
    shown = may_show(kept, groups)
    lines = []
    for label, part in (
        ("10-90%", (truth >= 0.1) & (truth <= 0.9)),
        ("beyond", (truth < 0.1) | (truth > 0.9)),
    ):
        every, public = there & part, shown & part
        cells = [f"{kept.design} {kept.size:,}", label, f"{100 * inside[every].mean():.2f}"]
        worst = min(
            inside[:, q, g][shown[:, q, g]].mean()
            for q, g in np.argwhere(part)
            if shown[:, q, g].mean() > 0.5
        ) if (shown & part).mean(axis=0)[part].max(initial=0) > 0.5 else np.nan  # fmt: skip
        cells += [
            f"{100 * public.sum() / max(every.sum(), 1):.0f}",
            f"{100 * inside[public].mean():.2f}" if public.any() else "-",
            "-" if np.isnan(worst) else f"{100 * worst:.2f}",
        ]
        lines.append("| " + " | ".join(cells) + " |")
    return lines


def change_rows(kept: Kept) -> list[str]:
    """Share of true nulls rejected at 5%: each sample against the next, as two independent waves."""
    p, se, df = (values[:, :, 0].astype(float) for values in (kept.p, kept.se, kept.df))
    before = [np.roll(values, 1, axis=0) for values in (p, se, df)]
    error = np.hypot(se, before[1])
    # Every margin but the first says the total again.
    constraints = (
        sum(len(margin.levels) for margin in simulated_city(SEED).margins()) - len(MARGINS) + 1
    )
    factor = np.sqrt(kept.size / (kept.size - constraints))
    lines = []
    for name, errors, dof in (
        ("as published", error * factor, np.minimum(df, before[2])),
        ("errors and degrees of freedom added", error, df + before[2]),
    ):
        with np.errstate(invalid="ignore", divide="ignore"):
            t = np.where(errors > 0, (p - before[0]) / errors, 0.0)
        rejected = 2 * stats.t.sf(np.abs(t), dof) < 0.05
        values = " | ".join(f"{100 * rejected[:, q].mean():.2f}" for q in range(len(SHARES)))
        lines.append(f"| {kept.design} {kept.size:,} | {name} | {values} |")
    return lines


def tables(results: list[Kept]) -> None:
    samples = len(results[0].p)
    print(f"Made {date.today()}, {samples:,} samples a line, seed {SEED}.\n")
    print("## The city\n")
    print(
        "| design, n | share | coverage % | when shown (% shown) | missed below / above | goal met |"
        " mean error / true spread | mean width, points | "
        + " | ".join(f"{name}: coverage; width" for name in ALTERNATIVES)
        + " |"
    )
    print("|" + "---|" * (8 + len(ALTERNATIVES)))
    for kept in results:
        print("\n".join(city_rows(kept)))
    print("\n## Districts and race groups\n")
    print(
        "| design, n | true share | coverage % of all | % shown | coverage % of shown |"
        " lowest of a group and question shown in most samples |"
    )
    print("|" + "---|" * 6)
    for kept in results:
        if kept.truth.shape[1] > 1:
            print("\n".join(group_rows(kept)))
    print("\n## Tests of change: true nulls rejected at 5%, %\n")
    print("| design, n | rule | " + " | ".join(f"{100 * s:.0f}%" for s in SHARES) + " |")
    print("|" + "---|" * (2 + len(SHARES)))
    for kept in results:
        print("\n".join(change_rows(kept)))
    print(
        f"\nSamples drawn again because a margin level had nobody: {sum(k.refused for k in results)}."
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--samples", type=int, default=10_000)
    parser.add_argument("--sizes", default=",".join(map(str, SIZES)))
    parser.add_argument("--only", choices=DESIGNS)
    parser.add_argument("--city", action="store_true", help="the city alone, which is faster")
    parser.add_argument("--keep", type=Path, help="folder for the estimates of every sample")
    parser.add_argument("--read", type=Path, help="make the tables from such a folder")
    given = parser.parse_args()
    folder = given.read or given.keep or Path(tempfile.mkdtemp())
    folder.mkdir(parents=True, exist_ok=True)
    if not given.read:
        for design in [given.only] if given.only else DESIGNS:
            for size in map(int, given.sizes.split(",")):
                kept = simulate(design, size, given.samples, () if given.city else GROUPS)
                np.savez_compressed(folder / f"{design}_{size}.npz", **vars(kept))
    results = []
    for design in DESIGNS:
        for size in SIZES:
            path = folder / f"{design}_{size}.npz"
            if path.exists():
                held = np.load(path)
                values = [held[name] for name in ("p", "se", "n", "df", "truth")]
                results.append(Kept(design, size, *values, int(held["refused"])))
    tables(results)


if __name__ == "__main__":
    main()
