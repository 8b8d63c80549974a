"""What is new: words and phrases that rise against last year, or mark a district or a language.

Weighted log-odds with an informative Dirichlet prior (Monroe, Colaresi & Quinn 2008, Political
Analysis 16(4), "Fightin' Words"), on numbers of comments, not of words, so that a long comment weighs
no more than a short one. Collocations by NLTK (likelihood ratio, Dunning 1993). It finds things to
read; it is no estimate of anything and is never shown as one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from nltk.collocations import BigramAssocMeasures, BigramCollocationFinder

from analysis.themes.segment import terms

MIN_COMMENTS = 5
"""A phrase in fewer comments is not told: it is noise, and could point at a person."""
PRIOR = 500.0
"""Size of the prior in comments; it pulls rare phrases to where they are in both together."""
Z = 1.96


@dataclass(frozen=True)
class Rising:
    """A phrase that is more frequent here than there.

    `example` is the phrase as somebody wrote it; here and there comments with it; log_odds the
    difference of log-odds and z that divided by its standard error.
    """

    phrase: str
    example: str
    here: int
    there: int
    log_odds: float
    z: float


@dataclass(frozen=True)
class Collocation:
    """Two terms that stand together more often than apart; `score` is the likelihood ratio."""

    phrase: str
    comments: int
    score: float


def rising(
    here: Sequence[tuple[str, str | None]],
    there: Sequence[tuple[str, str | None]],
    most: int = 30,
) -> tuple[Rising, ...]:
    """Terms and pairs of terms that mark `here` against `there`, strongest first.

    here, there: (comment, language) of this year and last, or of one district and all others. Only
    phrases in at least MIN_COMMENTS comments here and with z of at least Z.
    """
    now, examples = _counted(here)
    before, _ = _counted(there)
    total = {phrase: now[phrase] + before[phrase] for phrase in now}
    size = float(sum(now.values()) + sum(before.values()))
    n_here, n_there = float(sum(now.values())), float(sum(before.values()))
    found = []
    for phrase, count in now.items():
        if count < MIN_COMMENTS:
            continue
        prior = PRIOR * total[phrase] / size
        odds = np.log((count + prior) / (n_here + PRIOR - count - prior)) - np.log(
            (before[phrase] + prior) / (n_there + PRIOR - before[phrase] - prior)
        )
        z = odds / np.sqrt(1 / (count + prior) + 1 / (before[phrase] + prior))
        if z >= Z:
            found.append(Rising(phrase, examples[phrase], count, before[phrase], float(odds), float(z)))
    found.sort(key=lambda one: (-round(one.z, 6), -len(one.phrase), one.phrase))
    return tuple(_without_parts(found)[:most])


def collocations(comments: Sequence[tuple[str, str | None]], most: int = 30) -> tuple[Collocation, ...]:
    """Pairs of terms that belong together, in at least MIN_COMMENTS comments, strongest first."""
    documents = [terms(*pair) for pair in comments]
    finder = BigramCollocationFinder.from_documents(documents)
    finder.apply_freq_filter(MIN_COMMENTS)
    scored = finder.score_ngrams(BigramAssocMeasures.likelihood_ratio)
    held = Counter(pair for document in documents for pair in set(pairwise(document)))
    return tuple(
        Collocation(" ".join(pair), held[pair], float(score))
        for pair, score in scored
        if held[pair] >= MIN_COMMENTS
    )[:most]


def _counted(comments: Sequence[tuple[str, str | None]]) -> tuple[Counter[str], dict[str, str]]:
    counts: Counter[str] = Counter()
    examples: dict[str, str] = {}
    for comment, language in comments:
        found = terms(comment, language)
        phrases = set(found) | {" ".join(two) for two in pairwise(found)}
        counts.update(phrases)
        for phrase in phrases:
            examples.setdefault(phrase, comment)
    return counts, examples


def _without_parts(found: Sequence[Rising]) -> list[Rising]:
    """Leave out a term when a pair with it, at least as strong, is told already."""
    kept: list[Rising] = []
    for one in found:
        own = set(one.phrase.split())
        if not any(own <= set(other.phrase.split()) for other in kept):
            kept.append(one)
    return kept
