"""The codebook as data: which themes there are, what counts, and what may be compared over years."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import lru_cache
from importlib import resources
from typing import Any

from analysis.themes.errors import CodebookError

NONE = "none"
"""Read, and no theme fits."""
UNCLEAR = "unclear"
"""Could not be decided; not the same fact as `none`."""
SPECIAL = (NONE, UNCLEAR)

LATEST = 1
_THEME_KEYS = {
    "code", "meaning", "label", "result", "section", "definition", "include", "exclude", "subthemes"
}  # fmt: skip


@dataclass(frozen=True)
class SubTheme:
    """A finer code under a theme; the theme's share, not this one's, is compared over years."""

    code: str
    label: str


@dataclass(frozen=True)
class Theme:
    """One code: what it is about, what it is not, and the result of the plan that it speaks to.

    `meaning` is raised when what is counted changes; words may change without it.
    """

    code: str
    meaning: int
    label: str
    definition: str
    include: tuple[str, ...]
    exclude: tuple[str, ...]
    pillar: int
    result: str
    section: str
    subthemes: tuple[SubTheme, ...]


@dataclass(frozen=True)
class Codebook:
    """A version of the codebook. `themes` keeps the order of the file; a version that is only proposed
    has no day on which it was `adopted`."""

    version: int
    adopted: date | None
    instruction: str
    pillars: Mapping[int, str]
    results: Mapping[str, str]
    themes: tuple[Theme, ...]

    def __iter__(self) -> Iterator[Theme]:
        return iter(self.themes)

    @property
    def codes(self) -> tuple[str, ...]:
        """The codes of the themes, in order, without `none` and `unclear`."""
        return tuple(theme.code for theme in self.themes)

    def theme(self, code: str) -> Theme:
        """The theme with this code; CodebookError names the codes there are."""
        for theme in self.themes:
            if theme.code == code:
                return theme
        raise CodebookError(
            f"There is no theme {code!r} in codebook version {self.version}. "
            f"Its codes are: {', '.join(self.codes)}."
        )

    def check(self, codes: frozenset[str] | set[str]) -> None:
        """CodebookError unless `codes` is what one person may give one comment."""
        unknown = codes - set(self.codes) - set(SPECIAL)
        if unknown:
            raise CodebookError(
                f"Unknown code {sorted(unknown)[0]!r}: use a code of codebook version "
                f"{self.version}, or none, or unclear."
            )
        if not codes:
            raise CodebookError("A comment that was read has a theme, or none, or unclear.")
        if len(codes) > 1 and codes & set(SPECIAL):
            raise CodebookError("none and unclear stand alone: remove them or the other codes.")


class Comparison(StrEnum):
    """What two versions say about one code."""

    IDENTICAL = "identical"
    """Same meaning, same words."""
    CLARIFIED = "clarified"
    """Same meaning in other words: shares may be compared; the change of words is told."""
    BROKEN = "broken"
    """Another meaning: earlier codes do not count, shares are not compared."""
    ADDED = "added"
    REMOVED = "removed"

    @property
    def comparable(self) -> bool:
        """True where shares of the two versions may stand in one trend."""
        return self in (Comparison.IDENTICAL, Comparison.CLARIFIED)


def load_codebook(version: int = LATEST) -> Codebook:
    """The codebook of a version, from `codebook_v<version>.toml`; CodebookError where it is wrong."""
    return _load(version)


@lru_cache(maxsize=8)
def _load(version: int) -> Codebook:
    name = f"codebook_v{version}.toml"
    source = resources.files("analysis.themes").joinpath(name)
    if not source.is_file():
        raise CodebookError(f"There is no codebook version {version} (looked for {name}).")
    return read_codebook(source.read_text(encoding="utf-8"), name)


def codebook_versions() -> list[Codebook]:
    """Every version there is, the proposed ones too, the oldest first."""
    found: list[Codebook] = []
    while resources.files("analysis.themes").joinpath(f"codebook_v{len(found) + 1}.toml").is_file():
        found.append(load_codebook(len(found) + 1))
    return found


def read_codebook(text: str, name: str) -> Codebook:
    """A codebook from TOML `text`; `name` is used in messages. CodebookError names theme and key.

    A file with `based_on` holds only what differs: its themes replace those of that version with the
    same code, or come after them.
    """
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise CodebookError(f"{name} is not valid TOML: {error}.") from error
    if "based_on" in raw:
        raw = _differing(raw, name)
    for key in ("version", "instruction", "pillars", "results", "theme"):
        if key not in raw:
            raise CodebookError(f"{name}: the key {key!r} is missing.")
    pillars = {int(number): str(words) for number, words in raw["pillars"].items()}
    results = {str(number): str(words) for number, words in raw["results"].items()}
    themes = tuple(_theme(entry, pillars, results, name) for entry in raw["theme"])
    codes = [theme.code for theme in themes]
    for code in codes:
        if codes.count(code) > 1:
            raise CodebookError(f"{name}: the code {code!r} stands twice.")
        if code in SPECIAL:
            raise CodebookError(f"{name}: {code!r} is not a theme; every codebook has it already.")
    return Codebook(
        version=int(raw["version"]),
        adopted=raw.get("adopted"),
        instruction=str(raw["instruction"]).strip(),
        pillars=pillars,
        results=results,
        themes=themes,
    )


def _differing(raw: dict[str, Any], name: str) -> dict[str, Any]:
    earlier = f"codebook_v{raw['based_on']}.toml"
    source = resources.files("analysis.themes").joinpath(earlier)
    if not source.is_file() or int(raw["based_on"]) >= int(raw.get("version", 0)):
        raise CodebookError(f"{name}: based_on must name an earlier version.")
    base = tomllib.loads(source.read_text(encoding="utf-8"))
    themes = {entry["code"]: entry for entry in base["theme"]}
    themes |= {entry.get("code", "?"): entry for entry in raw.get("theme", [])}
    base.pop("adopted", None)
    return {**base, **raw, "theme": list(themes.values())}


def _theme(
    entry: Mapping[str, Any], pillars: Mapping[int, str], results: Mapping[str, str], name: str
) -> Theme:
    code = str(entry.get("code", "?"))
    wrong = set(entry) ^ _THEME_KEYS
    if wrong:
        raise CodebookError(f"{name}, theme {code!r}: missing or unknown key {sorted(wrong)[0]!r}.")
    result = str(entry["result"])
    if result not in results:
        raise CodebookError(f"{name}, theme {code!r}: there is no plan result {result!r}.")
    pillar = int(result.split(".")[0])
    if pillar not in pillars:
        raise CodebookError(f"{name}, theme {code!r}: there is no pillar {pillar}.")
    return Theme(
        code=code,
        meaning=int(entry["meaning"]),
        label=str(entry["label"]),
        definition=str(entry["definition"]),
        include=tuple(entry["include"]),
        exclude=tuple(entry["exclude"]),
        pillar=pillar,
        result=result,
        section=str(entry["section"]),
        subthemes=tuple(SubTheme(key, str(label)) for key, label in entry["subthemes"].items()),
    )


def compare(old: Codebook, new: Codebook) -> dict[str, Comparison]:
    """For every code of either version, what became of it.

    CodebookError where `meaning` differs although no word of definition or notes does: a change
    that nobody can read is a mistake in the file.
    """
    before = {theme.code: theme for theme in old}
    after = {theme.code: theme for theme in new}
    verdicts: dict[str, Comparison] = {}
    for code in dict.fromkeys((*before, *after)):
        if code not in after:
            verdicts[code] = Comparison.REMOVED
        elif code not in before:
            verdicts[code] = Comparison.ADDED
        else:
            verdicts[code] = _verdict(before[code], after[code], new.version)
    return verdicts


def _verdict(old: Theme, new: Theme, version: int) -> Comparison:
    same_words = (old.definition, old.include, old.exclude) == (
        new.definition,
        new.include,
        new.exclude,
    )
    if old.meaning == new.meaning:
        return Comparison.IDENTICAL if same_words else Comparison.CLARIFIED
    if same_words:
        raise CodebookError(
            f"Theme {new.code!r}: version {version} raises its meaning to {new.meaning} "
            "but no word of its definition or notes changed. Say what changed, or keep the number."
        )
    return Comparison.BROKEN
