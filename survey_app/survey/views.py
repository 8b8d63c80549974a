"""What the templates of the survey get: frozen, in the words of one language, nothing to decide."""

from __future__ import annotations

from dataclasses import dataclass

from .fields import FieldView
from .words import HelpEntry

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
    #: the code from a letter as typed, and what is wrong with it
    code: str
    code_error: str | None


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


@dataclass(frozen=True, slots=True)
class CodeView:
    """A fresh return code, in groups; it is shown this once."""

    code: str


@dataclass(frozen=True, slots=True)
class ReturnView:
    """The page that asks for a return code; `error` says what to do, or is empty."""

    typed: str
    error: str
