"""Terms of a comment for counting and learning: stems, or segmented words in Chinese and Korean.

Chinese by rjieba, Korean by python-mecab-ko, both optional wheels; without them pairs of characters
stand in, which learn almost as well and read worse. `segmenter(language)` names what is in use, and
a trained model remembers it.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from functools import lru_cache

from analysis.themes import text


def terms(comment: str, language: str | None) -> list[str]:
    """The terms of a comment in order; empty where there are no words."""
    return terms_of(comment, text.language_of(comment, language) or "en")


def terms_of(comment: str, spoken: str) -> list[str]:
    """The same for a comment whose language is known."""
    if spoken in text.UNSPACED:
        return [term for run in text.words(comment, spoken) for term in _splitter(spoken)[1](run)]
    return [text.keys(word, spoken)[0] for word in text.words(comment, spoken)]


def segmenter(language: str) -> str:
    """What divides the text of a language: a library with version-free name, or `pairs`."""
    return _splitter(language)[0] if language in text.UNSPACED else "words"


@lru_cache(maxsize=4)
def _splitter(language: str) -> tuple[str, Callable[[str], list[str]]]:
    try:
        if language == "zh":
            jieba = importlib.import_module("rjieba")
            return "rjieba", lambda run: list(jieba.cut(run))
        if language == "ko":
            mecab = importlib.import_module("mecab").MeCab()
            return "python-mecab-ko", lambda run: list(mecab.morphs(run))
    except ImportError:
        pass
    return "pairs", _pairs


def _pairs(run: str) -> list[str]:
    return [run[start : start + 2] for start in range(max(1, len(run) - 1))]
