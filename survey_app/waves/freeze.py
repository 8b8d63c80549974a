"""What is fixed when a wave opens: every word residents are shown, in every language it is offered in.

The frozen document of one language is JSON with sorted keys: the questionnaire and its digest, the
minutes promised, every message by context, the help lines with the day they were checked, and the
measures named as primary before fieldwork. Its digest is stored beside it; the row cannot be changed.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from questionnaires.schema import HelpLine, Instrument
from questionnaires.wording import SOURCE_LANGUAGE, Wording, WordingError, load_wording

from ..i18n import TRANSLATIONS, offered

#: Help lines must have been checked at most this long before a real wave opens.
HELP_LINES_FRESH = timedelta(days=30)


@dataclass(frozen=True)
class Frozen:
    """One language's document and its digest."""

    language: str
    document: dict[str, Any]
    sha256: str


def freeze(instrument: Instrument) -> tuple[Frozen, ...]:
    """One document for each language of the interface whose instrument catalogue is complete.

    The instrument never falls back to English, so a language that lacks a single string is left out.
    """
    found = []
    for language in offered():
        wording = _complete_wording(language, instrument)
        if wording is not None:
            document = _document(instrument, wording)
            found.append(Frozen(language, document, digest(document)))
    return tuple(found)


def _complete_wording(language: str, instrument: Instrument) -> Wording | None:
    try:
        wording = load_wording(language, TRANSLATIONS)
    except WordingError:
        return None
    return None if wording.missing(instrument.messages()) else wording


def _document(instrument: Instrument, wording: Wording) -> dict[str, Any]:
    return {
        "questionnaire": instrument.id,
        "instrument_sha256": instrument.sha256(),
        "language": wording.language,
        "minutes": instrument.front.minutes,
        "messages": {
            message.context: wording.text(message.context, message.text)
            for message in instrument.messages()
        },
        "help_lines": [
            {
                "id": line.id,
                "number": line.number,
                "checked_on": line.checked_on.isoformat(),
                "checked_how": line.checked_how,
            }
            for line in instrument.help_lines
        ],
        "primary_measures": [measure.id for measure in instrument.measures if measure.primary],
    }


def digest(document: dict[str, Any]) -> str:
    """SHA-256 of the document as canonical JSON: sorted keys, no blanks, UTF-8."""
    text = json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def stale_help_lines(instrument: Instrument, today: date) -> tuple[HelpLine, ...]:
    """Help lines nobody checked within the last 30 days, or that claim a day still to come."""
    oldest = today - HELP_LINES_FRESH
    return tuple(line for line in instrument.help_lines if not oldest <= line.checked_on <= today)


def has_source_language(frozen: tuple[Frozen, ...]) -> bool:
    return any(one.language == SOURCE_LANGUAGE for one in frozen)
