"""Nobody named: what the rules of survey_app/pii find in a comment, worded for the facilitator."""

from __future__ import annotations

from dataclasses import replace

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from ..pii.rules import Finding, find, mask
from .note_words import NoteWords

KIND_LABELS: dict[str, LazyString] = {
    "phone": _l("This looks like a phone number"),
    "email": _l("This looks like an e-mail address"),
    "address": _l("This looks like somebody’s address"),
    "plate": _l("This looks like a license plate"),
    "id": _l("This looks like a number that belongs to a person or a case"),
    "name": _l("This looks like a name"),
}
#: Why a finding may stay in the text: the only reasons there are.
KEPT_BECAUSE: dict[str, LazyString] = {
    "public_contact": _l("It is the public number or address of an office"),
    "public_office": _l("It is the name of an elected official"),
    "not_personal": _l("It is nothing of the kind"),
}


def find_personal(text: str, language: str) -> tuple[Finding, ...]:
    """Findings from left to right, none overlapping; offsets in code points."""
    return find(text, language)


def mask_personal(text: str, language: str) -> str:
    """The text with every finding replaced by a mark, alike in all languages: [phone], [name]"""
    return mask(text, find(text, language))


def unsettled(words: NoteWords) -> dict[str, tuple[Finding, ...]]:
    """What looks personal in the current wording and is not justified, by field (`body`, `english`)."""
    current = words.current
    texts = {"body": (current.body, current.language), "english": (current.english or "", "en")}
    return {
        field: tuple(one for one in find(text, language) if text[one.start : one.end] not in words.kept)
        for field, (text, language) in texts.items()
    }


def justified(words: NoteWords, reason: str, *, only: str | None = None) -> NoteWords:
    """The words with this reason (of KEPT_BECAUSE) for all that is not settled, or `only` this text."""
    texts = {"body": words.current.body, "english": words.current.english or ""}
    found = {
        text: reason
        for field, findings in unsettled(words).items()
        for text in (texts[field][one.start : one.end] for one in findings)
        if only in (None, text)
    }
    return replace(words, kept={**words.kept, **found})
