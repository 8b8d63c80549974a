"""Suggest codes for a comment, with a probability and the reason.

Layers: seed phrases always; the sense of the sentence where the encoder is installed (`sense.py`); a
trained model where one is given (`model.py`): it has read phrases and sense too, so it decides on the
themes it was trained on, and they on the others.
A suggestion is never a code: only a person's decision is, and the two are stored apart.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from analysis.themes.codebook import NONE, UNCLEAR, Codebook, load_codebook
from analysis.themes.lexicon import Reading, read
from analysis.themes.matching import P_STRONG, Evidence
from analysis.themes.sense import SUGGESTED, sense_of, together

if TYPE_CHECKING:
    from analysis.themes.embedding import Encoder, Vectors
    from analysis.themes.model import Model

THRESHOLD = 0.5
"""A theme is suggested from this probability on ..."""
PASSING = 0.6
"""... and from this on where another theme is at least as strong as one strong phrase."""

BATCH = 512
Pair = tuple[str, str | None]
"""A comment and the language of its form."""

_WORDS = re.compile(r"[^\W\d_].*?[^\W\d_]", re.DOTALL)
"""Two letters: less is nothing to read."""


@dataclass(frozen=True)
class Suggestion:
    """One code for one comment.

    `probability` in (0, 1]; `why` a sentence for the person who decides; `words` what in the comment
    led to it (empty for `none` and `unclear`); `layer` lexicon, sense, model or rule.
    """

    code: str
    probability: float
    why: str
    words: tuple[str, ...] = ()
    layer: str = "lexicon"


@dataclass(frozen=True)
class Tagger:
    """A tagger for one codebook: on phrases alone, with an encoder, with a trained model.

    A model brings the encoder it was trained with. Safe to share between threads.
    """

    codebook: Codebook = field(default_factory=load_codebook)
    model: Model | None = None
    encoder: Encoder | None = None

    def suggest(self, comment: str, language: str | None = None) -> tuple[Suggestion, ...]:
        """Codes for one comment, most probable first; never empty.

        `language` is the language of the form the comment came from and only a prior: the script and
        the words of the comment may speak for another. `none` or `unclear` stand alone.
        """
        return self._batch([(comment, language)])[0]

    def tag(
        self,
        comments: Iterable[tuple[str, str | None]],
        progress: Callable[[int], None] | None = None,
    ) -> Iterator[tuple[Suggestion, ...]]:
        """`suggest` for many (text, language) pairs, lazily, in order; `progress(done)` by batch."""
        rest = iter(comments)
        done = 0
        while batch := list(islice(rest, BATCH)):
            yield from self._batch(batch)
            done += len(batch)
            if progress is not None:
                progress(done)

    def _batch(self, pairs: Sequence[Pair]) -> list[tuple[Suggestion, ...]]:
        readings = [read(comment, language, self.codebook.version) for comment, language in pairs]
        if self.model is None:
            return self._untrained(pairs, readings)
        model = self.model
        seen = model.see(pairs, readings)
        probabilities = model.calibrated(seen)
        chosen = model.chosen(probabilities)
        # The other layers still speak for codebook themes that had too few codes to be learnt, unless
        # the model was trained on other codes than the codebook's.
        others = frozenset(self.codebook.codes) - set(model.codes)
        if not set(model.codes) & set(self.codebook.codes):
            others = frozenset()
        rest: list[tuple[Suggestion, ...]] = [()] * len(pairs)
        if others:
            rest = [
                tuple(one for one in tags if one.code in others)
                for tags in self._untrained(pairs, readings, seen.vectors)
            ]
        found: list[tuple[Suggestion, ...]] = []
        for row, reading in enumerate(readings):
            if not _WORDS.search(pairs[row][0]):
                found.append((_unclear("There are no words to read."),))
                continue
            phrases = {one.code: one.words for one in reading.evidence}
            tags = [
                _learnt(code, float(probabilities[row, theme]), words)
                for theme in chosen[row].nonzero()[0]
                for code in [model.codes[theme]]
                for words in [phrases.get(code) or model.reasons(seen, row, int(theme))]
            ]
            tags += rest[row]
            if not tags:
                nothing = 1.0 - float(probabilities[row].max())
                why = "The model finds no theme probable enough."
                found.append((Suggestion(NONE, round(nothing, 4), why, (), "model"),))
                continue
            found.append(tuple(sorted(tags, key=lambda one: (-one.probability, one.code))))
        return found

    def _untrained(
        self,
        pairs: Sequence[Pair],
        readings: Sequence[Reading],
        vectors: Vectors | None = None,
    ) -> list[tuple[Suggestion, ...]]:
        found: list[tuple[Suggestion, ...]] = [
            _by_phrase(comment, reading) for (comment, _), reading in zip(pairs, readings, strict=True)
        ]
        used = self.model.encoder if self.model is not None else self.encoder
        if used is None:
            return found
        from analysis.themes.embedding import KNOWN
        from analysis.themes.features import evidence

        read_by_sense = [
            row
            for row, reading in enumerate(readings)
            if reading.language in KNOWN and _WORDS.search(pairs[row][0])
        ]
        if vectors is None:
            vectors = used.encode([pairs[row][0] for row in read_by_sense])
        else:
            vectors = vectors[read_by_sense]
        sense = sense_of(self.codebook.codes, self.codebook.version, used, vectors)
        if sense is None or not read_by_sense:
            return found
        some = [readings[row] for row in read_by_sense]
        probability = together(evidence(some, self.codebook.version), sense)
        for row, reading, near in zip(read_by_sense, some, probability, strict=True):
            found[row] = _by_sense(self.codebook.codes, reading, near)
        return found


def suggest(comment: str, language: str | None = None) -> tuple[Suggestion, ...]:
    """Codes for one comment by the latest codebook; see `Tagger.suggest`."""
    return _latest().suggest(comment, language)


@lru_cache(maxsize=1)
def _latest() -> Tagger:
    return Tagger()


def _learnt(code: str, probability: float, words: tuple[str, ...]) -> Suggestion:
    why = "Learnt from codes: " + (", ".join(words) or "the sense of the sentence")
    return Suggestion(code, round(probability, 4), why, words, "model")


def _by_phrase(comment: str, reading: Reading) -> tuple[Suggestion, ...]:
    if not _WORDS.search(comment):
        return (_unclear("There are no words to read."),)
    if not reading.known:
        return (_unclear(f"There are no seed phrases for the language {reading.language or '?'}."),)
    tags = _phrase_tags(reading.evidence)
    if tags:
        return tags
    if reading.evidence:
        hint = reading.evidence[0]
        why = f"Only a hint of {hint.code}: {', '.join(hint.words)}."
        return (Suggestion(UNCLEAR, round(1 - hint.probability, 4), why, hint.words, "rule"),)
    return (Suggestion(NONE, 0.5, "No phrase of any theme was found.", (), "rule"),)


def _by_sense(
    codes: tuple[str, ...], reading: Reading, near: NDArray[np.float64]
) -> tuple[Suggestion, ...]:
    words = {one.code: one.words for one in reading.evidence}
    tags = []
    for place in np.argsort(-near, kind="stable"):
        p, code = round(float(near[place]), 4), codes[place]
        if p < SUGGESTED:
            break
        led = words.get(code, ())
        why = "Seed phrases: " + ", ".join(led) if led else "The sense of the sentence"
        tags.append(Suggestion(code, p, why, led, "lexicon" if led else "sense"))
    if tags:
        return tuple(tags)
    best = int(near.argmax())
    if reading.evidence and near[best] >= SUGGESTED / 2:
        hint = reading.evidence[0]
        why = f"Only a hint of {hint.code}: {', '.join(hint.words)}."
        return (Suggestion(UNCLEAR, round(1 - float(near[best]), 4), why, hint.words, "rule"),)
    why = "Neither a phrase nor the sense of the sentence speaks for a theme."
    return (Suggestion(NONE, round(1 - float(near[best]), 4), why, (), "sense"),)


def _phrase_tags(evidence: tuple[Evidence, ...]) -> tuple[Suggestion, ...]:
    needed = PASSING if evidence and evidence[0].probability >= P_STRONG else THRESHOLD
    return tuple(
        Suggestion(
            one.code,
            round(one.probability, 4),
            "Seed phrases: " + ", ".join(one.words),
            one.words,
        )
        for one in evidence
        if one.probability >= needed
    )


def _unclear(why: str) -> Suggestion:
    return Suggestion(UNCLEAR, 1.0, why, (), "rule")
