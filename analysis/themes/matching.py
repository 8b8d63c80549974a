"""Seed phrases compiled for one language, and how they are found and weighed in a comment.

A strong phrase speaks for its theme by itself. A fair one does where no other theme is stronger: a
passing word is not a theme. A weak one speaks only together with another. Where phrases overlap the
longer wins ("property tax" is not "tax"). The three probabilities are set by hand;
`docs/methods/themes.md` shows how far they are right.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import reduce
from operator import attrgetter, itemgetter, or_

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
"""Words whose keys are kept in memory."""
WEIGHTS = {"strong": P_STRONG, "fair": P_FAIR, "weak": P_WEAK}


@dataclass(frozen=True)
class Evidence:
    """What the seed phrases say about one theme: a probability and the words that led to it."""

    code: str
    probability: float
    words: tuple[str, ...]


_Hit = tuple[int, int, int]
"""Phrase, start, end."""
_Sequence = tuple[frozenset[str], ...]


@dataclass(frozen=True, slots=True)
class _Word:
    """What one word is and can begin.

    keys: what it is looked up by. single: phrases that it is the whole of. several: phrases of more
    words, by the key of the second. whole: it has any of the two. sides: the sides of pairs `a ~ b`
    that begin with it, as bits of a number: every `a`, then every `b`; alone: those of which it is
    all; begins: the longer ones.
    """

    keys: frozenset[str]
    whole: bool
    single: tuple[int, ...]
    several: dict[str, list[tuple[int, _Sequence]]]
    sides: int
    alone: int
    begins: dict[int, list[_Sequence]]


_SIDES = attrgetter("sides")


class _Words(dict[str, _Word]):
    """The words met so far; a new one is compiled when it is asked for."""

    def __init__(self, compile_: Callable[[str], _Word]) -> None:
        self._compile = compile_

    def __missing__(self, word: str) -> _Word:
        made = self._compile(word)
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
    _words: _Words = field(init=False)
    _pairs: list[int] = field(default_factory=list)
    _weights: list[tuple[str | None, float]] = field(default_factory=list)
    _blocking: set[int] = field(default_factory=set)
    _runs: re.Pattern[str] | None = None
    _run_owners: dict[str, list[tuple[int, int]]] = field(default_factory=dict)
    _variants: dict[int, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._words = _Words(self._compiled)

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
        tokens = text.words(comment, self.language)
        words = list(map(self._words.__getitem__, tokens))
        last = len(words) - 1
        whole: list[_Hit] = []
        for start, word in enumerate(words):
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
        sides = reduce(or_, map(_SIDES, words), 0)
        both = sides & sides >> count
        pairs: list[_Hit] = []
        if both:
            able = [(start, word) for start, word in enumerate(words) if word.sides]
            while both:
                bit = both & -both
                both ^= bit
                number = self._pairs[bit.bit_length() - 1]
                one = _side(number, bit, words, able)
                other = _side(number, bit << count, words, able) if one else []
                if other:
                    pairs += _near(number, one, other, WINDOW, self._blocked(whole))
        if not whole and not pairs:
            return ()
        return self._weigh(
            whole, pairs, lambda a, b: tokens[a] if b - a == 1 else " ".join(tokens[a:b])
        )

    def _find_runs(self, surface: str) -> tuple[Evidence, ...]:
        if self._runs is None:
            return ()
        whole: list[_Hit] = []
        sides: dict[int, tuple[list[_Hit], list[_Hit]]] = {}
        for found in self._runs.finditer(surface):
            for number, side in self._run_owners[found.group()]:
                hit = (number, found.start(), found.end())
                if len(self._parts[number]) == 1:
                    whole.append(hit)
                else:
                    sides.setdefault(number, ([], []))[side].append(hit)
        blocked = self._blocked(whole)
        pairs = [
            hit
            for number, (one, other) in sides.items()
            for hit in _near(number, one, other, WINDOW_CHARACTERS, blocked)
        ]
        return self._weigh(whole, pairs, lambda a, b: surface[a:b])

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
        return _Word(keys, bool(single or several), tuple(single), several, sides, alone, begins)

    def _blocked(self, whole: list[_Hit]) -> list[tuple[int, int]]:
        return [(start, end) for number, start, end in whole if number in self._blocking]

    def _weigh(
        self, whole: list[_Hit], pairs: list[_Hit], surface: Callable[[int, int], str]
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
            seen = surface(start, end)
            held = words.get(theme)
            if held is None:
                held = words[theme] = {}
                missing[theme] = 1.0
            # The same phrase twice is not twice the evidence, nor are two phrases on the same words.
            if number in counted or held.get(seen):
                held.setdefault(seen, False)
                continue
            counted.add(number)
            held[seen] = True
            missing[theme] *= rest
        evidence = [Evidence(code, 1.0 - rest, tuple(words[code])) for code, rest in missing.items()]
        if len(evidence) > 1:
            evidence.sort(key=lambda one: (-one.probability, one.code))
        return tuple(evidence)


def _wildcard(key: str) -> re.Pattern[str]:
    body = re.escape(key.strip("*"))
    return re.compile((".*" if key[0] == "*" else "") + body + (".*" if key[-1] == "*" else ""))


def _side(number: int, bit: int, words: list[_Word], able: list[tuple[int, _Word]]) -> list[_Hit]:
    """Where one side of a pair stands; `able` are the words that a side may begin with."""
    found: list[_Hit] = []
    for start, word in able:
        if not word.sides & bit:
            continue
        if word.alone & bit:
            found.append((number, start, start + 1))
        for sequence in word.begins.get(bit, ()):
            if _stands(sequence, words, start):
                found.append((number, start, start + len(sequence)))
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


def _inside(hit: _Hit, spans: set[tuple[int, int]]) -> bool:
    _, start, end = hit
    for a, b in spans:  # noqa: SIM110
        if a <= start and end <= b and (a < start or end < b):
            return True
    return False


def _near(
    number: int,
    one: list[_Hit],
    other: list[_Hit],
    window: int,
    blocked: list[tuple[int, int]],
) -> list[_Hit]:
    """The first pair of sides at most `window` apart, as one hit; none inside a blocking phrase."""
    for _, a, b in one:
        if blocked and any(start <= a and b <= end for start, end in blocked):
            continue
        for _, c, d in other:
            if blocked and any(start <= c and d <= end for start, end in blocked):
                continue
            if b <= c <= b + window or d <= a <= d + window:
                return [(number, min(a, c), max(b, d))]
    return []
