"""What the staff pages about paper show."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from ..i18n import languages
from ..survey.fields import FIELDS, FieldView, Sent, Value
from ..survey.views import ErrorLine
from ..survey.words import Asked, Words
from ..waves.models import OPEN, Wave
from ..waves.titles import wave_title
from .keyed import CODE, Keyed
from .models import DIFFERS, DONE, LARGE, ONCE, STANDARD
from .queries import count_forms, list_forms, list_sheets, read_tally
from .sheet import mark_of
from .words import asked_on_paper, sheet_words


@dataclass(frozen=True, slots=True)
class SheetLine:
    """The two sheets of one language; None where one was not made."""

    code: str
    own_name: str
    pages: Mapping[str, int | None]
    built_on: date | None
    #: the words were changed since, so the sheets must be made again
    stale: bool


@dataclass(frozen=True, slots=True)
class TallyView:
    forms: int
    counted: int
    not_eligible: int
    compared: int
    differed: int

    @property
    def percent(self) -> float:
        return self.differed / self.compared if self.compared else 0.0


@dataclass(frozen=True, slots=True)
class PaperWaveView:
    slug: str
    title: str
    takes_answers: bool
    sheets: tuple[SheetLine, ...]
    once: tuple[int, ...]
    differing: tuple[int, ...]
    done: int
    tally: TallyView | None


@dataclass(frozen=True, slots=True)
class KeyQuestion:
    """A question on the screen for keying: its number on paper, and marks instead of reading."""

    number: int
    field: FieldView
    marks: Mapping[str, str]
    first: str = ""
    second: str = ""


@dataclass(frozen=True, slots=True)
class KeyView:
    """The form to key, or the questions to settle."""

    slug: str
    title: str
    number: int
    language: str
    language_name: str
    questions: tuple[KeyQuestion, ...]
    errors: tuple[ErrorLine, ...]
    asks_code: bool
    code: str
    code_error: str


def wave_view(session: Session, wave: Wave) -> PaperWaveView:
    tally = read_tally(session, wave)
    return PaperWaveView(
        slug=wave.slug,
        title=wave_title(wave),
        takes_answers=wave.state == OPEN,
        sheets=_sheet_lines(session, wave),
        once=tuple(form.number for form in list_forms(session, wave, ONCE)),
        differing=tuple(form.number for form in list_forms(session, wave, DIFFERS)),
        done=count_forms(session, wave, DONE),
        tally=None
        if tally is None
        else TallyView(tally.forms, tally.counted, tally.not_eligible, tally.compared, tally.differed),
    )


def _sheet_lines(session: Session, wave: Wave) -> tuple[SheetLine, ...]:
    made = {(sheet.language, sheet.size): sheet for sheet in list_sheets(session, wave)}
    lines = []
    for code, source in sheet_words(session, wave).items():
        sheets = {size: made.get((code, size)) for size in (STANDARD, LARGE)}
        there = [sheet for sheet in sheets.values() if sheet is not None]
        lines.append(
            SheetLine(
                code,
                languages()[code].own_name,
                {size: sheet.pages if sheet else None for size, sheet in sheets.items()},
                max((sheet.built_on for sheet in there), default=None),
                any(sheet.words_sha256 != source.sha256 for sheet in there),
            )
        )
    return tuple(lines)


def key_view(
    wave: Wave,
    words: Words,
    *,
    number: int,
    language: str,
    sent: Sent,
    errors: Mapping[str, str],
    only: tuple[str, ...] | None = None,
    read: tuple[Keyed, Keyed] | None = None,
) -> KeyView:
    """All questions of a form, or with `only` those to settle beside what two people `read`."""
    questions = []
    for at, asked in enumerate(asked_on_paper(words), start=1):
        if only is not None and asked.id not in only:
            continue
        view = FIELDS[asked.kind].view(asked, sent, errors.get(asked.id))
        marks = {option.value: mark_of(int(option.value)) for option in view.options}
        both = (
            ("", "") if read is None else tuple(_say(asked, one.answers.get(asked.id)) for one in read)
        )
        questions.append(KeyQuestion(at, view, marks, both[0], both[1]))
    lines = [
        ErrorLine(one.field.anchor, f"{one.number}. {one.field.text}", one.field.error)
        for one in questions
        if one.field.error
    ]
    if CODE in errors:
        lines.append(ErrorLine(CODE, _("Code from a letter"), errors[CODE]))
    values = sent.get(CODE, ())
    return KeyView(
        slug=wave.slug,
        title=wave_title(wave),
        number=number,
        language=language,
        language_name=languages()[language].own_name,
        questions=tuple(questions),
        errors=tuple(lines),
        asks_code=only is None or CODE in only,
        code=values[0] if values else "",
        code_error=errors.get(CODE, ""),
    )


def _say(asked: Asked, value: Value | None) -> str:
    return _("blank") if value is None else ", ".join(FIELDS[asked.kind].say(asked, value))
