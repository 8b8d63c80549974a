"""Sentences written for the demonstration, by language."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache

from .settings import DATA


@dataclass(frozen=True)
class OwnWords:
    """`english` stands beside `texts` one by one; empty for English itself."""

    texts: tuple[str, ...]
    english: tuple[str, ...]


@cache
def own_words() -> dict[str, OwnWords]:
    with (DATA / "own_words.toml").open("rb") as stream:
        content = tomllib.load(stream)
    found = {}
    for language, [row] in content.items():
        words = OwnWords(tuple(row["texts"]), tuple(row.get("english", ())))
        if words.english and len(words.english) != len(words.texts):
            raise ValueError(f"own_words.toml: {language} needs one English sentence for each text.")
        found[language] = words
    return found
