"""The frozen types of a questionnaire: what is asked, in which order, with which codes.

Contexts of messages (the msgctxt of the `instrument` catalogues; the text is the msgid):

    shared.dont_know  shared.prefer_not  shared.yes  shared.no
    title  sponsor
    front.title  front.lead  front.<section>.heading  front.<section>.<n>  (n counts from 1)
    eligibility.<id>.text
    page.<id>.title  page.<id>.intro
    <question>.text  <question>.hint  <question>.announce  <question>.choice.<code>
    area.neighborhood_label  area.zip_label  area.district_text  area.district_hint
    area.district.<code>
    measure.<id>.title
    help.<id>.name  help.<id>.purpose
    end.<key>
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import date
from functools import cached_property
from typing import Any, Literal

SKIPPED = -1
"""The resident left the question without an answer."""
DONT_KNOW = -2
"""The resident answered that they do not know."""
PREFER_NOT = -3
"""The resident answered that they prefer not to say."""
NOT_APPLICABLE = -4
"""The question was not asked: its condition did not hold, or the year did not have it."""
MISSING_CODES: tuple[int, ...] = (SKIPPED, DONT_KNOW, PREFER_NOT, NOT_APPLICABLE)

Kind = Literal["single", "multiple", "text", "area", "count"]
KINDS: tuple[Kind, ...] = ("single", "multiple", "text", "area", "count")
#: The series of the yearly survey of residents; waves of one series are compared over time.
CITY = "city"
Every = Literal["year", "quarter"]
EVERY: tuple[Every, ...] = ("year", "quarter")
Direction = Literal["higher_better", "lower_better", "context"]
DIRECTIONS: tuple[Direction, ...] = ("higher_better", "lower_better", "context")


class InstrumentError(ValueError):
    """A file of the instrument is wrong; the message names file, place, key and what to do."""


@dataclass(frozen=True, slots=True)
class Message:
    """One translatable string: its context (where it stands) and its English text."""

    context: str
    text: str


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer of a closed question; the code (1 or more) is what is stored."""

    code: int
    text: str


@dataclass(frozen=True, slots=True)
class Condition:
    """Ask only those whose answer to a question on an earlier page is one of these codes."""

    question: str
    codes: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Question:
    """One question. `id` names the meaning and never changes; wording belongs to the year.

    `exclusive`: codes of a `multiple` question that stand alone (such as "none of these").
    `announce`: warning shown before a hard question. `max_length`: characters of a `text`
    answer. `minimum`, `maximum`: bounds of a `count` answer. `inspired_by`: where the idea
    came from (the wording is ours). `tried_with_people`: language codes in which the wording
    was tried with people before use. `replaces`: id of an earlier year's question about the
    same subject whose line cannot be carried on.
    """

    id: str
    kind: Kind
    text: str
    first_year: int
    inspired_by: str
    hint: str = ""
    announce: str = ""
    choices: tuple[Choice, ...] = ()
    dont_know: bool = False
    prefer_not: bool = False
    only_if: Condition | None = None
    exclusive: tuple[int, ...] = ()
    max_length: int | None = None
    minimum: int | None = None
    maximum: int | None = None
    tried_with_people: tuple[str, ...] = ()
    replaces: str = ""

    @property
    def codes(self) -> tuple[int, ...]:
        """The codes of the choices, in the order shown (no missing codes)."""
        return tuple(choice.code for choice in self.choices)

    def messages(self) -> Iterator[Message]:
        """Every translatable string of this question, in the order shown."""
        yield from _given(f"{self.id}.announce", self.announce)
        yield Message(f"{self.id}.text", self.text)
        yield from _given(f"{self.id}.hint", self.hint)
        for choice in self.choices:
            yield Message(f"{self.id}.choice.{choice.code}", choice.text)


@dataclass(frozen=True, slots=True)
class Page:
    """One page a resident sees."""

    id: str
    title: str
    intro: str
    questions: tuple[Question, ...]


@dataclass(frozen=True, slots=True)
class FrontSection:
    """One subject of what is said before the first question."""

    id: str
    heading: str
    paragraphs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Eligibility:
    """A yes-or-no question; "no" means: thank the person and store nothing."""

    id: str
    text: str


@dataclass(frozen=True, slots=True)
class Front:
    """What stands before the first question: `minutes` is the honest time the survey takes."""

    title: str
    lead: str
    minutes: int
    sections: tuple[FrontSection, ...]
    eligibility: tuple[Eligibility, ...]


@dataclass(frozen=True, slots=True)
class End:
    """What stands after the last question, and what somebody reads who may not take part."""

    thanks_title: str
    thanks_text: str
    help_title: str
    not_eligible_title: str
    not_eligible_text: str


@dataclass(frozen=True, slots=True)
class AreaWording:
    """The words around the `area` question; `districts` has the police districts as choices."""

    neighborhood_label: str
    zip_label: str
    district_text: str
    district_hint: str
    districts: tuple[Choice, ...]

    def messages(self) -> Iterator[Message]:
        """Every translatable string around the area question."""
        yield Message("area.neighborhood_label", self.neighborhood_label)
        yield Message("area.zip_label", self.zip_label)
        yield Message("area.district_text", self.district_text)
        yield Message("area.district_hint", self.district_hint)
        for district in self.districts:
            yield Message(f"area.district.{district.code}", district.text)


