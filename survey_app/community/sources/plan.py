"""What an import would bring: comments, errors by row, repeats. The preview and the import use the
same."""

from __future__ import annotations

import re
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from functools import cache

from flask_babel import gettext as _

from ...i18n import languages
from ...pii.rules import Finding
from ...pii.rules import mask as mask_findings
from ...problems import BadFileProblem, RowError
from ..models import LONGEST_COMMENT
from ..note_words import Wording
from ..pii import find_personal
from ..text import clean_text
from .table import SourceTable

#: What a spreadsheet writes where a formula failed.
_FAILED = re.compile(r"#(?:REF|N/A|NAME|VALUE|DIV/0|NUM|NULL|SPILL|CALC)[!?]?")


@dataclass(frozen=True)
class Mapping:
    """Which columns hold what. Rows without a language of their own are in `language`; rows with a
    value of `skip_where` (column to value) are left out."""

    text: str
    language: str
    language_column: str = ""
    english: str = ""
    prompt: str = ""
    keep_repeats: bool = False
    mask: bool = False
    skip_where: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class PlannedComment:
    """A comment and the 1-based row of data it stands in; `personal` findings are not masked."""

    row: int
    wording: Wording
    personal: tuple[Finding, ...]


@dataclass(frozen=True)
class ImportPlan:
    """What would happen. `repeats` are (row, row it repeats), `known` rows repeat a comment that the
    session has, `left_out` met `skip_where`; with `errors` nothing is imported."""

    comments: tuple[PlannedComment, ...]
    errors: tuple[RowError, ...]
    repeats: tuple[tuple[int, int], ...]
    known: tuple[int, ...]
    left_out: int
    blank: int
    masked: int

    @property
    def personal(self) -> int:
        return sum(bool(one.personal) for one in self.comments)


def same_words(text: str) -> str:
    """What two comments share that differ only in case, spaces and a full stop at the end."""
    return " ".join(text.casefold().split()).rstrip(".!…")


def plan_import(table: SourceTable, mapping: Mapping, known: AbstractSet[str]) -> ImportPlan:
    """Read the comments of a table; `known` are the `same_words` of what the session has. Raises
    BadFileProblem when a named column is missing or stands there twice."""
    place = {
        name: _column(table, name)
        for name in (mapping.text, mapping.language_column, mapping.english, *mapping.skip_where)
        if name
    }
    comments: list[PlannedComment] = []
    errors = list(table.errors)
    repeats: list[tuple[int, int]] = []
    already: list[int] = []
    first: dict[str, int] = {}
    left_out = blank = masked = 0
    for row, cells in table.rows:
        if not any(cell.strip() for cell in cells):
            blank += 1
            continue
        if any(cells[place[name]].strip() == value for name, value in mapping.skip_where.items()):
            left_out += 1
            continue
        body = clean_text(cells[place[mapping.text]])
        english = clean_text(cells[place[mapping.english]]) if mapping.english else ""
        spoken = cells[place[mapping.language_column]] if mapping.language_column else ""
        language = _language(spoken, mapping.language)
        error = _error_in(body, english)
        if error is not None:
            errors.append(RowError(row, mapping.text, error))
            continue
        if language is None:
            errors.append(
                RowError(row, mapping.language_column, _("a language that we do not have here"))
            )
            continue
        key = same_words(body)
        if key in first or key in known:
            if key in first:
                repeats.append((row, first[key]))
            else:
                already.append(row)
            if not mapping.keep_repeats:
                continue
        first.setdefault(key, row)
        found = find_personal(body, language)
        in_english = find_personal(english, "en") if english else ()
        if mapping.mask and (found or in_english):
            body, english = mask_findings(body, found), mask_findings(english, in_english)
            masked += 1
            found = in_english = ()
        wording = Wording(
            body, language, (english or None) if language != "en" else None, mapping.prompt or None
        )
        comments.append(PlannedComment(row, wording, (*found, *in_english)))
    return ImportPlan(
        tuple(comments),
        tuple(sorted(errors, key=lambda one: one.row or 0)),
        tuple(repeats),
        tuple(already),
        left_out,
        blank,
        masked,
    )


def _column(table: SourceTable, name: str) -> int:
    if table.columns.count(name) != 1:
        raise BadFileProblem(
            _(
                "%(file)s must have one column “%(column)s”. Its columns are: %(columns)s.",
                file=table.title,
                column=name,
                columns=", ".join(table.columns),
            ),
            (),
        )
    return table.columns.index(name)


def _language(written: str, otherwise: str) -> str | None:
    """The code of a language written as a code or as a name; None for one that we do not have."""
    text = written.strip().casefold()
    if not text:
        return otherwise
    return _names_of_languages().get(text) or _names_of_languages().get(text.split("-")[0])


@cache
def _names_of_languages() -> dict[str, str]:
    return {
        name.casefold(): code
        for code, language in languages().items()
        for name in (code, language.english_name, language.own_name)
    }


def _error_in(body: str, english: str) -> str | None:
    message: str | None = None
    if not body:
        message = _("the text is empty: fill it in, or leave the row out")
    elif max(len(body), len(english)) > LONGEST_COMMENT:
        message = _("longer than %(count)s characters: split it in two", count=LONGEST_COMMENT)
    elif _FAILED.fullmatch(body):
        message = _("an error of the spreadsheet stands here: write what was said")
    return message
