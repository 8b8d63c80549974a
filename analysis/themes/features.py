"""What a trained model sees of a comment: its terms, what the seed phrases say, and its embedding."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray
from sklearn.feature_extraction.text import TfidfVectorizer

from analysis.themes import text
from analysis.themes.codebook import load_codebook
from analysis.themes.embedding import Encoder
from analysis.themes.lexicon import load_lexicon
from analysis.themes.segment import terms

Pair = tuple[str, str | None]
"""A comment and the language of its form."""

LONGEST = 3
EVIDENCE_WEIGHT = 0.5
"""Scale of the seed-phrase columns beside terms (length 1) and embedding (length 1)."""


def ngrams(pair: Pair) -> list[str]:
    """Terms and runs of two and three terms of a comment."""
    found = terms(*pair)
    runs = list(found)
    for length in range(2, LONGEST + 1):
        runs += [" ".join(found[at : at + length]) for at in range(len(found) - length + 1)]
    return runs


def new_vectorizer(rare: int) -> TfidfVectorizer:
    """A vectorizer that is to be fitted; terms of fewer than `rare` comments are left out."""
    return TfidfVectorizer(analyzer=ngrams, min_df=rare, sublinear_tf=True, dtype=np.float64)


def stored_vectorizer(vocabulary: Sequence[str], idf: NDArray[np.float64]) -> TfidfVectorizer:
    """The vectorizer of a stored model."""
    made = TfidfVectorizer(
        analyzer=ngrams,
        vocabulary={term: column for column, term in enumerate(vocabulary)},
        sublinear_tf=True,
        dtype=np.float64,
    )
    made.idf_ = idf
    return made


def evidence(pairs: Sequence[Pair], version: int = 1) -> Any:
    """Seed-phrase probabilities by theme of the codebook, as a sparse matrix (comments, themes)."""
    codes = load_codebook(version).codes
    column = {code: number for number, code in enumerate(codes)}
    rows, columns, values = [], [], []
    for row, (comment, language) in enumerate(pairs):
        spoken = text.language_of(comment, language)
        lexicon = load_lexicon(spoken, version) if spoken else None
        for one in lexicon.find(comment) if lexicon else ():
            rows.append(row)
            columns.append(column[one.code])
            values.append(EVIDENCE_WEIGHT * one.probability)
    return sp.csr_matrix((values, (rows, columns)), shape=(len(pairs), len(codes)))


def stack(
    pairs: Sequence[Pair], vectorizer: TfidfVectorizer, encoder: Encoder | None, version: int = 1
) -> Any:
    """All columns side by side (comments, terms + themes + dimensions), sparse."""
    blocks = [vectorizer.transform(pairs), evidence(pairs, version)]
    if encoder is not None:
        blocks.append(sp.csr_matrix(encoder.encode([comment for comment, _ in pairs])))
    return sp.hstack(blocks).tocsr()
