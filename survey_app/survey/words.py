"""The words of a wave in one language, as they were frozen when it opened."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from questionnaires.schema import (
    DONT_KNOW,
    PREFER_NOT,
    Condition,
    Instrument,
    Kind,
    Question,
)

from ..i18n import offered
from ..waves.models import Wave, WaveWording
from ..waves.opening import words_now
from ..waves.queries import find_wording, load_instrument_of

#: The question that follows when a neighborhood lies in several police districts.
DISTRICT = "area_district"


@dataclass(frozen=True, slots=True)
class Asked:
    """A question in the words of one language, ready to be shown and to be answered.

    `choices` pairs codes with words; `missing` does the same for "don't know" (-2) and "rather
    not say" (-3), when the question offers them.
    """

    id: str
    kind: Kind
    text: str
    hint: str
    announce: str
    choices: tuple[tuple[int, str], ...]
    missing: tuple[tuple[int, str], ...]
    exclusive: tuple[int, ...] = ()
    max_length: int | None = None
    minimum: int | None = None
    maximum: int | None = None
    only_if: Condition | None = None
    labels: tuple[str, ...] = ()

    @property
    def codes(self) -> tuple[int, ...]:
        return tuple(code for code, _text in self.choices)

    def words_of(self, code: int) -> str:
        """The words for one code; KeyError when the question does not offer it."""
        return dict((*self.choices, *self.missing))[code]


@dataclass(frozen=True, slots=True)
class HelpEntry:
    """Somebody to call, in the words of one language."""

    number: str
    name: str
    purpose: str


@dataclass(frozen=True, slots=True)
class Words:
    """An instrument with the frozen words of one language.

    `texts`: context to words. `numbers`: help line to the number frozen with the wave.
    """

    language: str
    instrument: Instrument
    texts: Mapping[str, str]
    numbers: Mapping[str, str]
    #: what surrounds the pages, and questions already put into words: the same for everybody
    frames: dict[frozenset[str], Any] = field(default_factory=dict, repr=False, compare=False)
    _asked: dict[str, Asked] = field(default_factory=dict, repr=False, compare=False)

    def text(self, context: str) -> str:
        """The words for a context; KeyError when they were not frozen."""
        return self.texts[context]

    def ask(self, question: Question) -> Asked:
        found = self._asked.get(question.id)
        if found is None:
            found = self._asked[question.id] = self._ask(question)
        return found

    def _ask(self, question: Question) -> Asked:
        return Asked(
            id=question.id,
            kind=question.kind,
            text=self.text(f"{question.id}.text"),
            hint=self.text(f"{question.id}.hint") if question.hint else "",
            announce=self.text(f"{question.id}.announce") if question.announce else "",
            choices=tuple((code, self.text(f"{question.id}.choice.{code}")) for code in question.codes),
            missing=self._missing(dont_know=question.dont_know, prefer_not=question.prefer_not),
            exclusive=question.exclusive,
            max_length=question.max_length,
            minimum=question.minimum,
            maximum=question.maximum,
            only_if=question.only_if,
            labels=self._labels(question),
        )

    def ask_district(self, codes: tuple[int, ...]) -> Asked:
        """The question about the police district, with the districts a neighborhood lies in."""
        return Asked(
            id=DISTRICT,
            kind="single",
            text=self.text("area.district_text"),
            hint=self.text("area.district_hint"),
            announce="",
            choices=tuple((code, self.text(f"area.district.{code}")) for code in codes),
            missing=self._missing(dont_know=True, prefer_not=True),
        )

    def help_lines(self) -> tuple[HelpEntry, ...]:
        return tuple(
            HelpEntry(
                number=number,
                name=self.text(f"help.{line}.name"),
                purpose=self.text(f"help.{line}.purpose"),
            )
            for line, number in self.numbers.items()
        )

    def _labels(self, question: Question) -> tuple[str, ...]:
        if question.kind != "area":
            return ()
        return (self.text("area.neighborhood_label"), self.text("area.zip_label"))

    def _missing(self, *, dont_know: bool, prefer_not: bool) -> tuple[tuple[int, str], ...]:
        offered = []
        if dont_know:
            offered.append((DONT_KNOW, self.text("shared.dont_know")))
        if prefer_not:
            offered.append((PREFER_NOT, self.text("shared.prefer_not")))
        return tuple(offered)


#: Frozen words never change (a trigger refuses), so each process reads them once.
_read: dict[tuple[str, str], Words] = {}
#: Nor do the languages of a wave that has opened: all are frozen in the transaction that opens it.
_offered: dict[str, frozenset[str]] = {}


def load_words(session: Session, wave: Wave, language: str) -> Words | None:
    """The wave's words in a language; None when the wave is not offered in it.

    While a draft is on trial they are the words as they stand now.
    """
    if wave.pilot:
        now = words_now(session, wave, [language]) if language in offered() else ()
        return make_words(wave, language, now[0].document) if now else None
    found = _read.get((wave.id, language))
    if found is None:
        frozen = find_wording(session, wave, language)
        if frozen is None:
            return None
        found = make_words(wave, language, frozen.wording)
        _read[wave.id, language] = found
    return found


def make_words(wave: Wave, language: str, document: Mapping[str, Any]) -> Words:
    """Words from a frozen document, or from one that would be frozen now."""
    numbers = {line["id"]: line["number"] for line in document["help_lines"]}
    return Words(language, load_instrument_of(wave), document["messages"], numbers)


def languages_of(session: Session, wave: Wave) -> frozenset[str]:
    """Codes of the languages this wave is offered in; on trial, those that are complete."""
    if wave.pilot:
        return frozenset(one.language for one in words_now(session, wave, list(offered())))
    found = _offered.get(wave.id)
    if found is None:
        query = select(WaveWording.language).where(WaveWording.wave_id == wave.id)
        found = frozenset(session.scalars(query))
        if found:
            _offered[wave.id] = found
    return found
