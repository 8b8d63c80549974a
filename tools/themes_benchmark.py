"""How well the supervised tagger learns: Boston and the German cycling dialogues, held-out folds.

    python tools/themes_benchmark.py [boston|topics|labels|cities ...] [--embeddings]

5 folds, seed 1; all tuning (penalty, calibration, thresholds) happens inside the training folds.
Prints Markdown rows for docs/methods/themes.md.
"""

from __future__ import annotations

import sys
import time
from datetime import date

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

Folds = list[tuple[np.ndarray, np.ndarray]]
DAY = date(2026, 11, 24)


def folds(n: int) -> Folds:
    return list(KFold(5, shuffle=True, random_state=1).split(np.arange(n)))


def ours(
    data: Labelled, language: str, splits: Folds, exclusive: bool, use: Encoder | None
) -> tuple[np.ndarray, np.ndarray, float]:
    """Truth and tags of the test parts, and the seconds it took."""
    binarizer = MultiLabelBinarizer().fit(data.labels)
    names = list(binarizer.classes_)
    truth, given = [], []
    start = time.perf_counter()
    for inside, outside in splits:
        model = train(
            [(data.texts[row], language) for row in inside],
            [[data.labels[row] or frozenset({"none"})] for row in inside],
            day=DAY,
            exclusive=exclusive,
            use=use,
            penalties=(3.0,) if use else (1.0, 3.0, 10.0),
        )
        chosen = model.chosen(model.probabilities([(data.texts[row], language) for row in outside]))
        tags = np.zeros((len(outside), len(names)), dtype=int)
        for column, code in enumerate(model.codes):
            tags[:, names.index(code)] = chosen[:, column]
        given.append(tags)
        truth.append(binarizer.transform([data.labels[row] for row in outside]))
    return np.vstack(truth), np.vstack(given), time.perf_counter() - start


def plain(data: Labelled, splits: Folds, exclusive: bool) -> tuple[np.ndarray, np.ndarray, float]:
    """The yardstick: TF-IDF of words and pairs with logistic regression, scikit-learn's defaults."""
    binarizer = MultiLabelBinarizer().fit(data.labels)
    truth, given = [], []
    start = time.perf_counter()
    for inside, outside in splits:
        features = TfidfVectorizer(ngram_range=(1, 2), min_df=2, sublinear_tf=True)
        regression = LogisticRegression(C=10, max_iter=300)
        target = binarizer.transform([data.labels[row] for row in inside])
        texts = [data.texts[row] for row in inside]
        rest = [data.texts[row] for row in outside]
        if exclusive:
            fitted = make_pipeline(features, regression).fit(texts, target.argmax(axis=1))
            tags = np.eye(target.shape[1], dtype=int)[fitted.predict(rest)]
        else:
            fitted = make_pipeline(features, OneVsRestClassifier(regression)).fit(texts, target)
            tags = fitted.predict(rest)
        given.append(tags)
        truth.append(binarizer.transform([data.labels[row] for row in outside]))
    return np.vstack(truth), np.vstack(given), time.perf_counter() - start


def row(name: str, result: tuple[np.ndarray, np.ndarray, float]) -> None:
    truth, tags, seconds = result
    micro = f1_score(truth, tags, average="micro", zero_division=0)
    macro = f1_score(truth, tags, average="macro", zero_division=0)
    print(f"| {name} | {len(truth)} | {macro:.3f} | {micro:.3f} | {seconds:.0f} |", flush=True)


def study(name: str, data: Labelled, language: str, exclusive: bool, use: Encoder | None) -> None:
    splits = folds(len(data.texts))
    kind = "with embeddings" if use else "words only"
    row(f"{name}, ours, {kind}", ours(data, language, splits, exclusive, use))
    if not use:
        row(f"{name}, plain scikit-learn", plain(data, splits, exclusive))


def cities(use: Encoder | None) -> None:
    for level, exclusive in ((1, True), (2, False)):
        data = cycling(level)
        where = np.array(data.strata)
        for city in ("B", "E", "M"):
            splits = [(np.flatnonzero(where != city), np.flatnonzero(where == city))]
            title = f"Cycling level {level}, tested on {city} alone"
            row(f"{title}, ours", ours(data, "de", splits, exclusive, use))
            if not use:
                row(f"{title}, plain", plain(data, splits, exclusive))


def main() -> None:
    asked = [one for one in sys.argv[1:] if not one.startswith("--")]
    asked = asked or ["boston", "topics", "labels", "cities"]
    use: Encoder | None = None
    if "--embeddings" in sys.argv:
        installed = encoder()
        if installed is None:
            sys.exit("Skipped: requirements-optional.txt is not installed.")
        CACHE.parent.mkdir(exist_ok=True)
        use = Cache(CACHE, installed)
    print("| task | comments | macro F1 | micro F1 | seconds |\n|---|---|---|---|---|", flush=True)
    if "boston" in asked:
        study("Boston, 13 categories", boston(), "en", True, use)
    if "topics" in asked:
        study("Cycling, 8 topics", cycling(1), "de", True, use)
    if "labels" in asked:
        study("Cycling, 30 labels", cycling(2), "de", False, use)
    if "cities" in asked:
        cities(use)


if __name__ == "__main__":
    main()
