"""Seed phrases compiled for one language, and how they are found and weighed in a comment.

A strong phrase speaks for its theme by itself. A fair one does where no other theme is stronger: a
passing word is not a theme. A weak one speaks only together with another. Where phrases overlap the
longer wins ("property tax" is not "tax"). The three probabilities are set by hand;
`docs/methods/themes.md` shows how far they are right.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from operator import itemgetter

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


_NOTHING: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class _Entry:
    """What one word can begin: whole phrases by one word, by several, and sides of `a ~ b`.

    `several` is by the key of the second word.
    """

    single: tuple[int, ...]
    several: dict[str, list[tuple[int, _Sequence]]]
    sides: tuple[frozenset[int], frozenset[int]]


@dataclass
class Lexicon:
    """The compiled seed phrases of one language; `find` is safe to call from several threads."""

    language: str
    phrases: list[Phrase] = field(default_factory=list)
    _parts: list[tuple[Part, ...]] = field(default_factory=list)
    _index: dict[str, list[tuple[int, int, _Sequence]]] = field(default_factory=dict)
    _wildcards: list[tuple[str, re.Pattern[str]]] = field(default_factory=list)
    _exact: set[str] = field(default_factory=set)
    _keys: dict[str, frozenset[str]] = field(default_factory=dict)
    _entries: dict[str, _Entry | None] = field(default_factory=dict)
    _sides: dict[tuple[int, int], tuple[frozenset[str], tuple[_Sequence, ...]]] = field(
        default_factory=dict
    )
    _runs: re.Pattern[str] | None = None
    _run_owners: dict[str, list[tuple[int, int]]] = field(default_factory=dict)
    _variants: dict[int, str] = field(default_factory=dict)

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
            for side, part in enumerate(sides):
                self._sides[number, side] = (
                    frozenset(key for one in part.alternatives if len(one) == 1 for key in one[0]),
                    tuple(one for one in part.alternatives if len(one) > 1),
                )
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
        known = self._entries
        entries: list[tuple[int, _Entry]] = []
        for start, token in enumerate(tokens):
            entry = known[token] if token in known else self._entry(token)
            if entry is not None:
                entries.append((start, entry))
        if not entries:
            return ()
        whole: list[_Hit] = []
        for start, entry in entries:
            for number in entry.single:
                whole.append((number, start, start + 1))
            if entry.several and start + 1 < len(tokens):
                for key in self._word_keys(tokens[start + 1]):
                    for number, sequence in entry.several.get(key, ()):
                        if len(sequence) == 2 or self._stands(sequence, tokens, start):
                            whole.append((number, start, start + len(sequence)))
        pairs: list[_Hit] = []
        first = _NOTHING.union(*[entry.sides[0] for _, entry in entries])
        if first:
            second = _NOTHING.union(*[entry.sides[1] for _, entry in entries])
            both = first & second
            blocked = self._blocked(whole) if both else []
            for number in both:
                one = self._side(number, 0, tokens, entries)
                other = self._side(number, 1, tokens, entries) if one else []
                if other:
                    pairs += _near(number, one, other, WINDOW, blocked)
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

    def _word_keys(self, word: str) -> frozenset[str]:
        known = self._keys.get(word)
        if known is None:
            found = list(text.keys(word, self.language))
            if "=" + word in self._exact:
                found.append("=" + word)
            bare = text.fold(word)
            found += [key for key, pattern in self._wildcards if pattern.fullmatch(bare)]
            known = frozenset(found)
            if len(self._keys) < REMEMBERED:
                self._keys[word] = known
        return known

    def _entry(self, word: str) -> _Entry | None:
        single: dict[int, None] = {}
        several: dict[str, list[tuple[int, _Sequence]]] = {}
        sides: tuple[set[int], set[int]] = (set(), set())
        for key in sorted(self._word_keys(word)):
            for number, side, sequence in self._index.get(key, ()):
                if len(self._parts[number]) > 1:
                    sides[side].add(number)
                elif len(sequence) == 1:
                    single[number] = None
                else:
                    for second in sequence[1]:
                        several.setdefault(second, []).append((number, sequence))
        entry = None
        if single or several or sides[0] or sides[1]:
            entry = _Entry(tuple(single), several, (frozenset(sides[0]), frozenset(sides[1])))
        if len(self._entries) < REMEMBERED:
            self._entries[word] = entry
        return entry

    def _stands(self, sequence: _Sequence, tokens: list[str], start: int) -> bool:
        if start + len(sequence) > len(tokens):
            return False
        return all(
            not word.isdisjoint(self._word_keys(tokens[start + step]))
            for step, word in enumerate(sequence)
        )

    def _side(
        self, number: int, side: int, tokens: list[str], entries: list[tuple[int, _Entry]]
    ) -> list[_Hit]:
        found: list[_Hit] = []
        single, several = self._sides[number, side]
        for start, entry in entries:
            if number not in entry.sides[side]:
                continue
            keys = self._word_keys(tokens[start])
            if not single.isdisjoint(keys):
                found.append((number, start, start + 1))
            for sequence in several:
                if not sequence[0].isdisjoint(keys) and self._stands(sequence, tokens, start):
                    found.append((number, start, start + len(sequence)))
        return found

    def _blocked(self, whole: list[_Hit]) -> list[tuple[int, int]]:
        return [(start, end) for number, start, end in whole if not self.phrases[number].theme]

    def _weigh(
        self, whole: list[_Hit], pairs: list[_Hit], surface: Callable[[int, int], str]
    ) -> tuple[Evidence, ...]:
        long = {(start, end) for _, start, end in whole if end - start > 1}
        found = [hit for hit in whole if not long or not _inside(hit, long)] + pairs
        missing: dict[str, float] = {}
        words: dict[str, dict[str, None]] = {}
        counted: set[int | tuple[str, str]] = set()
        for number, start, end in sorted(found, key=itemgetter(1)):
            phrase = self.phrases[number]
            if phrase.theme is None:
                continue
            seen = surface(start, end)
            words.setdefault(phrase.theme, {})[seen] = None
            # The same phrase twice is not twice the evidence, nor are two phrases on the same words.
            if number in counted or (phrase.theme, seen) in counted:
                continue
            counted |= {number, (phrase.theme, seen)}
            rest = 1.0 - WEIGHTS[phrase.weight]
            missing[phrase.theme] = missing.get(phrase.theme, 1.0) * rest
        evidence = [Evidence(code, 1.0 - rest, tuple(words[code])) for code, rest in missing.items()]
        return tuple(sorted(evidence, key=lambda one: (-one.probability, one.code)))


def _wildcard(key: str) -> re.Pattern[str]:
    body = re.escape(key.strip("*"))
    return re.compile((".*" if key[0] == "*" else "") + body + (".*" if key[-1] == "*" else ""))


def _inside(hit: _Hit, spans: set[tuple[int, int]]) -> bool:
    _, start, end = hit
    return any(a <= start and end <= b and (a, b) != (start, end) for a, b in spans)


def _near(
    number: int,
    one: list[_Hit],
    other: list[_Hit],
    window: int,
    blocked: list[tuple[int, int]],
) -> list[_Hit]:
    """The first pair of sides at most `window` apart, as one hit; none inside a blocking phrase."""
    for _, a, b in one:
        if any(start <= a and b <= end for start, end in blocked):
            continue
        for _, c, d in other:
            if any(start <= c and d <= end for start, end in blocked):
                continue
            if 0 <= max(a, c) - min(b, d) <= window:
                return [(number, min(a, c), max(b, d))]
    return []
