"""Suggest codes for a comment, with a probability and the reason.

Layers: seed phrases always; a trained model where one is given (`model.py`). A suggestion is never a
code: only a person's decision is, and the two are stored apart.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache

from analysis.themes import text
from analysis.themes.codebook import NONE, UNCLEAR, Codebook, load_codebook
from analysis.themes.lexicon import load_lexicon

THRESHOLD = 0.5
"""A theme is suggested from this probability on."""

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
    """A tagger for one codebook. Safe to share between threads."""

    codebook: Codebook = field(default_factory=load_codebook)

    def suggest(self, comment: str, language: str | None = None) -> tuple[Suggestion, ...]:
        """Codes for one comment, most probable first; never empty.

        `language` is the language of the form the comment came from and only a prior: the script and
        the words of the comment may speak for another. `none` or `unclear` stand alone.
        """
        if len(_LETTER.findall(comment)) < 2:
            return (_unclear("There are no words to read."),)
        spoken = text.language_of(comment, language)
        lexicon = load_lexicon(spoken, self.codebook.version) if spoken else None
        if lexicon is None:
            return (_unclear(f"There are no seed phrases for the language {spoken or '?'}."),)
        evidence = lexicon.find(comment)
        tags = tuple(
            Suggestion(one.code, round(one.probability, 4), _because(one.words), one.words)
            for one in evidence
            if one.probability >= THRESHOLD
        )
        if tags:
            return tags
        if evidence:
            hint = evidence[0]
            why = f"Only a hint of {hint.code}: {', '.join(hint.words)}."
            return (Suggestion(UNCLEAR, round(1 - hint.probability, 4), why, hint.words, "rule"),)
        return (Suggestion(NONE, 0.5, "No phrase of any theme was found.", (), "rule"),)

    def tag(self, comments: Iterable[tuple[str, str | None]]) -> Iterator[tuple[Suggestion, ...]]:
        """`suggest` for many (text, language) pairs, lazily, in order."""
        for comment, language in comments:
            yield self.suggest(comment, language)


def suggest(comment: str, language: str | None = None) -> tuple[Suggestion, ...]:
    """Codes for one comment by the latest codebook; see `Tagger.suggest`."""
    return _latest().suggest(comment, language)


@lru_cache(maxsize=1)
def _latest() -> Tagger:
    return Tagger()


def _because(words: tuple[str, ...]) -> str:
    return "Seed phrases: " + ", ".join(words)


def _unclear(why: str) -> Suggestion:
    return Suggestion(UNCLEAR, 1.0, why, (), "rule")
