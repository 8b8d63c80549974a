"""The words of a wave for paper: frozen ones, or before it opens those that would be frozen now."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from ..i18n import offered
from ..survey.compose import ask_eligibility
from ..survey.words import Asked, Words, make_words
from ..waves.models import Wave
from ..waves.opening import words_now
from ..waves.queries import list_wordings


@dataclass(frozen=True, slots=True)
class SheetWords:
    """A language's words and their digest."""

    words: Words
    sha256: str


def sheet_words(session: Session, wave: Wave) -> dict[str, SheetWords]:
    """Language to words, for every language the wave is (or would be) offered in."""
    frozen = list_wordings(session, wave)
    if frozen:
        return {
            row.language: SheetWords(make_words(wave, row.language, row.wording), row.sha256)
            for row in frozen
        }
    return {
        one.language: SheetWords(make_words(wave, one.language, one.document), one.sha256)
        for one in words_now(session, wave, list(offered()))
    }


def asked_on_paper(words: Words) -> tuple[Asked, ...]:
    """Every question in the order of the form, those before the first page among them.

    Paper cannot look up a neighborhood, so everybody is asked for the police district.
    """
    found = list(ask_eligibility(words))
    for question in words.instrument.questions:
        found.append(words.ask(question))
        if question.kind == "area":
            found.append(words.ask_district(tuple(one.code for one in words.instrument.districts)))
    return tuple(found)
