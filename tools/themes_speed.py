"""Speed and memory of the tagger on 100,000 real comments without repeats.

    python tools/themes_speed.py [COMMENTS] [--embeddings]

The Boston comments are cut into sentences and joined again two by two in a seeded order until there are
enough different texts. Four runs, each in a process of its own so that peak memory is its own: seed
phrases, the whole tagger with a trained model (words only), a plain scikit-learn pipeline (TF-IDF of
words and pairs, logistic regression for each code) on the same training comments, and with
--embeddings the first 2,000 through the encoder. Prints Markdown for docs/methods/themes.md.
"""

from __future__ import annotations

import re
import resource
import subprocess
import sys
import time
from datetime import date

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.multiclass import OneVsRestClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import MultiLabelBinarizer
from themes_corpora import boston

from analysis.themes.embedding import encoder
from analysis.themes.lexicon import load_lexicon
from analysis.themes.model import train
from analysis.themes.tagger import Tagger

TRAINING = 2000
RUNS = ("seed phrases", "whole tagger, words only", "plain scikit-learn pipeline")


def texts(count: int) -> list[str]:
    """`count` different comments made of real sentences; the same every time."""
    random = np.random.default_rng(11)
    sentences = sorted(
        {
            sentence.strip()
            for comment in boston().texts
            for sentence in re.split(r"(?<=[.!?])\s+", comment)
            if len(sentence.split()) >= 3
        }
    )
    made: dict[str, None] = {}
    while len(made) < count:
        for first, second in random.integers(0, len(sentences), size=(count, 2)):
            made[f"{sentences[first]} {sentences[second]}"] = None
            if len(made) == count:
                break
    return list(made)


def run(name: str, count: int) -> None:
    comments = texts(count)
    data = boston()
    sample = np.random.default_rng(3).permutation(len(data.texts))[:TRAINING]
    if name == RUNS[0]:
        lexicon = load_lexicon("en")
        if lexicon is None:
            sys.exit("The English seed phrases are missing.")
        start = time.process_time()
        for comment in comments:
            lexicon.find(comment)
    elif name == RUNS[1]:
        model = train(
            [(data.texts[row], "en") for row in sample],
            [[data.labels[row]] for row in sample],
            day=date(2026, 11, 24),
            use=None,
            penalties=(3.0,),
        )
        start = time.process_time()
        for _ in Tagger(model=model).tag((comment, "en") for comment in comments):
            pass
    elif name == RUNS[2]:
        target = MultiLabelBinarizer().fit_transform([data.labels[row] for row in sample])
        features = TfidfVectorizer(ngram_range=(1, 2), min_df=2, sublinear_tf=True)
        pipeline = make_pipeline(features, OneVsRestClassifier(LogisticRegression(C=10)))
        pipeline.fit([data.texts[row] for row in sample], target)
        start = time.process_time()
        for at in range(0, count, 512):
            pipeline.predict_proba(comments[at : at + 512])
    else:
        model = encoder()
        if model is None:
            sys.exit("Skipped: requirements-optional.txt is not installed.")
        comments = comments[:2000]
        start = time.process_time()
        model.encode(comments)
    seconds = time.process_time() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    rate = len(comments) / seconds
    print(f"| {name} | {len(comments):,} | {seconds:.1f} | {rate:,.0f} | {peak:.0f} |", flush=True)


def main() -> None:
    numbers = [int(one) for one in sys.argv[1:] if one.isdigit()]
    count = numbers[0] if numbers else 100_000
    if "--run" in sys.argv:
        run(sys.argv[sys.argv.index("--run") + 1], count)
        return
    print("| run | comments | seconds | comments/s | peak MB |\n|---|---|---|---|---|", flush=True)
    asked = [*RUNS, "embeddings"] if "--embeddings" in sys.argv else list(RUNS)
    for name in asked:
        subprocess.run([sys.executable, __file__, str(count), "--run", name], check=True)


if __name__ == "__main__":
    main()
