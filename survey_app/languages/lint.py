"""What is wrong with a translated catalogue: places lost, tags, numbers, length, blanks.

`python -m survey_app.languages.lint` looks at every catalogue in translations/ (`make lint`). The same
rules refuse a reviewed file on its way in. It checks form; whether the words are right, a reader says.
"""

from __future__ import annotations

import re
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po

from .models import DOMAINS

PLACE = re.compile(r"%\((\w+)\)[sd]|%%")
_TAG = re.compile(r"</?[a-z]+")
_DIGITS = re.compile(r"\d+")
#: A plural form may say its number in a word.
_NUMBERS = {"%(num)s", "%(count)s", "%(n)s", "%(num)d"}
#: A button or a heading that is this many times as long as in English breaks its line on a phone.
SHORT, SHORT_TIMES, SHORT_MORE = 25, 2.5, 14
LONG_TIMES, LONG_MORE = 2.0, 20


@dataclass(frozen=True)
class Flaw:
    """One thing wrong: where (context or English), the words, what to do."""

    key: str
    words: str
    advice: str

    def __str__(self) -> str:
        return f"{self.key}: {self.advice} ({self.words})"


def source_of(message: Message) -> tuple[str, ...]:
    """English: one text, or singular and plural."""
    return (message.id,) if isinstance(message.id, str) else tuple(message.id)


def words_of(message: Message) -> tuple[str, ...]:
    """The translation: one text, or a form each."""
    return (message.string,) if isinstance(message.string, str) else tuple(message.string or ())


def key_of(message: Message) -> str:
    """Context and English in one, as gettext keeps them."""
    source = source_of(message)[0]
    return f"{message.context}\x04{source}" if message.context else source


def flaws(catalog: Catalog) -> Iterator[Flaw]:
    """Everything wrong with what is translated; what is not yet translated is no flaw here."""
    for message in catalog:
        if not message.id or not all(words_of(message)):
            continue
        name = message.context or source_of(message)[0]
        for words in words_of(message):
            for advice in _advice(message, words):
                yield Flaw(name, words, advice)


def _advice(message: Message, words: str) -> Iterator[str]:
    source = source_of(message)
    wanted = {found.group() for text in source for found in PLACE.finditer(text)}
    found = {found.group() for found in PLACE.finditer(words)}
    spare = _NUMBERS if message.pluralizable else set()
    if lost := wanted - found - spare:
        yield f"put back {', '.join(sorted(lost))}"
    if extra := found - wanted:
        yield f"take out {', '.join(sorted(extra))}"
    if wanted and "%" in PLACE.sub("", words):
        yield "write a percent sign as %%"
    if sorted(_TAG.findall(words)) != sorted(_TAG.findall(source[-1])):
        yield "keep the tags as in English"
    # The instrument: years, ages and telephone numbers stay.
    numbers = Counter(_DIGITS.findall(source[0])) if message.context else Counter()
    if gone := numbers - Counter(_DIGITS.findall(words)):
        yield f"put back the number {', '.join(sorted(gone))}"
    if words != words.strip() and source[-1] == source[-1].strip():
        yield "take out the blank at the start or the end"
    longest = max(len(text) for text in source)
    times, more = (SHORT_TIMES, SHORT_MORE) if longest <= SHORT else (LONG_TIMES, LONG_MORE)
    most = longest * times + more
    if len(words) > most:
        yield f"say it in at most {most:.0f} letters; it has {len(words)}"


def catalogues(folder: Path) -> Iterator[tuple[Path, str]]:
    """Every catalogue below the folder with its language."""
    for domain in DOMAINS:
        for path in sorted(folder.glob(f"*/LC_MESSAGES/{domain}.po")):
            yield path, path.parent.parent.name


def main() -> int:
    from ..i18n import TRANSLATIONS

    count = found = 0
    for path, language in catalogues(TRANSLATIONS):
        with path.open("rb") as file:
            catalog = read_po(file, locale=language)
        count += 1
        for flaw in flaws(catalog):
            found += 1
            print(f"{path.relative_to(TRANSLATIONS)}: {flaw}")
    print(f"{count} catalogues: {found} flaws")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
