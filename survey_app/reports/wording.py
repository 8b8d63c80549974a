"""The words residents were shown for what is reported, frozen with the edition in every language."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from sqlalchemy.orm import Session

from questionnaires.areas import POLICE_DISTRICTS
from questionnaires.load import load_instrument
from questionnaires.schema import Instrument, Question

from ..waves.models import Wave
from ..waves.queries import list_wordings
from .snapshot import Snapshot

SOURCE_LANGUAGE = "en"


Wording = dict[str, dict[str, str]]
"""Language -> context -> text."""


def gather_wording(session: Session, wave: Wave, instrument: Instrument) -> Wording:
    """Titles of measures, the questions behind them, names of districts."""
    wanted = set(_contexts(instrument))
    found: Wording = {
        SOURCE_LANGUAGE: {m.context: m.text for m in instrument.messages() if m.context in wanted}
    }
    for row in list_wordings(session, wave):
        messages: Mapping[str, str] = row.wording["messages"]
        found[row.language] = {key: text for key, text in messages.items() if key in wanted}
    return found


def merge_wording(*parts: Wording) -> Wording:
    """All of them together; a language may hold no more than, say, one commitment."""
    found: Wording = {}
    for part in parts:
        for language, messages in part.items():
            found.setdefault(language, {}).update(messages)
    return found


def _contexts(instrument: Instrument) -> list[str]:
    contexts = ["title", "sponsor"]
    for measure in instrument.measures:
        contexts.append(f"measure.{measure.id}.title")
        contexts += [message.context for message in instrument.question(measure.question).messages()]
    contexts += [f"area.district.{district.code}" for district in instrument.districts]
    return contexts


@dataclass(frozen=True)
class Said:
    """A text and the language it is in."""

    text: str
    language: str


@dataclass(frozen=True)
class Words:
    """An edition's wording in one language; `language` is that of the words, English where the wave
    was not offered in the language of the page. `page` is the language of the page, in which other
    things may have been said than the survey: commitments, for example."""

    language: str
    messages: Mapping[str, str]
    instrument: Instrument
    page: str = SOURCE_LANGUAGE
    spoken: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def said(self, context: str) -> Said | None:
        """A text in the language of the page, or in English; None where nobody wrote it."""
        for language in (self.page, SOURCE_LANGUAGE):
            text = self.spoken.get(language, {}).get(context)
            if text:
                return Said(text, language)
        return None

    def title(self, measure: str) -> str:
        return self.messages[f"measure.{measure}.title"]

    def question(self, measure: str) -> tuple[str, tuple[str, ...]]:
        """What was asked, and the answers one could give."""
        asked: Question = self.instrument.question(self.instrument.measure(measure).question)
        answers = tuple(self.messages[f"{asked.id}.choice.{code}"] for code in asked.codes)
        return self.messages[f"{asked.id}.text"], answers

    @cached_property
    def districts(self) -> dict[str, str]:
        """Names of police districts by the name they are stored under."""
        return {
            POLICE_DISTRICTS[district.code]: self.messages[f"area.district.{district.code}"]
            for district in self.instrument.districts
        }


def words_of(snapshot: Snapshot, stored: str, language: str) -> Words:
    """The words of an edition for a page in `language`."""
    languages: Wording = json.loads(stored)
    chosen = language if "title" in languages.get(language, {}) else SOURCE_LANGUAGE
    instrument = load_instrument(snapshot.questionnaire)
    return Words(chosen, languages[chosen], instrument, language, languages)
