"""Suggest codes for a comment, with a probability and the reason.

Layers: seed phrases always; a trained model where one is given (`model.py`): it has read the seed
phrases' evidence too, so it decides on the themes it was trained on and the phrases on the others.
A suggestion is never a code: only a person's decision is, and the two are stored apart.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING

from analysis.themes.codebook import NONE, UNCLEAR, Codebook, load_codebook
from analysis.themes.lexicon import Reading, read
from analysis.themes.matching import P_STRONG, Evidence

if TYPE_CHECKING:
    from analysis.themes.meaning import Meaning
    from analysis.themes.model import Model

THRESHOLD = 0.5
"""A theme is suggested from this probability on ..."""
PASSING = 0.6
"""... and from this on where another theme is at least as strong as one strong phrase."""

BATCH = 512
Pair = tuple[str, str | None]
"""A comment and the language of its form."""

_LETTER = re.compile(r"[^\W\d_]")


@dataclass(frozen=True)
class Suggestion:
    """One code for one comment.

    `probability` in (0, 1]; `why` a sentence for the person who decides; `words` what in the comment
    led to it (empty for `none` and `unclear`); `layer` lexicon, model or rule.
    """

    code: str
    probability: float
    why: str
    words: tuple[str, ...] = ()
    layer: str = "lexicon"


@dataclass(frozen=True)
class Tagger:
    """A tagger for one codebook, with a trained model, or with embeddings, or on phrases alone.

    Safe to share between threads.
    """

    codebook: Codebook = field(default_factory=load_codebook)
    model: Model | None = None
    meaning: Meaning | None = None

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
            found = [
                _by_phrase(comment, reading)
                for (comment, _), reading in zip(pairs, readings, strict=True)
            ]
            return self._by_sense(pairs, readings, found)
        model = self.model
        columns = model.columns(pairs, readings)
        probabilities = model.calibrated(columns)
        chosen = model.chosen(probabilities)
        # The phrases still speak for codebook themes that had too few codes to be learnt, unless the
        # model was trained on other codes than the codebook's.
        others = frozenset(self.codebook.codes) - set(model.codes)
        if not set(model.codes) & set(self.codebook.codes):
            others = frozenset()
        found = []
        for row, reading in enumerate(readings):
            if len(_LETTER.findall(pairs[row][0])) < 2:
                found.append((_unclear("There are no words to read."),))
                continue
            phrases = {one.code: one.words for one in reading.evidence}
            tags = [
                _learnt(code, float(probabilities[row, theme]), words)
                for theme in chosen[row].nonzero()[0]
                for code in [model.codes[theme]]
                for words in [phrases.get(code) or model.reasons(columns, row, int(theme))]
            ]
            tags += _phrase_tags(tuple(one for one in reading.evidence if one.code in others))
            nothing = 1.0 - float(probabilities[row].max())
            why = "The model finds no theme probable enough."
            found.append(
                tuple(sorted(tags, key=lambda one: (-one.probability, one.code)))
                or (Suggestion(NONE, round(nothing, 4), why, (), "model"),)
            )
        return found

    def _by_sense(
        self,
        pairs: Sequence[Pair],
        readings: Sequence[Reading],
        found: list[tuple[Suggestion, ...]],
    ) -> list[tuple[Suggestion, ...]]:
        if self.meaning is None:
            return found
        from analysis.themes.embedding import KNOWN
        from analysis.themes.meaning import SURE

        several = [
            row
            for row, reading in enumerate(readings)
            if len(found[row]) > 1 and reading.language in KNOWN
        ]
        if not several:
            return found
        near = self.meaning.similarity([pairs[row][0] for row in several])
        for row, similarity in zip(several, near, strict=True):
            far = self.meaning.doubtful(similarity)
            first, *rest = found[row]
            kept = [one for one in rest if one.probability >= SURE or one.code not in far]
            found[row] = (first, *kept)
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
    if len(_LETTER.findall(comment)) < 2:
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
