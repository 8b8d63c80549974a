"""From the words of a wave to a sheet of paper: numbers, boxes, who answers which question."""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import gettext as _

from ..survey.views import FrontSectionView
from ..survey.words import DISTRICT, Asked, HelpEntry, Words
from .words import asked_on_paper

#: What stands in a box besides the code, for whoever keys the form in a language they do not read.
_MISSING_MARKS = {-2: "D", -3: "R"}


def mark_of(code: int) -> str:
    """The sign printed in the box of an answer, and shown beside it on the screen for keying."""
    return _MISSING_MARKS.get(code, str(code))


@dataclass(frozen=True, slots=True)
class PaperChoice:
    mark: str
    text: str
    aside: bool


@dataclass(frozen=True, slots=True)
class PaperQuestion:
    """One question on paper. `route` says who answers it, where not everybody does."""

    number: int
    kind: str
    text: str
    hint: str
    announce: str
    route: str
    labels: tuple[str, ...]
    choices: tuple[PaperChoice, ...]

    @property
    def in_columns(self) -> bool:
        """Many short answers stand side by side."""
        return len(self.choices) > 5 and all(len(choice.text) < 42 for choice in self.choices)


@dataclass(frozen=True, slots=True)
class PaperPage:
    title: str
    intro: str
    questions: tuple[PaperQuestion, ...]


@dataclass(frozen=True, slots=True)
class PaperView:
    """The whole sheet in one language."""

    survey: str
    title: str
    lead: str
    minutes: int
    sections: tuple[FrontSectionView, ...]
    eligibility: tuple[PaperQuestion, ...]
    pages: tuple[PaperPage, ...]
    thanks: str
    help_title: str
    help_lines: tuple[HelpEntry, ...]
    digest: str


def paper_view(words: Words, sha256: str) -> PaperView:
    instrument = words.instrument
    asked = asked_on_paper(words)
    numbers = {one.id: number for number, one in enumerate(asked, start=1)}
    by_id = {one.id: one for one in asked}
    return PaperView(
        survey=words.text("title"),
        title=words.text("front.title"),
        lead=words.text("front.lead"),
        minutes=instrument.front.minutes,
        sections=tuple(
            FrontSectionView(
                words.text(f"front.{section.id}.heading"),
                tuple(
                    words.text(f"front.{section.id}.{number}")
                    for number in range(1, len(section.paragraphs) + 1)
                ),
            )
            for section in instrument.front.sections
        ),
        eligibility=tuple(
            _question(by_id[item.id], numbers, by_id) for item in instrument.front.eligibility
        ),
        pages=tuple(
            PaperPage(
                words.text(f"page.{page.id}.title"),
                words.text(f"page.{page.id}.intro") if page.intro else "",
                tuple(
                    _question(by_id[name], numbers, by_id)
                    for question in page.questions
                    for name in ((question.id, DISTRICT) if question.kind == "area" else (question.id,))
                ),
            )
            for page in instrument.pages
        ),
        thanks=words.text("end.thanks_title"),
        help_title=words.text("end.help_title"),
        help_lines=words.help_lines(),
        digest=sha256[:12],
    )


def _question(asked: Asked, numbers: dict[str, int], by_id: dict[str, Asked]) -> PaperQuestion:
    route = ""
    if asked.only_if is not None:
        earlier = by_id[asked.only_if.question]
        chosen = _(" or ").join(f"“{earlier.words_of(code)}”" for code in asked.only_if.codes)
        number = numbers[asked.only_if.question]
        route = _(
            "Only if you chose %(answers)s at question %(number)s:", answers=chosen, number=number
        )
    return PaperQuestion(
        number=numbers[asked.id],
        kind=asked.kind,
        text=asked.text,
        # The district's hint speaks of a neighborhood looked up; on paper nothing was.
        hint="" if asked.id == DISTRICT else asked.hint,
        announce=asked.announce,
        route=route,
        labels=asked.labels,
        choices=(
            *(PaperChoice(mark_of(code), text, False) for code, text in asked.choices),
            *(PaperChoice(mark_of(code), text, True) for code, text in asked.missing),
        ),
    )
