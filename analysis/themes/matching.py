"""Seed phrases compiled for one language, and how they are found and weighed in a comment.

A strong phrase speaks for its theme by itself. A fair one does where no other theme is stronger: a
passing word is not a theme. A weak one speaks only together with another. Where phrases overlap the
longer wins ("property tax" is not "tax"). The three probabilities are set by hand;
`docs/methods/themes.md` shows how far they are right.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import chain
from operator import itemgetter
from typing import NamedTuple, TypeVar

from analysis.themes import text
from analysis.themes.errors import LexiconError
from analysis.themes.patterns import (
    WINDOW,
    WINDOW_CHARACTERS,
    Part,
    Phrase,
    parts,
    squeeze,
)

P_STRONG = 0.8
P_FAIR = 0.55
P_WEAK = 0.3
REMEMBERED = 200_000
"""Words kept in memory with what was made of them: people use the same ones."""
WEIGHTS = {"strong": P_STRONG, "fair": P_FAIR, "weak": P_WEAK}


class Evidence(NamedTuple):
    """What the seed phrases say about one theme: a probability and the words that led to it."""

    code: str
    probability: float
    words: tuple[str, ...]


_Hit = tuple[int, int, int]
"""Phrase, start, end."""
_Span = tuple[int, int]
_Sequence = tuple[frozenset[str], ...]
_Made = TypeVar("_Made")


@dataclass(frozen=True, slots=True)
class _Word:
    """What one word is and can begin.

    written: the word itself. keys: what it is looked up by. single: phrases that it is the whole of.
    several: phrases of more words, by the key of the second. whole: it has any of the two. sides: the
    sides of pairs `a ~ b` that begin with it, as bits of a number: every `a`, then every `b`; alone:
    those of which it is all; begins: the longer ones.
    """

    written: str
    keys: frozenset[str]
    whole: bool
    single: tuple[int, ...]
    several: dict[str, list[tuple[int, _Sequence]]]
    sides: int
    alone: int
    begins: dict[int, list[_Sequence]]


class _Memory(dict[str, _Made]):
    """What was made of the words met so far; a new one is made when it is asked for."""

    def __init__(self, make: Callable[[str], _Made]) -> None:
        self._make = make

    def __missing__(self, word: str) -> _Made:
        made = self._make(word)
        if len(self) < REMEMBERED:
            self[word] = made
        return made


@dataclass
class Lexicon:
    """The compiled seed phrases of one language; `find` is safe to call from several threads."""

    language: str
    phrases: list[Phrase] = field(default_factory=list)
    _parts: list[tuple[Part, ...]] = field(default_factory=list)
    _index: dict[str, list[tuple[int, int, _Sequence]]] = field(default_factory=dict)
    _wildcards: list[tuple[str, re.Pattern[str]]] = field(default_factory=list)
    _exact: set[str] = field(default_factory=set)
    _words: _Memory[_Word] = field(init=False)
    _written: _Memory[list[_Word]] = field(init=False)
    _pairs: list[int] = field(default_factory=list)
    _weights: list[tuple[str | None, float]] = field(default_factory=list)
    _blocking: set[int] = field(default_factory=set)
    _runs: re.Pattern[str] | None = None
    _run_owners: dict[str, list[tuple[int, int]]] = field(default_factory=dict)
    _variants: dict[int, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._words = _Memory(self._compiled)
        self._written = _Memory(
            lambda run: [self._words[word] for word in text.divide(run, self.language)]
        )

    def add(self, phrase: Phrase, where: str) -> None:
        """Compile one phrase; LexiconError names `where` it was read."""
        compiled = parts(phrase.source, self.language, where)
        if len(compiled) > 2:
            raise LexiconError(f"{where}: {phrase.source!r} has more than one ~.")
        self.phrases.append(phrase)
        self._parts.append(compiled)

    def freeze(self) -> None:
        """Build the index; call once, after the last `add`."""
        wildcards: dict[str, re.Pattern[str]] = {}
        for number, sides in enumerate(self._parts):
            phrase = self.phrases[number]
            self._weights.append((phrase.theme, 1.0 - WEIGHTS.get(phrase.weight, 0.0)))
            if phrase.theme is None:
                self._blocking.add(number)
            if len(sides) > 1:
                self._pairs.append(number)
            for side, part in enumerate(sides):
                for sequence in part.alternatives:
                    if self.language in text.UNSPACED:
                        for run in sequence[0]:
                            self._run_owners.setdefault(run, []).append((number, side))
                        continue
                    for key in sequence[0]:
                        self._index.setdefault(key, []).append((number, side, sequence))
                    for key in {key for word in sequence for key in word}:
                        if key[0] == "=":
                            self._exact.add(key)
                        elif "*" in key:
                            wildcards[key] = _wildcard(key)
        self._wildcards = sorted(wildcards.items())
        longest_first = sorted(self._run_owners, key=lambda run: (-len(run), run))
        if longest_first:
            self._runs = re.compile("|".join(map(re.escape, longest_first)))

    def find(self, comment: str) -> tuple[Evidence, ...]:
        """Evidence by theme, strongest first; empty where no phrase is found."""
        if self.language in text.UNSPACED:
            surface = squeeze(comment, self.language).translate(self._variants)
            return self._find_runs(surface)
        runs = text.normalise(comment, self.language).split()
        words = list(chain.from_iterable(map(self._written.__getitem__, runs)))
        last = len(words) - 1
        whole: list[_Hit] = []
        sides = 0
        for start, word in enumerate(words):
            sides |= word.sides
            if not word.whole:
                continue
            for number in word.single:
                whole.append((number, start, start + 1))
            if word.several and start < last:
                for key in words[start + 1].keys:
                    for number, sequence in word.several.get(key, ()):
                        if len(sequence) == 2 or _stands(sequence, words, start):
                            whole.append((number, start, start + len(sequence)))
        count = len(self._pairs)
        both = sides & sides >> count
        pairs: list[_Hit] = []
        if both:
            blocked = self._blocked(whole)
            found = _sides(words, both | both << count)
            while both:
                bit = both & -both
                both ^= bit
                number = self._pairs[bit.bit_length() - 1]
                pairs += _near(number, found[bit], found[bit << count], WINDOW, blocked)
        if not whole and not pairs:
            return ()
        return self._weigh(whole, pairs, [word.written for word in words], " ")

    def _find_runs(self, surface: str) -> tuple[Evidence, ...]:
        if self._runs is None:
            return ()
        whole: list[_Hit] = []
        sides: dict[int, tuple[list[_Span], list[_Span]]] = {}
        for found in self._runs.finditer(surface):
            for number, side in self._run_owners[found.group()]:
                if len(self._parts[number]) == 1:
                    whole.append((number, *found.span()))
                else:
                    sides.setdefault(number, ([], []))[side].append(found.span())
        blocked = self._blocked(whole)
        pairs = [
            hit
            for number, (one, other) in sides.items()
            for hit in _near(number, one, other, WINDOW_CHARACTERS, blocked)
        ]
        return self._weigh(whole, pairs, surface, "")

    def _compiled(self, word: str) -> _Word:
        found = list(text.keys(word, self.language))
        if "=" + word in self._exact:
            found.append("=" + word)
        bare = text.fold(word)
        found += [key for key, pattern in self._wildcards if pattern.fullmatch(bare)]
        keys = frozenset(found)
        single: dict[int, None] = {}
        several: dict[str, list[tuple[int, _Sequence]]] = {}
        sides = alone = 0
        begins: dict[int, list[_Sequence]] = {}
        for key in sorted(keys):
            for number, side, sequence in self._index.get(key, ()):
                if len(self._parts[number]) > 1:
                    bit = 1 << bisect_left(self._pairs, number) + side * len(self._pairs)
                    sides |= bit
                    if len(sequence) == 1:
                        alone |= bit
                    else:
                        begins.setdefault(bit, []).append(sequence)
                elif len(sequence) == 1:
                    single[number] = None
                else:
                    for second in sequence[1]:
                        several.setdefault(second, []).append((number, sequence))
        return _Word(word, keys, bool(single or several), tuple(single), several, sides, alone, begins)

    def _blocked(self, whole: list[_Hit]) -> list[_Span]:
        return [(start, end) for number, start, end in whole if number in self._blocking]

    def _weigh(
        self, whole: list[_Hit], pairs: list[_Hit], surface: Sequence[str], space: str
    ) -> tuple[Evidence, ...]:
        long = {(start, end) for _, start, end in whole if end - start > 1}
        found = [hit for hit in whole if not _inside(hit, long)] if long else whole
        if pairs:
            found = sorted(found + pairs, key=itemgetter(1))
        missing: dict[str, float] = {}
        words: dict[str, dict[str, bool]] = {}
        counted: set[int] = set()
        for number, start, end in found:
            theme, rest = self._weights[number]
            if theme is None:
                continue
            seen = surface[start] if end - start == 1 else space.join(surface[start:end])
            held = words.get(theme)
            if held is None:
                words[theme] = {seen: True}
                missing[theme] = rest
            # The same phrase twice is not twice the evidence, nor are two phrases on the same words.
            elif number in counted or held.get(seen):
                held.setdefault(seen, False)
                continue
            else:
                held[seen] = True
                missing[theme] *= rest
            counted.add(number)
        evidence = [Evidence(code, 1.0 - rest, tuple(words[code])) for code, rest in missing.items()]
        if len(evidence) > 1:
            evidence.sort(key=lambda one: (-one.probability, one.code))
        return tuple(evidence)


def _wildcard(key: str) -> re.Pattern[str]:
    body = re.escape(key.strip("*"))
    return re.compile((".*" if key[0] == "*" else "") + body + (".*" if key[-1] == "*" else ""))


def _sides(words: list[_Word], wanted: int) -> dict[int, list[_Span]]:
    """Where the wanted sides of pairs stand, by their bit."""
    found: dict[int, list[_Span]] = {}
    for start, word in enumerate(words):
        here = word.sides & wanted
        while here:
            bit = here & -here
            here ^= bit
            spans = found.setdefault(bit, [])
            if word.alone & bit:
                spans.append((start, start + 1))
            for sequence in word.begins.get(bit, ()):
                if _stands(sequence, words, start):
                    spans.append((start, start + len(sequence)))
    return found


def _stands(sequence: _Sequence, words: list[_Word], start: int) -> bool:
    """True where the whole sequence stands from `start` on."""
    if start + len(sequence) > len(words):
        return False
    # Loops and not all(), any(): no generator is made, this is the hot path.
    for step, keys in enumerate(sequence, start):  # noqa: SIM110
        if keys.isdisjoint(words[step].keys):
            return False
    return True


def _inside(hit: _Hit, spans: set[_Span]) -> bool:
    _, start, end = hit
    for a, b in spans:  # noqa: SIM110
        if a <= start and end <= b and (a < start or end < b):
            return True
    return False


def _near(
    number: int,
    one: list[_Span],
    other: list[_Span],
    window: int,
    blocked: list[_Span],
) -> list[_Hit]:
    """The first pair of sides at most `window` apart, as one hit; none inside a blocking phrase."""
    for a, b in one:
        if blocked and any(start <= a and b <= end for start, end in blocked):
            continue
        for c, d in other:
            if blocked and any(start <= c and d <= end for start, end in blocked):
                continue
            if b <= c <= b + window or d <= a <= d + window:
                return [(number, min(a, c), max(b, d))]
    return []
