"""The words of the instrument in one language: there, or an error, never English in between."""

from __future__ import annotations

import gettext
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from questionnaires.schema import Instrument, Message

DOMAIN = "instrument"
SOURCE_LANGUAGE = "en"
_CONTEXT_END = "\x04"
"""What gettext puts between a context and its text in a catalogue."""


class WordingError(LookupError):
    """A language does not have a string of the instrument."""


@dataclass(frozen=True, slots=True)
class Wording:
    """The instrument's strings in one language.

    `translations` is a compiled catalogue; None for English, the language of the source.
    """

    language: str
    translations: gettext.NullTranslations | None

    def text(self, context: str, source: str) -> str:
        """The words for a message of the instrument.

        Raises WordingError when the catalogue lacks it: the instrument never falls back.
        """
        if self.translations is None:
            return source
        key = f"{context}{_CONTEXT_END}{source}"
        found = self.translations.gettext(key)
        if found == key or not found:
            raise WordingError(
                f"The language {self.language!r} has no words for {context!r} ({source!r}). "
                "Complete its instrument.po and run `make catalogues`; until then do not offer it."
            )
        return found

    def missing(self, messages: Iterable[Message]) -> tuple[str, ...]:
        """Contexts of the messages this language has no words for, in order."""
        lacking = []
        for message in messages:
            try:
                self.text(message.context, message.text)
            except WordingError:
                lacking.append(message.context)
        return tuple(lacking)


def load_wording(language: str, folder: Path) -> Wording:
    """The words of a language from `<folder>/<language>/LC_MESSAGES/instrument.mo`.

    English needs no catalogue. Raises WordingError when another language's is not compiled.
    """
    if language == SOURCE_LANGUAGE:
        return Wording(language, None)
    try:
        catalogue = gettext.translation(DOMAIN, localedir=folder, languages=[language])
    except FileNotFoundError:
        raise WordingError(
            f"The language {language!r} has no compiled {DOMAIN} catalogue in {folder}; "
            "run `make catalogues`."
        ) from None
    return Wording(language, catalogue)


def complete(language: str, instrument: Instrument, folder: Path) -> tuple[str, ...]:
    """Contexts that the language lacks for this questionnaire; empty when it can be offered."""
    return load_wording(language, folder).missing(instrument.messages())
