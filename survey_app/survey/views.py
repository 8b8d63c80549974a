"""What the templates of the survey get: frozen, in the words of one language, nothing to decide."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from questionnaires.areas import POLICE_DISTRICTS

from ..i18n import offered
from .codes import derive_areas
from .contents import Contents
from .fields import FIELDS, FieldView, Sent, Value
from .flow import Step, position, steps
from .words import DISTRICT, Asked, HelpEntry, Words

#: Where "leave this page now" leads: a page that anybody may be looking at.
NEUTRAL_PAGE = "https://www.weather.gov/"


@dataclass(frozen=True, slots=True)
class LanguageChoice:
    code: str
    own_name: str
    current: bool


@dataclass(frozen=True, slots=True)
class Frame:
    """What surrounds every page of the survey."""

    languages: tuple[LanguageChoice, ...]
    help_lines: tuple[HelpEntry, ...]
    help_title: str
    neutral_page: str = NEUTRAL_PAGE


@dataclass(frozen=True, slots=True)
class ErrorLine:
    """One line of the error summary: the question, what to do, and the control to go to."""

    anchor: str
    question: str
    message: str


@dataclass(frozen=True, slots=True)
class FrontSectionView:
    heading: str
    paragraphs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FrontView:
    frame: Frame
    title: str
    lead: str
    minutes: int
    sections: tuple[FrontSectionView, ...]
    fields: tuple[FieldView, ...]
    errors: tuple[ErrorLine, ...]


@dataclass(frozen=True, slots=True)
class PageView:
    frame: Frame
    page_id: str
    title: str
    intro: str
    number: int
    total: int
    fields: tuple[FieldView, ...]
    errors: tuple[ErrorLine, ...]
    #: all pages were seen: going on leads back to the review
    from_review: bool
    can_clear: bool


@dataclass(frozen=True, slots=True)
class ReviewLine:
    page_id: str
    question_id: str
    question: str
    answers: tuple[str, ...]
    written: bool
    note: str


@dataclass(frozen=True, slots=True)
class ReviewSection:
    title: str
    lines: tuple[ReviewLine, ...]


@dataclass(frozen=True, slots=True)
class ReviewView:
    frame: Frame
    total: int
    sections: tuple[ReviewSection, ...]


@dataclass(frozen=True, slots=True)
class EndView:
    """Thank-you and not-eligible pages; without a frame when no wave is open any more."""

    frame: Frame | None
    title: str
    text: str


def make_frame(words: Words, languages: frozenset[str]) -> Frame:
    return Frame(
        languages=tuple(
            LanguageChoice(item.code, item.own_name, item.code == words.language)
            for item in offered().values()
            if item.code in languages
        ),
        help_lines=words.help_lines(),
        help_title=words.text("end.help_title"),
    )


def ask_step(words: Words, step: Step) -> tuple[Asked, ...]:
    """The questions of a page in the words of one language."""
    if step.id == DISTRICT:
        return (words.ask_district(step.districts),)
    return tuple(words.ask(words.instrument.question(name)) for name in step.questions)


def ask_eligibility(words: Words) -> tuple[Asked, ...]:
    """The questions before the first page: code 1 is yes, 2 is no."""
    answers = ((1, words.text("shared.yes")), (2, words.text("shared.no")))
    return tuple(
        Asked(
            id=item.id,
            kind="single",
            text=words.text(f"eligibility.{item.id}.text"),
            hint="",
            announce="",
            choices=answers,
            missing=(),
        )
        for item in words.instrument.front.eligibility
    )


def front_view(words: Words, frame: Frame, sent: Sent, errors: Mapping[str, str]) -> FrontView:
    front = words.instrument.front
    fields = _fields(ask_eligibility(words), sent, errors)
    return FrontView(
        frame=frame,
        title=words.text("front.title"),
        lead=words.text("front.lead"),
        minutes=front.minutes,
        sections=tuple(
            FrontSectionView(
                heading=words.text(f"front.{section.id}.heading"),
                paragraphs=tuple(
                    words.text(f"front.{section.id}.{number}")
                    for number in range(1, len(section.paragraphs) + 1)
                ),
            )
            for section in front.sections
        ),
        fields=fields,
        errors=_error_lines(fields),
    )


def page_view(
    words: Words,
    frame: Frame,
    contents: Contents,
    step: Step,
    *,
    sent: Sent | None = None,
    errors: Mapping[str, str] | None = None,
) -> PageView:
    """A page of questions: filled from the draft, or from `sent` when it came back with errors."""
    way = steps(words.instrument, contents.answers)
    asked = ask_step(words, step)
    fields = _fields(asked, _filled(asked, contents.answers) if sent is None else sent, errors or {})
    title, intro = _headings(words, step)
    return PageView(
        frame=frame,
        page_id=step.id,
        title=title,
        intro=intro,
        number=(position(way, step.id) or 0) + 1,
        total=len(way) + 1,
        fields=fields,
        errors=_error_lines(fields),
        from_review=all(contents.seen.issuperset(one.questions) for one in way),
        can_clear=any(name in contents.answers for name in step.questions),
    )


def _headings(words: Words, step: Step) -> tuple[str, str]:
    """Title and introduction; pages that were split off carry the title of their page."""
    pages = words.instrument.pages
    page = next((page for page in pages if page.id == step.id), None)
    if page is None:
        page = next(page for page in pages if any(one.kind == "area" for one in page.questions))
        return words.text(f"page.{page.id}.title"), ""
    intro = words.text(f"page.{page.id}.intro") if page.intro else ""
    return words.text(f"page.{page.id}.title"), intro


def review_view(words: Words, frame: Frame, contents: Contents) -> ReviewView:
    way = steps(words.instrument, contents.answers)
    return ReviewView(
        frame=frame,
        total=len(way) + 1,
        sections=tuple(
            ReviewSection(
                title=_headings(words, step)[0],
                lines=tuple(
                    _review_line(words, contents, step, asked) for asked in ask_step(words, step)
                ),
            )
            for step in way
        ),
    )


def _review_line(words: Words, contents: Contents, step: Step, asked: Asked) -> ReviewLine:
    value = contents.answers.get(asked.id)
    return ReviewLine(
        page_id=step.id,
        question_id=asked.id,
        question=asked.text,
        answers=() if value is None else FIELDS[asked.kind].say(asked, value),
        written=asked.kind == "text",
        note=_stored_area(words, value, contents.answers.get(DISTRICT)),
    )


def _stored_area(words: Words, value: Value | None, district: Value | None) -> str:
    """The name of the police district that will be stored in place of a neighborhood."""
    if not isinstance(value, dict):
        return ""
    name = derive_areas(value, district).police_district
    codes = {name: code for code, name in POLICE_DISTRICTS.items()}
    return words.text(f"area.district.{codes[name]}") if name is not None else ""


def _filled(asked: tuple[Asked, ...], answers: Mapping[str, Value]) -> Sent:
    sent: dict[str, list[str]] = {}
    for one in asked:
        if one.id in answers:
            filled = FIELDS[one.kind].fill(one, answers[one.id])
            sent.update({name: list(values) for name, values in filled.items()})
    return sent


def _fields(asked: tuple[Asked, ...], sent: Sent, errors: Mapping[str, str]) -> tuple[FieldView, ...]:
    return tuple(FIELDS[one.kind].view(one, sent, errors.get(one.id)) for one in asked)


def _error_lines(fields: tuple[FieldView, ...]) -> tuple[ErrorLine, ...]:
    return tuple(ErrorLine(field.anchor, field.text, field.error) for field in fields if field.error)
