"""What a trained model sees of a comment: its terms, what the seed phrases say, and its embedding."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray
from sklearn.feature_extraction.text import TfidfVectorizer

from analysis.themes import text
from analysis.themes.codebook import load_codebook
from analysis.themes.embedding import Encoder, Vectors
from analysis.themes.errors import ModelError
from analysis.themes.lexicon import Reading, read
from analysis.themes.segment import terms, terms_of

Pair = tuple[str, str | None]
"""A comment and the language of its form."""

LONGEST = 3
"""Terms in the longest run; `_known_runs` counts on it."""
PIECES = (4, 5, 6)
WHOLE_WORDS = frozenset({"en", "es", "fr"})
"""Languages with few compounds and endings: pieces of words add cost and nothing else."""
EVIDENCE_WEIGHT = 0.5
"""Scale of the seed-phrase columns beside terms (length 1), pieces (1) and embedding (1)."""


def ngrams(pair: Pair) -> list[str]:
    """Terms and runs of two and three terms of a comment."""
    found = terms(*pair)
    runs = list(found)
    for length in range(2, LONGEST + 1):
        runs += [" ".join(found[at : at + length]) for at in range(len(found) - length + 1)]
    return runs


def pieces(pair: Pair) -> list[str]:
    """Pieces of words (4 to 6 letters with the word's ends) in languages that build long words."""
    comment, language = pair
    return pieces_of(comment, text.language_of(comment, language) or "en")


def pieces_of(comment: str, spoken: str) -> list[str]:
    """The same for a comment whose language is known."""
    if spoken in WHOLE_WORDS or spoken in text.UNSPACED:
        return []
    found = []
    for word in text.words(comment, spoken):
        framed = f" {word} "
        for length in PIECES:
            found += [framed[at : at + length] for at in range(len(framed) - length + 1)]
    return found


def new_vectorizer(rare: int) -> TfidfVectorizer:
    """Terms as TF-IDF, to be fitted; terms of fewer than `rare` comments are left out."""
    return TfidfVectorizer(analyzer=ngrams, min_df=rare, sublinear_tf=True, dtype=np.float64)


@dataclass(frozen=True)
class Words:
    """TF-IDF of terms and, where the language asks for it, of pieces; both of length 1."""

    terms: TfidfVectorizer
    pieces: TfidfVectorizer | None

    @classmethod
    def fit(cls, pairs: Sequence[Pair], rare: int) -> Words:
        """Learn the vocabulary; ModelError where no term is in `rare` comments."""
        try:
            whole = new_vectorizer(rare).fit(pairs)
        except ValueError as error:
            raise ModelError("The coded comments have no words in common.") from error
        parts = TfidfVectorizer(
            analyzer=pieces, min_df=max(rare, 2), sublinear_tf=True, dtype=np.float64
        )
        try:
            return cls(whole, parts.fit(pairs))
        except ValueError:
            return cls(whole, None)

    @classmethod
    def stored(cls, vocabularies: Sequence[Sequence[str]], idf: NDArray[np.float64]) -> Words:
        """From `vocabularies` (terms, pieces) and their `idf` one after the other."""
        made: list[TfidfVectorizer | None] = []
        start = 0
        for analyzer, vocabulary in zip((ngrams, pieces), vocabularies, strict=True):
            if not vocabulary:
                made.append(None)
                continue
            one = TfidfVectorizer(
                analyzer=analyzer,
                vocabulary={term: column for column, term in enumerate(vocabulary)},
                sublinear_tf=True,
                dtype=np.float64,
            )
            one.idf_ = idf[start : start + len(vocabulary)]
            start += len(vocabulary)
            made.append(one)
        return cls(made[0], made[1])

    def vocabularies(self) -> tuple[list[str], list[str]]:
        """Terms and pieces, in the order of their columns."""
        parts = [] if self.pieces is None else list(self.pieces.get_feature_names_out())
        return list(self.terms.get_feature_names_out()), parts

    def idf(self) -> NDArray[np.float64]:
        """Inverse document frequencies of terms, then of pieces."""
        parts = [self.terms.idf_] + ([] if self.pieces is None else [self.pieces.idf_])
        return np.concatenate(parts)

    def transform(self, pairs: Sequence[Pair], spoken: Sequence[str | None] | None = None) -> Any:
        """Sparse columns (comments, terms + pieces); `spoken` are the languages where already known."""
        if spoken is None:
            spoken = [text.language_of(comment, language) for comment, language in pairs]
        read = [
            (comment, language or "en") for (comment, _), language in zip(pairs, spoken, strict=True)
        ]
        places, idf = self._places[0], self.terms.idf_
        blocks = [_tfidf([_known_runs(terms_of(*one), places) for one in read], idf)]
        if self.pieces is not None:
            places, idf = self._places[1], self.pieces.idf_
            known = [[places[piece] for piece in pieces_of(*one) if piece in places] for one in read]
            blocks.append(_tfidf(known, idf))
        return sp.hstack(blocks)

    @cached_property
    def _places(self) -> tuple[dict[str, int], dict[str, int]]:
        """The columns of terms and of pieces."""
        vocabularies = self.vocabularies()
        return (
            {term: column for column, term in enumerate(vocabularies[0])},
            {piece: column for column, piece in enumerate(vocabularies[1])},
        )


def _known_runs(found: Sequence[str], places: dict[str, int]) -> list[int]:
    """Columns of the terms and runs of a comment, each as often as it stands there.

    A run is in the vocabulary only where its parts are, since it is in no more comments than they.
    """
    columns = []
    before: str | None = None
    pair_before = False
    for at, term in enumerate(found):
        column = places.get(term)
        if column is None:
            before, pair_before = None, False
            continue
        columns.append(column)
        pair = False
        if before is not None:
            run = f"{before} {term}"
            column = places.get(run)
            if column is not None:
                pair = True
                columns.append(column)
                if pair_before:
                    column = places.get(f"{found[at - 2]} {run}")
                    if column is not None:
                        columns.append(column)
        before, pair_before = term, pair
    return columns


def _tfidf(columns: Sequence[list[int]], idf: NDArray[np.float64]) -> Any:
    """Rows of length 1 of (1 + log count) x idf, as `TfidfVectorizer` makes them, which is slower."""
    indices: list[int] = []
    counts: list[int] = []
    ends = [0]
    for row in columns:
        many: dict[int, int] = {}
        for column in row:
            many[column] = many.get(column, 0) + 1
        indices += many
        counts += many.values()
        ends.append(len(indices))
    place = np.array(indices, dtype=np.int32)
    data = (1.0 + np.log(np.array(counts, dtype=np.float64))) * idf[place]
    made = sp.csr_matrix((data, place, np.array(ends)), shape=(len(columns), len(idf)))
    lengths = np.sqrt(np.asarray(made.multiply(made).sum(axis=1)).ravel())
    made.data /= np.repeat(np.where(lengths > 0, lengths, 1.0), np.diff(made.indptr))
    return made


@dataclass(frozen=True)
class Seen:
    """What a model sees of comments.

    matrix (comments, terms + pieces + themes + dimensions) sparse; evidence (comments, themes of the
    codebook) probabilities by the seed phrases; vectors (comments, dimensions) or None.
    """

    matrix: Any
    evidence: NDArray[np.float64]
    vectors: Vectors | None


def evidence(readings: Sequence[Reading], version: int = 1) -> NDArray[np.float64]:
    """Seed-phrase probabilities by theme of the codebook (comments, themes)."""
    codes = load_codebook(version).codes
    column = {code: number for number, code in enumerate(codes)}
    found = np.zeros((len(readings), len(codes)))
    for row, reading in enumerate(readings):
        for one in reading.evidence:
            found[row, column[one.code]] = one.probability
    return found


def see(
    pairs: Sequence[Pair],
    words: Words,
    encoder: Encoder | None,
    version: int = 1,
    readings: Sequence[Reading] | None = None,
) -> Seen:
    """Everything a model sees, side by side; `readings` of the comments where they are at hand."""
    if readings is None:
        readings = [read(comment, language, version) for comment, language in pairs]
    found = evidence(readings, version)
    spoken = [reading.language for reading in readings]
    blocks = [words.transform(pairs, spoken), sp.csr_matrix(EVIDENCE_WEIGHT * found)]
    vectors = None
    if encoder is not None:
        vectors = encoder.encode([comment for comment, _ in pairs])
        blocks.append(sp.csr_matrix(vectors))
    return Seen(sp.hstack(blocks).tocsr(), found, vectors)
