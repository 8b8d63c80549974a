"""From words, draft and what was sent to the views that templates show."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from flask_babel import gettext as _

from questionnaires.areas import POLICE_DISTRICTS

from ..i18n import offered
from .codes import derive_areas
from .contents import Contents
from .fields import FIELDS, FieldView, Sent, Value
from .fields.base import first
from .flow import Step, position, steps, was_past
from .views import (
    ErrorLine,
    Frame,
    FrontSectionView,
    FrontView,
    LanguageChoice,
    PageView,
    ReviewLine,
    ReviewSection,
    ReviewView,
)
from .words import DISTRICT, Asked, Words


def make_frame(words: Words, languages: frozenset[str]) -> Frame:
    """What surrounds the pages of one language; the same for everybody."""
    found = words.frames.get(languages)
    if found is None:
        found = words.frames[languages] = _make_frame(words, languages)
    return found


def _make_frame(words: Words, languages: frozenset[str]) -> Frame:
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


def ask_again() -> str:
    """What is said when one of them was left blank."""
    return str(_("Answer yes or no, so that we know if this survey is for you."))


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
        errors=(*_error_lines(fields), *_code_error(errors)),
        code=first(sent, "code"),
        code_error=errors.get("code"),
    )


def _code_error(errors: Mapping[str, str]) -> tuple[ErrorLine, ...]:
    return (ErrorLine("code", _("Code from a letter"), errors["code"]),) if "code" in errors else ()


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
    title, intro = headings(words, step)
    number = position(way, step.id) or 0
    return PageView(
        frame=frame,
        page_id=step.id,
        title=title,
        intro=intro,
        number=number + 1,
        total=len(way) + 1,
        fields=fields,
        errors=_error_lines(fields),
        from_review=contents.seen.issuperset(step.questions) and was_past(way, number, contents.seen),
        can_clear=any(name in contents.answers for name in step.questions),
    )


def headings(words: Words, step: Step) -> tuple[str, str]:
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
                title=headings(words, step)[0],
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


def answers_as_sent(words: Words, contents: Contents) -> Sent:
    """A draft's answers as the forms of its pages would send them."""
    sent: dict[str, Sequence[str]] = {}
    for step in steps(words.instrument, contents.answers):
        sent.update(_filled(ask_step(words, step), contents.answers))
    return sent


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
