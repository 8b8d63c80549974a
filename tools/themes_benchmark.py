"""How well the supervised tagger learns: Boston and the German cycling dialogues, held-out folds.

    python tools/themes_benchmark.py [TASK ...] [--kinds words,embeddings,plain]

TASK: boston topics labels cities_topics cities_labels. 5 folds, seed 1 (cities: two cities train, the
third tests); all tuning (penalty, calibration, threshold) happens inside the training part, by the
training the product uses. Every fold is a process of its own and is kept in build/themes_benchmark: a
run that was stopped goes on where it was. Prints Markdown rows for docs/methods/themes.md.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import time
from datetime import date
from pathlib import Path

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score
from sklearn.model_selection import KFold
from sklearn.multiclass import OneVsRestClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import MultiLabelBinarizer
from themes_corpora import CACHE, Labelled, boston, cycling

from analysis.themes.embedding import Cache, Encoder, encoder
from analysis.themes.model import train

DAY = date(2026, 11, 24)
KEPT = Path(__file__).resolve().parent.parent / "build" / "themes_benchmark"
TITLES = {
    "boston": "Boston, 13 categories",
    "topics": "Cycling, 8 topics",
    "labels": "Cycling, 30 labels",
    "cities_topics": "Cycling, 8 topics, a third city",
    "cities_labels": "Cycling, 30 labels, a third city",
}
KINDS = {
    "words": "ours, words only",
    "embeddings": "ours, with embeddings",
    "plain": "TF-IDF + logistic regression",
}


def load(task: str) -> tuple[Labelled, str, bool]:
    """The data, their language, and whether every text has exactly one label."""
    if task == "boston":
        return boston(), "en", True
    topics = task.endswith("topics")
    return cycling(1 if topics else 2), "de", topics


def splits(task: str, data: Labelled) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    if task.startswith("cities"):
        where = np.array(data.strata)
        return {
            str(city): (np.flatnonzero(where != city), np.flatnonzero(where == city))
            for city in np.unique(where)
        }
    parts = KFold(5, shuffle=True, random_state=1).split(np.arange(len(data.texts)))
    return {str(number): part for number, part in enumerate(parts, start=1)}


def ours(
    data: Labelled,
    language: str,
    part: tuple[np.ndarray, np.ndarray],
    single: bool,
    use: Encoder | None,
) -> np.ndarray:
    names = MultiLabelBinarizer().fit(data.labels).classes_.tolist()
    inside, outside = part
    model = train(
        [(data.texts[row], language) for row in inside],
        [[data.labels[row] or frozenset({"none"})] for row in inside],
        day=DAY,
        exclusive=single,
        use=use,
    )
    chosen = model.chosen(model.probabilities([(data.texts[row], language) for row in outside]))
    tags = np.zeros((len(outside), len(names)), dtype=int)
    for column, code in enumerate(model.codes):
        tags[:, names.index(code)] = chosen[:, column]
    return tags


def plain(data: Labelled, part: tuple[np.ndarray, np.ndarray], single: bool) -> np.ndarray:
    """The yardstick: TF-IDF of words and pairs with logistic regression."""
    inside, outside = part
    target = MultiLabelBinarizer().fit(data.labels).transform([data.labels[row] for row in inside])
    texts, rest = [data.texts[row] for row in inside], [data.texts[row] for row in outside]
    features = TfidfVectorizer(ngram_range=(1, 2), min_df=2, sublinear_tf=True)
    regression = LogisticRegression(C=10, max_iter=300)
    if single:
        fitted = make_pipeline(features, regression).fit(texts, target.argmax(axis=1))
        return np.eye(target.shape[1], dtype=int)[fitted.predict(rest)]
    return np.asarray(
        make_pipeline(features, OneVsRestClassifier(regression)).fit(texts, target).predict(rest)
    )


def path(task: str, kind: str, fold: str) -> Path:
    return KEPT / f"{task}-{kind}-{fold}.npz"


def run(task: str, kind: str, fold: str) -> None:
    data, language, single = load(task)
    part = splits(task, data)[fold]
    use: Encoder | None = None
    if kind == "embeddings":
        installed = encoder()
        if installed is None:
            sys.exit("Skipped: requirements-optional.txt is not installed.")
        CACHE.parent.mkdir(exist_ok=True)
        use = Cache(CACHE, installed)
        use.encode(data.texts)
    start = time.process_time()
    tags = plain(data, part, single) if kind == "plain" else ours(data, language, part, single, use)
    binarizer = MultiLabelBinarizer().fit(data.labels)
    truth = binarizer.transform([data.labels[row] for row in part[1]])
    KEPT.mkdir(parents=True, exist_ok=True)
    np.savez(path(task, kind, fold), truth=truth, tags=tags, seconds=time.process_time() - start)


def line(title: str, truth: np.ndarray, tags: np.ndarray, seconds: float) -> None:
    micro = f1_score(truth, tags, average="micro", zero_division=0)
    macro = f1_score(truth, tags, average="macro", zero_division=0)
    print(f"| {title} | {len(truth)} | {macro:.3f} | {micro:.3f} | {seconds:.0f} |", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("tasks", nargs="*", metavar="TASK")
    parser.add_argument("--kinds", default=",".join(KINDS))
    parser.add_argument("--run", nargs=3, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.run:
        run(*asked.run)
        return
    print("| task | tested on | macro F1 | micro F1 | CPU seconds |\n|---|---|---|---|---|", flush=True)
    for task in asked.tasks or TITLES:
        data, _, _ = load(task)
        for kind in asked.kinds.split(","):
            parts = []
            for fold in splits(task, data):
                if not path(task, kind, fold).exists():
                    print(f"{task}, {kind}, fold {fold} ...", file=sys.stderr, flush=True)
                    command = [sys.executable, __file__, "--run", task, kind, fold]
                    subprocess.run(command, check=True)
                with np.load(path(task, kind, fold)) as file:
                    parts.append((fold, file["truth"], file["tags"], float(file["seconds"])))
            title = f"{TITLES[task]}: {KINDS[kind]}"
            if task.startswith("cities"):
                for city, truth, tags, seconds in parts:
                    line(f"{title}, tested on {city}", truth, tags, seconds)
            line(
                title,
                np.vstack([truth for _, truth, _, _ in parts]),
                np.vstack([tags for _, _, tags, _ in parts]),
                sum(seconds for *_, seconds in parts),
            )


if __name__ == "__main__":
    main()
