"""The tagger with no codes and with 250: our own test comments, and real statements of a city.

    python tools/themes_learning.py [SPLITS]

Our comments in eight languages were coded before any phrase of their language was written. The real
statements are those of tests/analysis/themes/real (Bowling Green, in ../shared): 125 on which the
English phrases and the weights of phrases and sense were set, 229 that no phrase has seen; 250 of both
together, drawn anew SPLITS times, teach a model that reads the rest. Micro-F1. Prints Markdown for
docs/methods/themes.md.
"""

from __future__ import annotations

import csv
import sys
from datetime import date
from pathlib import Path

import numpy as np
from themes_corpora import CACHE, ROOT, comments

from analysis.themes import tables
from analysis.themes.embedding import Cache, Encoder, encoder
from analysis.themes.evaluate import Score, evaluate
from analysis.themes.features import Pair
from analysis.themes.model import train
from analysis.themes.tagger import Tagger
from analysis.themes.text import LANGUAGES

TESTS = ROOT / "tests/analysis/themes"
CODES = 250
Data = tuple[list[Pair], list[frozenset[str]]]


def score(tagger: Tagger, data: Data) -> Score:
    pairs, codes = data
    tags = {
        str(row): frozenset(one.code for one in found) for row, found in enumerate(tagger.tag(pairs))
    }
    return evaluate(tags, {str(row): one for row, one in enumerate(codes)}).micro


def coded(path: Path, texts: dict[str, Pair]) -> Data:
    found = tables.codings(tables.read_codes(path))
    return [texts[key] for key in found], [tables.majority(by) for by in found.values()]


def own(language: str) -> Data:
    read = tables.read_comments(TESTS / "comments" / f"{language}_comments.csv")
    return coded(
        TESTS / "comments" / f"{language}_codes.csv", {one.id: (one.text, language) for one in read}
    )


def real(name: str) -> Data:
    source = comments("polis", "american-assembly.bowling-green", "comments.csv")
    with source.open(encoding="utf-8", newline="") as file:
        texts = {row["comment-id"]: (row["comment-body"], "en") for row in csv.DictReader(file)}
    return coded(TESTS / "real" / f"{name}_codes.csv", texts)


def line(name: str, *scores: Score) -> None:
    shown = " | ".join(
        f"{one.f1:.3f} ({one.f1_interval[0]:.2f}-{one.f1_interval[1]:.2f})"
        for one in scores
        if one.f1 is not None and one.f1_interval is not None
    )
    print(f"| {name} | {scores[0].comments} | {shown} |", flush=True)


def learnt(use: Encoder | None, data: Data, splits: int) -> tuple[float, float, float]:
    """Mean micro-F1 with CODES codes, its spread over the splits, and mean without any."""
    pairs, codes = data
    with_codes, without = [], []
    for seed in range(splits):
        order = np.random.default_rng(seed).permutation(len(pairs))
        inside, outside = order[:CODES], order[CODES:]
        model = train(
            [pairs[row] for row in inside],
            [[codes[row]] for row in inside],
            day=date(2026, 11, 24),
            use=use,
        )
        rest = ([pairs[row] for row in outside], [codes[row] for row in outside])
        with_codes.append(score(Tagger(model=model), rest).f1 or 0.0)
        without.append(score(Tagger(encoder=use), rest).f1 or 0.0)
    return float(np.mean(with_codes)), float(np.std(with_codes)), float(np.mean(without))


def main() -> None:
    splits = int(sys.argv[1]) if len(sys.argv) > 1 else 8
    installed = encoder()
    use: Encoder | None = None
    if installed is not None:
        CACHE.parent.mkdir(exist_ok=True)
        use = Cache(CACHE, installed)
    print("| no codes | n | words only | with embeddings |\n|---|---|---|---|", flush=True)
    taggers = (Tagger(), *([Tagger(encoder=use)] if use else []))
    for language in LANGUAGES:
        data = own(language)
        line(f"own comments, {language}", *(score(tagger, data) for tagger in taggers))
    for name, title in (
        ("bowling_green", "real statements, phrases set on them"),
        ("bowling_green_held", "real statements, unseen"),
    ):
        data = real(name)
        line(title, *(score(tagger, data) for tagger in taggers))
    first, second = real("bowling_green"), real("bowling_green_held")
    both = (first[0] + second[0], first[1] + second[1])
    print(
        f"\n| {CODES} codes, {splits} splits | no codes | {CODES} codes | spread |\n|---|---|---|---|"
    )
    for title, model in (("words only", None), *([("with embeddings", use)] if use else [])):
        mean, spread, before = learnt(model, both, splits)
        print(f"| {title} | {before:.3f} | {mean:.3f} | {spread:.3f} |", flush=True)


if __name__ == "__main__":
    main()