@dataclass(frozen=True, slots=True)
class SharedWording:
    """Answers that many questions share."""

    dont_know: str
    prefer_not: str
    yes: str
    no: str


@dataclass(frozen=True, slots=True)
class HelpLine:
    """Somebody to call; `checked_on` and `checked_how` say when and how the number was checked."""

    id: str
    number: str
    name: str
    purpose: str
    checked_on: date
    checked_how: str


@dataclass(frozen=True, slots=True)
class Measure:
    """A published share: answers with one of `codes`, of the answers with one of `base`.

    `primary`: named before fieldwork and tested uncorrected. `core`: one of the thirteen core
    constructs. `result`: the plan result it speaks to (from plan_results.toml). `direction`:
    whether more of this share is good news. `stands_beside`: measures of foreign waves shown
    near it, as "wave:measure", never on the same line unless the comparison says identical.
    """

    id: str
    question: str
    codes: tuple[int, ...]
    base: tuple[int, ...]
    title: str
    direction: Direction
    primary: bool
    core: bool
    result: str | None
    stands_beside: tuple[str, ...]


@dataclass(frozen=True)
class Instrument:
    """A questionnaire, whole.

    `series`: whose waves ask it; `every`: how often there is a wave. `year`: of this wording (and of
    the wave, when the file is one year's). `area`: the words around an area question, if it has one.
    """

    id: str
    series: str
    every: Every
    year: int
    title: str
    sponsor: str
    plan: str
    shared: SharedWording
    front: Front
    pages: tuple[Page, ...]
    area: AreaWording | None
    measures: tuple[Measure, ...]
    help_lines: tuple[HelpLine, ...]
    end: End

    @cached_property
    def questions(self) -> tuple[Question, ...]:
        """Every question, in the order asked."""
        return tuple(question for page in self.pages for question in page.questions)

    @property
    def districts(self) -> tuple[Choice, ...]:
        """The police districts as choices; empty when no area is asked."""
        return self.area.districts if self.area is not None else ()

    def question(self, question_id: str) -> Question:
        """The question with this id; KeyError when this year does not ask it."""
        if question_id not in self._by_id:
            raise KeyError(f"The {self.id} questionnaire has no question {question_id!r}")
        return self._by_id[question_id]

    @cached_property
    def _by_id(self) -> dict[str, Question]:
        return {question.id: question for question in self.questions}

    def page(self, page_id: str) -> Page:
        """The page with this id; KeyError when there is none."""
        for page in self.pages:
            if page.id == page_id:
                return page
        raise KeyError(f"The {self.id} questionnaire has no page {page_id!r}")

    def measure(self, measure_id: str) -> Measure:
        """The measure with this id; KeyError when there is none."""
        for measure in self.measures:
            if measure.id == measure_id:
                return measure
        raise KeyError(f"The {self.id} questionnaire has no measure {measure_id!r}")

    def messages(self) -> Iterator[Message]:
        """Every translatable string, in the order a resident meets it; contexts are unique."""
        yield Message("title", self.title)
        yield Message("sponsor", self.sponsor)
        for key, text in asdict(self.shared).items():
            yield Message(f"shared.{key}", text)
        yield from self._front_messages()
        for page in self.pages:
            yield Message(f"page.{page.id}.title", page.title)
            yield from _given(f"page.{page.id}.intro", page.intro)
            for question in page.questions:
                yield from question.messages()
        if self.area is not None:
            yield from self.area.messages()
        for measure in self.measures:
            yield Message(f"measure.{measure.id}.title", measure.title)
        for line in self.help_lines:
            yield Message(f"help.{line.id}.name", line.name)
            yield Message(f"help.{line.id}.purpose", line.purpose)
        for key, text in asdict(self.end).items():
            yield Message(f"end.{key}", text)

    def _front_messages(self) -> Iterator[Message]:
        yield Message("front.title", self.front.title)
        yield Message("front.lead", self.front.lead)
        for section in self.front.sections:
            yield Message(f"front.{section.id}.heading", section.heading)
            for number, paragraph in enumerate(section.paragraphs, start=1):
                yield Message(f"front.{section.id}.{number}", paragraph)
        for eligibility in self.front.eligibility:
            yield Message(f"eligibility.{eligibility.id}.text", eligibility.text)

    def sha256(self) -> str:
        """Hex digest of everything asked and said, independent of the file's layout.

        The plan results stay out: mapping a measure to the next plan is an edit of
        plan_results.toml and must not look like a change of the questionnaire. So does what says
        when it is asked.
        """
        content: dict[str, Any] = asdict(self)
        del content["series"], content["every"]
        for measure in content["measures"]:
            del measure["result"]
        canonical = json.dumps(content, sort_keys=True, ensure_ascii=False, default=str)
        return hashlib.sha256(canonical.encode()).hexdigest()


def _given(context: str, text: str) -> Iterator[Message]:
    if text:
        yield Message(context, text)
