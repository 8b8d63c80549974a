"""Words of a comment: language, tokens, stems. Nothing is downloaded.

Stems: Snowball for en es fr ru de, ISRI for ar (both NLTK). Swahili has no stemmer on a package
index; its words are kept whole and its seed phrases use wildcards. Chinese and Korean are not
written in words: see `segment.py`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from functools import lru_cache

from nltk.stem import SnowballStemmer
from nltk.stem.isri import ISRIStemmer

LANGUAGES = ("en", "es", "fr", "ar", "zh", "ko", "ru", "sw")
"""Languages of the product for which there are seed phrases and test comments."""
UNSPACED = frozenset({"zh", "ko"})
"""Languages matched by characters, since spaces do not divide their text into words."""

_SNOWBALL = {"en": "english", "es": "spanish", "fr": "french", "ru": "russian", "de": "german"}
# Letters and digits with inner apostrophes. NLTK's TweetTokenizer costs 0.13 ms a comment and its
# RegexpTokenizer 0.02; the standard library with the same pattern 0.005, and a tagger reads 100,000.
_TOKENS = re.compile(r"[^\W_]+(?:['’ʼ][^\W_]+)*")
_ASCII_TOKENS = re.compile(r"[a-z0-9]+(?:'[a-z0-9]+)*")
"""The same on lower-case text in ASCII, where it takes two thirds of the time."""
_ARABIC_MARKS = re.compile(r"[\u0610-\u061a\u064b-\u065f\u0670\u0640]")
_ELISION = re.compile(r"^(?:l|d|j|n|m|t|s|c|qu|jusqu|lorsqu|puisqu)['’ʼ](?=.)")
_FUNCTION_WORDS = {
    "en": "the and is are to of in for we they it that not no with have on at be my our you more",
    "es": "el la los las de que y en es un una por con no se lo para más mi nos hay muy del",
    "fr": "le la les des de et en est un une pour avec ne pas on nous il que du dans ce plus au qui",
    "sw": "na ya wa kwa ni za la katika hakuna sana watu wetu yetu tunahitaji hapa cha vya si au",
    "de": "der die das und ist nicht ein eine zu den von mit auf für wir sich auch es dem im wird",
}
_FUNCTION = {language: frozenset(words.split()) for language, words in _FUNCTION_WORDS.items()}
_SCRIPTS = (
    ("ko", re.compile(r"[\u1100-\u11ff\u3130-\u318f\uac00-\ud7af]")),
    ("zh", re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]")),
    ("ru", re.compile(r"[\u0400-\u04ff]")),
    ("ar", re.compile(r"[\u0600-\u06ff\u0750-\u077f]")),
)
CLEAR = 3
"""So many function words of the form's language leave no doubt."""
_LETTER = re.compile(r"[^\W\d_]")
_LATIN = re.compile(r"[A-Za-z\u00c0-\u024f\u1e00-\u1eff]")
_KANA = re.compile(r"[\u3041-\u30fa]")


def normalise(text: str, language: str) -> str:
    """NFKC, lower case, one kind of apostrophe; Arabic without vowel signs and letter variants."""
    if text.isascii():
        return text.lower()
    text = unicodedata.normalize("NFKC", text).casefold().replace("’", "'").replace("ʼ", "'")
    if language == "ar":
        text = _ARABIC_MARKS.sub("", text)
        text = text.translate(_ARABIC_LETTERS)
    elif language == "ru":
        text = text.replace("ё", "е")
    return text


_ARABIC_LETTERS = str.maketrans({"أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "ى": "ي", "ؤ": "و", "ئ": "ي"})


def words(text: str, language: str) -> list[str]:
    """Normalised words in order; French elisions and English 's taken off.

    For `zh` and `ko` runs between spaces and signs are returned: use `segment.terms` for words.
    """
    return divide(normalise(text, language), language)


def divide(normal: str, language: str) -> list[str]:
    """The words of normalised text, or of a part of it between spaces."""
    found: list[str] = (_ASCII_TOKENS if normal.isascii() else _TOKENS).findall(normal)
    if "'" not in normal:
        return found
    if language == "fr":
        return [_ELISION.sub("", word) for word in found]
    if language == "en":
        return [word[:-2] if word[-2:] == "'s" else word for word in found]
    return found


def fold(word: str) -> str:
    """The word without accents: people leave them out on phones."""
    if word.isascii():
        return word
    split = unicodedata.normalize("NFD", word)
    return "".join(sign for sign in split if unicodedata.category(sign) != "Mn")


@lru_cache(maxsize=200_000)
def stem(word: str, language: str) -> str:
    """The stem of a normalised word; the word itself where there is no stemmer."""
    return _stemmer(language)(word)


@lru_cache(maxsize=200_000)
def keys(word: str, language: str) -> tuple[str, ...]:
    """What the word is looked up by: its stem, and the stem of its accent-less form."""
    first = fold(stem(word, language)) if language not in ("ar", "ru") else stem(word, language)
    if word.isascii() or language in ("ar", "ru"):
        return (first,)
    second = stem(fold(word), language)
    return (first,) if first == second else (first, second)


@lru_cache(maxsize=16)
def _stemmer(language: str) -> Callable[[str], str]:
    if language in _SNOWBALL:
        snowball: Callable[[str], str] = SnowballStemmer(_SNOWBALL[language]).stem
        return snowball
    if language == "ar":
        isri: Callable[[str], str] = ISRIStemmer().stem
        return isri
    return str


def language_of(text: str, prior: str | None) -> str | None:
    """The language of `text`, given the language of the form it came from.

    The script decides where it contradicts the prior; within the Latin script the prior stays unless
    the function words speak clearly for another language, also a prior that nothing is known of.
    None: no letters and no prior, or a script that no known language is written in.
    """
    if not text.isascii():
        if _KANA.search(text):
            return "ja"
        letters = len(_LETTER.findall(text))
        for language, pattern in _SCRIPTS:
            # A Chinese sentence may name an English place: a third of the letters is enough.
            if letters and 3 * len(pattern.findall(text)) >= letters:
                return language
        if letters and 3 * len(_LATIN.findall(text)) < letters:
            return None if prior in LANGUAGES or prior == "de" else prior
    if not _LETTER.search(text):
        return prior
    found = set(text.lower().split())
    if prior in _FUNCTION and len(found & _FUNCTION[prior]) >= CLEAR:
        return prior
    scores = {language: len(found & known) for language, known in _FUNCTION.items()}
    best = max(scores, key=scores.__getitem__)
    if prior in scores and scores[prior] + 2 > scores[best]:
        return prior
    if prior is not None and prior not in LANGUAGES and prior != "de" and scores[best] < CLEAR:
        return prior
    if scores[best] == 0:
        return prior if prior in scores else "en"
    return best
