"""Layer 1 of the tagger: the codebook's seed phrases found in a comment.

A strong phrase speaks for its theme by itself. A fair one does where no other theme is stronger: a
passing word is not a theme. A weak one speaks only together with another. Where phrases overlap the
longer wins ("property tax" is not "tax"). The three probabilities are set by hand;
`docs/methods/themes.md` shows how far they are right.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from importlib import resources

from analysis.themes import text
from analysis.themes.codebook import Codebook, load_codebook
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
WEIGHTS = {"strong": P_STRONG, "fair": P_FAIR, "weak": P_WEAK}


@dataclass(frozen=True)
class Evidence:
    """What the seed phrases say about one theme: a probability and the words that led to it."""

    code: str
    probability: float
    words: tuple[str, ...]


@dataclass(frozen=True)
class _Hit:
    phrase: int
    part: int
    start: int
    end: int


@dataclass
class Lexicon:
    """The compiled seed phrases of one language; `find` is safe to call from several threads."""

    language: str
    phrases: list[Phrase] = field(default_factory=list)
    _parts: list[tuple[Part, ...]] = field(default_factory=list)
    _index: dict[str, list[tuple[int, int, tuple[frozenset[str], ...]]]] = field(default_factory=dict)
    _wildcards: list[tuple[str, re.Pattern[str]]] = field(default_factory=list)
    _exact: set[str] = field(default_factory=set)
    _keys: dict[str, tuple[str, ...]] = field(default_factory=dict)
    _runs: re.Pattern[str] | None = None
    _run_owners: dict[str, list[tuple[int, int]]] = field(default_factory=dict)
    _variants: dict[int, str] = field(default_factory=dict)

    def add(self, phrase: Phrase, where: str) -> None:
        """Compile one phrase; LexiconError names `where` it was read."""
        self.phrases.append(phrase)
        self._parts.append(parts(phrase.source, self.language, where))

    def freeze(self) -> None:
        """Build the index; call once, after the last `add`."""
        if self.language in text.UNSPACED:
            self._freeze_runs()
            return
        wildcards: dict[str, re.Pattern[str]] = {}
        for number, sides in enumerate(self._parts):
            for side, part in enumerate(sides):
                for sequence in part.alternatives:
                    for key in sequence[0]:
                        self._index.setdefault(key, []).append((number, side, sequence))
                    for key in {key for word in sequence for key in word if "*" in key}:
                        body = re.escape(key.strip("*"))
                        wildcards[key] = re.compile(
                            (".*" if key[0] == "*" else "") + body + (".*" if key[-1] == "*" else "")
                        )
                    self._exact |= {key for word in sequence for key in word if key[0] == "="}
        self._wildcards = sorted(wildcards.items())

    def _freeze_runs(self) -> None:
        for number, sides in enumerate(self._parts):
            for side, part in enumerate(sides):
                for (run,) in part.alternatives:
                    for key in run:
                        self._run_owners.setdefault(key, []).append((number, side))
        longest_first = sorted(self._run_owners, key=lambda run: (-len(run), run))
        if longest_first:
            self._runs = re.compile("|".join(map(re.escape, longest_first)))

    def find(self, comment: str) -> tuple[Evidence, ...]:
        """Evidence by theme, strongest first; empty where no phrase is found."""
        if self.language in text.UNSPACED:
            surface = squeeze(comment, self.language).translate(self._variants)
            hits = self._hits_in_runs(surface)
            return self._weigh(hits, WINDOW_CHARACTERS, lambda a, b: surface[a:b])
        tokens = text.words(comment, self.language)
        hits = self._hits_in_words(tokens)
        if not hits:
            return ()
        return self._weigh(hits, WINDOW, lambda a, b: " ".join(tokens[a:b]))

    def _word_keys(self, word: str) -> tuple[str, ...]:
        known = self._keys.get(word)
        if known is None:
            found = list(text.keys(word, self.language))
            bare = text.fold(word)
            if "=" + word in self._exact:
                found.append("=" + word)
            found += [key for key, pattern in self._wildcards if pattern.fullmatch(bare)]
            known = tuple(found)
            if len(self._keys) < 200_000:
                self._keys[word] = known
        return known

    def _hits_in_words(self, tokens: list[str]) -> list[_Hit]:
        keys = [self._word_keys(token) for token in tokens]
        hits: dict[_Hit, None] = {}
        for start, own in enumerate(keys):
            for key in own:
                for phrase, side, sequence in self._index.get(key, ()):
                    end = start + len(sequence)
                    if end > len(keys):
                        continue
                    if all(
                        not word.isdisjoint(keys[start + step])
                        for step, word in enumerate(sequence[1:], start=1)
                    ):
                        hits[_Hit(phrase, side, start, end)] = None
        return list(hits)

    def _hits_in_runs(self, surface: str) -> list[_Hit]:
        if self._runs is None:
            return []
        return [
            _Hit(phrase, side, found.start(), found.end())
            for found in self._runs.finditer(surface)
            for phrase, side in self._run_owners[found.group()]
        ]

    def _weigh(
        self, hits: list[_Hit], window: int, surface: Callable[[int, int], str]
    ) -> tuple[Evidence, ...]:
        whole = [hit for hit in hits if len(self._parts[hit.phrase]) == 1]
        spans = {(hit.start, hit.end) for hit in whole}
        blocked = {(hit.start, hit.end) for hit in whole if self.phrases[hit.phrase].theme is None}
        found: list[tuple[int, int, int]] = [
            (hit.phrase, hit.start, hit.end)
            for hit in whole
            if not any(_inside(hit, span) for span in spans)
        ]
        found += self._pairs([hit for hit in hits if not _covered(hit, blocked)], window)
        missing: dict[str, float] = {}
        words: dict[str, dict[str, None]] = {}
        counted: set[tuple[int, str]] = set()
        for number, start, end in sorted(found, key=lambda item: item[1]):
            phrase = self.phrases[number]
            if phrase.theme is None:
                continue
            seen = surface(start, end)
            words.setdefault(phrase.theme, {})[seen] = None
            # The same phrase twice is not twice the evidence.
            if (number, "") in counted or (-1, phrase.theme + seen) in counted:
                continue
            counted |= {(number, ""), (-1, phrase.theme + seen)}
            p = WEIGHTS[phrase.weight]
            missing[phrase.theme] = missing.get(phrase.theme, 1.0) * (1.0 - p)
        evidence = [Evidence(code, 1.0 - rest, tuple(words[code])) for code, rest in missing.items()]
        return tuple(sorted(evidence, key=lambda one: (-one.probability, one.code)))

    def _pairs(self, hits: list[_Hit], window: int) -> Iterator[tuple[int, int, int]]:
        sides: dict[int, dict[int, list[_Hit]]] = {}
        for hit in hits:
            if len(self._parts[hit.phrase]) > 1:
                sides.setdefault(hit.phrase, {}).setdefault(hit.part, []).append(hit)
        for number, by_part in sides.items():
            if len(by_part) < len(self._parts[number]):
                continue
            first, *others = (by_part[part] for part in sorted(by_part))
            for hit in first:
                near = [_nearest(hit, other, window) for other in others]
                if all(near):
                    group = [hit, *(one for one in near if one)]
                    yield (
                        number,
                        min(one.start for one in group),
                        max(one.end for one in group),
                    )
                    break


def _inside(hit: _Hit, span: tuple[int, int]) -> bool:
    return span[0] <= hit.start and hit.end <= span[1] and span != (hit.start, hit.end)


def _covered(hit: _Hit, spans: set[tuple[int, int]]) -> bool:
    return any(start <= hit.start and hit.end <= end for start, end in spans)


def _nearest(hit: _Hit, others: list[_Hit], window: int) -> _Hit | None:
    for other in others:
        gap = max(hit.start, other.start) - min(hit.end, other.end)
        if 0 <= gap <= window:
            return other
    return None


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
