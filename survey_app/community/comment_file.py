"""A CSV file of comments, read and checked row by row. No database here."""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from flask_babel import gettext as _

from ..pii.rules import Finding
from ..pii.rules import mask as mask_findings
from ..problems import BadFileProblem, RowError
from .models import LONGEST_COMMENT
from .pii import KIND_LABELS, find_personal
from .text import clean_text

csv.field_size_limit(1_000_000)


@dataclass(frozen=True)
class FileComment:
    """A comment and the 1-based row of data it stands in."""

    row: int
    body: str


@dataclass(frozen=True)
class CommentFile:
    """What a file holds. `repeats` are (row, row it repeats); `left_out` rows met `skip_where`."""

    sha256: str
    comments: tuple[FileComment, ...]
    repeats: tuple[tuple[int, int], ...]
    left_out: int
    blank: int
    masked: int


def same_words(text: str) -> str:
    """What two comments share that differ only in case, spaces and a full stop at the end."""
    return " ".join(text.casefold().split()).rstrip(".!…")


def read_comment_file(
    path: Path,
    *,
    text_column: str,
    language: str,
    skip_where: Mapping[str, str],
    keep_repeats: bool = False,
    mask: bool = False,
) -> CommentFile:
    """Read the comments of a CSV file with a header row, in UTF-8.

    Rows whose columns have a value of `skip_where` are left out. With `mask`, what may lead to a person
    is masked; without, it is an error. Raises BadFileProblem with every row that is wrong.
    """
    data = path.read_bytes()
    rows = _rows(_decode(data, path.name), path.name)
    header = next(rows, None)
    if header is None:
        raise BadFileProblem(_("%(file)s is empty.", file=path.name), ())
    _check_header(header[1], path.name, {text_column, *skip_where})
    column = header[1].index(text_column)
    skips = {header[1].index(name): value for name, value in skip_where.items()}
    comments: list[FileComment] = []
    errors: list[RowError] = []
    repeats: list[tuple[int, int]] = []
    first: dict[str, int] = {}
    left_out = blank = masked = 0
    for row, cells in rows:
        if not any(cell.strip() for cell in cells):
            blank += 1
            continue
        if len(cells) != len(header[1]):
            errors.append(RowError(row, None, _columns_differ(len(cells), len(header[1]))))
            continue
        if any(cells[place].strip() == value for place, value in skips.items()):
            left_out += 1
            continue
        body = clean_text(cells[column])
        findings = find_personal(body, language)
        error = _error_in(body, () if mask else findings)
        if error is not None:
            errors.append(RowError(row, text_column, error))
            continue
        if findings:
            body, masked = mask_findings(body, findings), masked + 1
        key = same_words(body)
        if key in first:
            repeats.append((row, first[key]))
            if not keep_repeats:
                continue
        first.setdefault(key, row)
        comments.append(FileComment(row, body))
    if errors:
        raise BadFileProblem(
            _("Nothing was imported. Mend these rows of %(file)s and try again:", file=path.name),
            tuple(errors),
        )
    if not comments:
        raise BadFileProblem(_("%(file)s has no comment to import.", file=path.name), ())
    return CommentFile(
        sha256=hashlib.sha256(data).hexdigest(),
        comments=tuple(comments),
        repeats=tuple(repeats),
        left_out=left_out,
        blank=blank,
        masked=masked,
    )


def _decode(data: bytes, name: str) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise BadFileProblem(
            _(
                "%(file)s is not in UTF-8: see line %(line)s. Save it again as “CSV UTF-8”.",
                file=name,
                line=line,
            ),
            (),
        ) from None


def _rows(text: str, name: str) -> Iterator[tuple[int, list[str]]]:
    """(row, cells): row 0 is the header, then 1-based rows of data. Broken quoting is an error."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    row = -1
    try:
        for row, cells in enumerate(reader):
            yield row, cells
    except csv.Error:
        raise BadFileProblem(
            _("Nothing was imported. %(file)s is broken:", file=name),
            (
                RowError(
                    row + 1, None, _("a quotation mark is not closed, or stands where none belongs")
                ),
            ),
        ) from None


def _check_header(header: Sequence[str], name: str, wanted: set[str]) -> None:
    for column in sorted(wanted):
        if header.count(column) != 1:
            raise BadFileProblem(
                _(
                    "%(file)s must have one column “%(column)s”. Its columns are: %(columns)s.",
                    file=name,
                    column=column,
                    columns=", ".join(header),
                ),
                (),
            )


def _columns_differ(found: int, wanted: int) -> str:
    message: str = _("%(found)s columns where the header has %(wanted)s", found=found, wanted=wanted)
    return message


def _error_in(body: str, findings: tuple[Finding, ...]) -> str | None:
    message: str | None = None
    if not body:
        message = _("the text is empty: fill it in, or leave the row out")
    elif len(body) > LONGEST_COMMENT:
        message = _("longer than %(count)s characters: split it in two", count=LONGEST_COMMENT)
    elif findings:
        message = _("%(what)s: mask it, or import with --mask", what=KIND_LABELS[findings[0].kind])
    return message
