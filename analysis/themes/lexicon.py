"""Layer 1 of the tagger: the codebook's seed phrases, by language, read from `seeds/XX.toml`."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

from analysis.themes import text
from analysis.themes.codebook import Codebook, load_codebook
from analysis.themes.errors import LexiconError
from analysis.themes.matching import WEIGHTS, Evidence, Lexicon
from analysis.themes.patterns import Phrase


@dataclass(frozen=True)
class Reading:
    """A comment as the seed phrases see it: the language it is in and the evidence.

    `known` is False where there are no seed phrases for that language.
    """

    language: str | None
    known: bool
    evidence: tuple[Evidence, ...]


def read(comment: str, language: str | None, version: int = 1) -> Reading:
    """Find the language (that of the form is the prior) and the evidence of one comment."""
    spoken = text.language_of(comment, language)
    lexicon = load_lexicon(spoken, version) if spoken else None
    if lexicon is None:
        return Reading(spoken, False, ())
    return Reading(spoken, True, lexicon.find(comment))


def read_lexicon(source: str, name: str, codebook: Codebook) -> Lexicon:
    """A lexicon from TOML. Shape: language = "xx", block = [...], [theme] strong/fair/weak = [...].

    LexiconError names file, theme and phrase.
    """
    try:
        raw = tomllib.loads(source)
    except tomllib.TOMLDecodeError as error:
        raise LexiconError(f"{name} is not valid TOML: {error}.") from error
    language = raw.pop("language", None)
    if language not in text.LANGUAGES:
        raise LexiconError(f"{name}: 'language' must be one of {', '.join(text.LANGUAGES)}.")
    variants = str(raw.pop("variants", "")).split()
    if any(len(pair) != 2 for pair in variants):
        raise LexiconError(f"{name}: 'variants' is written in pairs of characters, old then new.")
    lexicon = Lexicon(str(language), _variants={ord(pair[0]): pair[1] for pair in variants})
    for phrase in raw.pop("block", []):
        lexicon.add(Phrase(None, "", phrase), f"{name}, block")
    for code, lists in raw.items():
        if code not in codebook.codes:
            raise LexiconError(f"{name}: {code!r} is not a code of codebook {codebook.version}.")
        _add_theme(lexicon, code, lists, name)
    lexicon.freeze()
    return lexicon


def _add_theme(lexicon: Lexicon, code: str, lists: Mapping[str, list[str]], name: str) -> None:
    wrong = set(lists) - set(WEIGHTS)
    if wrong:
        raise LexiconError(f"{name}, {code}: unknown key {sorted(wrong)[0]!r}.")
    seen: set[str] = set()
    for weight in WEIGHTS:
        for phrase in lists.get(weight, []):
            if phrase in seen:
                raise LexiconError(f"{name}, {code}: {phrase!r} stands twice.")
            seen.add(phrase)
            lexicon.add(Phrase(code, weight, phrase), f"{name}, {code}")


@lru_cache(maxsize=32)
def load_lexicon(language: str, version: int = 1) -> Lexicon | None:
    """The lexicon of a language for a codebook version; None where there is none."""
    source = resources.files("analysis.themes").joinpath("seeds", f"{language}.toml")
    if not source.is_file():
        return None
    return read_lexicon(
        source.read_text(encoding="utf-8"), f"seeds/{language}.toml", load_codebook(version)
    )
