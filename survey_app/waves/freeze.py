"""What is fixed when a wave opens: every word residents are shown, in every language it is offered in.

The frozen document of one language is JSON with sorted keys: the questionnaire and its digest, the
minutes promised, every message by context, the help lines with the day they were checked, and the
measures named as primary before fieldwork. Its digest is stored beside it; the row cannot be changed.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from questionnaires.schema import HelpLine, Instrument
from questionnaires.wording import SOURCE_LANGUAGE, Wording, WordingError, load_wording

from ..i18n import PSEUDO, TRANSLATIONS, languages, offered
from ..languages.pseudo import pseudo

#: Help lines must have been checked at most this long before a real wave opens.
HELP_LINES_FRESH = timedelta(days=30)


@dataclass(frozen=True)
class Frozen:
    """One language's document and its digest."""

    language: str
    document: dict[str, Any]
    sha256: str


#: Words that reviewers corrected, by language, then by key (context, U+0004, English).
Corrections = Mapping[str, Mapping[str, Any]]


def freeze(
    instrument: Instrument,
    *,
    corrected: Corrections | None = None,
    help_lines: tuple[HelpLine, ...] | None = None,
    only: Iterable[str] | None = None,
) -> tuple[Frozen, ...]:
    """One document for each language of the interface whose instrument catalogue is complete.

    The instrument never falls back to English, so a language that lacks a single string is left out.
    `help_lines`: as checked by the staff; without them as the questionnaire's file has them. `only`:
    these languages, offered or not, and the pseudo-locale; for previews.
    """
    found = []
    for language in offered() if only is None else only:
        messages = messages_in(language, instrument, (corrected or {}).get(language, {}))
        if messages is not None:
            document = _document(instrument, language, messages, help_lines or instrument.help_lines)
            found.append(Frozen(language, document, digest(document)))
    return tuple(found)


def messages_in(
    language: str, instrument: Instrument, corrected: Mapping[str, Any]
) -> dict[str, str] | None:
    """Every message by context; None when the language lacks one."""
    if languages()[language].status == PSEUDO:
        return {message.context: pseudo(message.text) for message in instrument.messages()}
    wording = find_wording_of(language)
    if wording is None or wording.missing(instrument.messages()):
        return None
    return {
        message.context: str(
            corrected.get(f"{message.context}\x04{message.text}")
            or wording.text(message.context, message.text)
        )
        for message in instrument.messages()
    }


def find_wording_of(language: str) -> Wording | None:
    """The compiled instrument catalogue of a language; None when it has none."""
    try:
        return load_wording(language, TRANSLATIONS)
    except WordingError:
        return None


def _document(
    instrument: Instrument,
    language: str,
    messages: Mapping[str, str],
    help_lines: tuple[HelpLine, ...],
) -> dict[str, Any]:
    return {
        "questionnaire": instrument.id,
        "instrument_sha256": instrument.sha256(),
        "language": language,
        "minutes": instrument.front.minutes,
        "messages": dict(messages),
        "help_lines": [
            {
                "id": line.id,
                "number": line.number,
                "checked_on": line.checked_on.isoformat(),
                "checked_how": line.checked_how,
            }
            for line in help_lines
        ],
        "primary_measures": [measure.id for measure in instrument.measures if measure.primary],
    }


def digest(document: dict[str, Any]) -> str:
    """SHA-256 of the document as canonical JSON: sorted keys, no blanks, UTF-8."""
    text = json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def stale_help_lines(lines: tuple[HelpLine, ...], today: date) -> tuple[HelpLine, ...]:
    """Help lines nobody checked within the last 30 days, or that claim a day still to come."""
    oldest = today - HELP_LINES_FRESH
    return tuple(line for line in lines if not oldest <= line.checked_on <= today)


def has_source_language(frozen: tuple[Frozen, ...]) -> bool:
    return any(one.language == SOURCE_LANGUAGE for one in frozen)
