"""The right door: which comments should go elsewhere first, and where. Data: doors.toml."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from typing import Any

from .compose import HERE, RulesError, table

#: Letters that a cue of an alphabet must not follow; scripts without spaces have no word start.
_BEFORE = "(?:^|[^A-Za-z0-9а-яА-Я\u0621-\u064a])"
_ARTICLE = "(?:[وبلف]?ال|[وبلف])?"


@dataclass(frozen=True)
class Door:
    """A place that is better for a story than a list of comments.

    `patterns`: each must be found in the folded text in small letters. `call` is a number or address;
    `name` and `do` are empty for the doors that the screens know.
    """

    code: str
    name: str
    do: str
    call: str
    patterns: tuple[str, ...]


def _spell(word: str, fold: dict[int, int]) -> str:
    folded = word.translate(fold).lower()
    any_ending = folded.endswith("*")
    out = re.sub(r"[ ]+", "[ ]+", re.sub(r"([\^$\\.+?()\[\]{}|/])", r"\\\1", folded.rstrip("*")))
    first = folded[0]
    if "\u0621" <= first <= "\u064a":
        out = f"{_BEFORE}{_ARTICLE}{out}" + ("" if any_ending else "(?![\u0621-\u064a])")
    elif first < "\u0530":
        out = f"{_BEFORE}{out}" + ("" if any_ending else "(?![A-Za-z0-9а-я])")
    return out


@cache
def doors() -> dict[str, Door]:
    """Code to door, in the order of doors.toml. Raises RulesError for a door that cannot be used."""
    path = HERE / "doors.toml"
    from_, to = table()["fold"]
    fold: dict[int, int] = str.maketrans(from_, to)
    read: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
    found: dict[str, Door] = {}
    for code, row in read.get("doors", {}).items():
        if not row.get("call") or not row.get("when") or not all(row["when"]):
            raise RulesError(f"{path}, door {code}: give `call`, and a word in every list of `when`")
        patterns = tuple("|".join(_spell(word, fold) for word in words) for words in row["when"])
        found[code] = Door(code, row.get("name", ""), row.get("do", ""), row["call"], patterns)
    if not found:
        raise RulesError(f"{path} has no door")
    return found


@cache
def _compiled() -> tuple[tuple[str, tuple[re.Pattern[str], ...]], ...]:
    return tuple(
        (code, tuple(re.compile(pattern) for pattern in door.patterns))
        for code, door in doors().items()
    )


def offered(text: str) -> tuple[str, ...]:
    """Codes of the doors that a comment should be shown, the most urgent first; often none."""
    from_, to = table()["fold"]
    folded = text.translate(str.maketrans(from_, to)).lower()
    return tuple(
        code for code, patterns in _compiled() if all(pattern.search(folded) for pattern in patterns)
    )
