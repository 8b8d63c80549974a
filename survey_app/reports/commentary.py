"""The analyst's commentary: words of an edition beside its figures, in English and in translations.

It stands in the edition's wording and so in its digest: whoever approves an edition approves it, and
after that it never changes. Each translation says whether a native reader has reviewed it.
"""

from __future__ import annotations

import json

from ..community.kinds import direction_of
from .codec import canonical
from .speech import gettext as _
from .views import CommentaryView
from .wording import SOURCE_LANGUAGE, Wording, Words

TEXT, STATUS, AUTHOR = "commentary", "commentary.status", "commentary.author"
DRAFTED, REVIEWED = "drafted", "reviewed"
_CONTEXTS = (TEXT, STATUS, AUTHOR)
LONGEST = 3000


def put_commentary(stored: str, language: str, text: str, *, reviewed: bool, author: str) -> str:
    """The wording with this text in it, or without one where `text` is empty. Another English text
    makes every translation a draft again."""
    wording: Wording = json.loads(stored)
    before = wording.get(language, {}).get(TEXT, "")
    mine = {TEXT: text, STATUS: REVIEWED if reviewed else DRAFTED, AUTHOR: author}
    _take_out(wording, language)
    if text:
        wording.setdefault(language, {}).update(mine)
    if language == SOURCE_LANGUAGE and text != before:
        for messages in wording.values():
            if STATUS in messages:
                messages[STATUS] = DRAFTED
    return canonical({code: messages for code, messages in wording.items() if messages})


def _take_out(wording: Wording, language: str) -> None:
    for context in _CONTEXTS:
        wording.get(language, {}).pop(context, None)


def carry_commentary(earlier: str, stored: str) -> str:
    """The wording with the commentary of an earlier edition, where it has none of its own."""
    wording: Wording = json.loads(stored)
    if any(TEXT in messages for messages in wording.values()):
        return stored
    found: Wording = json.loads(earlier)
    for language, messages in found.items():
        mine = {context: messages[context] for context in _CONTEXTS if context in messages}
        if mine:
            wording.setdefault(language, {}).update(mine)
    return canonical(wording)


def texts_of(stored: str) -> dict[str, tuple[str, bool]]:
    """Language -> text, whether a native reader has reviewed it."""
    wording: Wording = json.loads(stored)
    return {
        language: (messages[TEXT], messages[STATUS] == REVIEWED)
        for language, messages in wording.items()
        if TEXT in messages
    }


def authors_of(stored: str) -> set[str]:
    """Accounts whose words are in it."""
    wording: Wording = json.loads(stored)
    return {messages[AUTHOR] for messages in wording.values() if AUTHOR in messages}


def commentary_view(wording: Words) -> CommentaryView | None:
    """In the language of the page, else in English with a note that says so."""
    said = wording.said(TEXT)
    if said is None:
        return None
    note = ""
    if said.language != wording.page:
        note = _("This text is not there in your language yet.")
    elif said.language != SOURCE_LANGUAGE and wording.spoken[said.language][STATUS] != REVIEWED:
        note = _("A draft translation: no native reader has reviewed it yet.")
    return CommentaryView(
        paragraphs=tuple(part.strip() for part in said.text.split("\n") if part.strip()),
        language=said.language,
        direction=direction_of(said.language),
        note=note,
    )
