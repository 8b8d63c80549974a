"""The little language in which seed phrases are written, and what it compiles to.

    property tax            these words in this order
    steal|stole car         one of the words, then "car"
    dark ~ street|alley     both, in any order, at most WINDOW words apart
    *uza                    any word that ends so (for languages without a stemmer)
    =parking                this very word and not its stem ("park" is another matter)

A word matches by its stem (`text.keys`), or by wildcard. In Chinese and Korean a part is a run of
characters wherever it stands.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

from analysis.themes import text
from analysis.themes.errors import LexiconError

WINDOW = 6
"""How many words apart the parts of `a ~ b` may stand."""
WINDOW_CHARACTERS = 14
"""The same for languages matched by characters."""


@dataclass(frozen=True)
class Phrase:
    """One seed phrase as written, with the theme and the weight of evidence it carries.

    `weight` is strong, fair or weak. `theme` is None for a phrase that only blocks shorter ones
    ("bus shelter" is no shelter).
    """

    theme: str | None
    weight: str
    source: str


@dataclass(frozen=True)
class Part:
    """One side of a phrase: alternatives, each a sequence of words.

    A word is the set of keys that match it, or a wildcard written with `*`.
    """

    alternatives: tuple[tuple[frozenset[str], ...], ...]


def parts(source: str, language: str, where: str) -> tuple[Part, ...]:
    """The parts of a phrase, one unless it has `~`. LexiconError names `where`."""
    sides = [side.strip() for side in source.split("~")]
    if not all(sides):
        raise LexiconError(f"{where}: {source!r} has nothing on one side of ~.")
    return tuple(_part(side, language, where) for side in sides)


def _part(side: str, language: str, where: str) -> Part:
    if language in text.UNSPACED:
        runs = [squeeze(run, language) for run in side.split("|")]
        if not all(runs):
            raise LexiconError(f"{where}: {side!r} has an empty alternative.")
        return Part(tuple((frozenset({run}),) for run in runs))
    slots = [slot.split("|") for slot in side.split()]
    alternatives = []
    for choice in product(*slots):
        sequence: list[frozenset[str]] = []
        for word in choice:
            sequence.extend(_word(word, language, f"{where}: {side!r}"))
        alternatives.append(tuple(sequence))
    return Part(tuple(alternatives))


def _word(word: str, language: str, where: str) -> list[frozenset[str]]:
    if "*" in word:
        bare = word.strip("*")
        if not bare or "*" in bare:
            raise LexiconError(f"{where}: * may stand only at the ends of a word.")
        normal = text.fold(text.normalise(bare, language))
        return [frozenset({("*" if word[0] == "*" else "") + normal + ("*" * (word[-1] == "*"))})]
    if word.startswith("="):
        return [frozenset({"=" + text.normalise(word[1:], language)})]
    found = text.words(word, language)
    if not found:
        raise LexiconError(f"{where}: an empty word.")
    return [frozenset(text.keys(one, language)) for one in found]


def squeeze(run: str, language: str) -> str:
    """Text without spaces, for languages whose spacing varies from writer to writer."""
    return "".join(text.normalise(run, language).split())
