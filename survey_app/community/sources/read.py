"""From bytes to tables: CSV, XLSX, DOCX, a pasted page."""

from __future__ import annotations

import csv
import hashlib
import io
import re
from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime, time
from itertools import islice
from typing import Any

from docx import Document
from docx.oxml.ns import qn
from flask_babel import gettext as _
from openpyxl import load_workbook

from ...problems import BadFileProblem, RowError
from ..text import clean_text
from .guard import MOST_BYTES, check_office_file
from .table import MOST_COLUMNS, MOST_ROWS, Source, SourceTable, make_table

csv.field_size_limit(1_000_000)
_BULLET = re.compile(r"^\s*(?:[-*•–—◦▪·]|\(?\d{1,3}[.)]|[a-z][.)])\s+")
_HEADING = re.compile(r"^\s*#|^[^.!?。？！]{1,70}[:：]\s*$")


def read_source(name: str, data: bytes) -> Source:
    """The tables of a file. Raises BadFileProblem with what to do when it cannot be read."""
    if len(data) > MOST_BYTES:
        raise BadFileProblem(
            _("%(file)s is larger than %(size)s MB. Divide it.", file=name, size=MOST_BYTES >> 20), ()
        )
    if not data.strip():
        raise BadFileProblem(_("%(file)s is empty.", file=name), ())
    if data.startswith(b"PK"):
        check_office_file(data, name)
        reader = _read_docx if b"word/document.xml" in data else _read_xlsx
        tables = _reading(reader, data, name)
    elif data.startswith(b"\xd0\xcf\x11\xe0"):
        raise BadFileProblem(
            _("%(file)s is in an old format. Save it as .xlsx or .docx.", file=name), ()
        )
    else:
        tables = (_read_csv(data, name),)
    if not tables:
        raise BadFileProblem(_("%(file)s has no comment to import.", file=name), ())
    return Source(name, hashlib.sha256(data).hexdigest(), tables)


def read_page(text: str) -> Source:
    """A pasted page, split into comments: at empty lines where there are any, otherwise at every line.
    Bullets and numbers in front go; headings (“#” in front or “:” at the end) are no comments."""
    title = _("Pasted page")
    rows = split_page(text)
    if not rows:
        raise BadFileProblem(_("Paste the notes first."), ())
    digest = hashlib.sha256(text.encode()).hexdigest()
    return Source(
        title, digest, (SourceTable(title, (_("Comment"),), tuple(enumerate(rows, start=1))),)
    )


def split_page(text: str) -> list[tuple[str]]:
    """The comments of a page, one a row."""
    lines = [line.rstrip() for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n")]
    blocks: list[list[str]] = [[]]
    spaced = sum(not line for line in "\n".join(lines).strip("\n").split("\n")) > 0
    for line in lines:
        begins = bool(_BULLET.match(line)) or not spaced
        if not line.strip() or _HEADING.search(line):
            blocks.append([])
        elif begins:
            blocks.append([_BULLET.sub("", line)])
        else:
            blocks[-1].append(line.strip())
    return [(clean_text(" ".join(block)),) for block in blocks if clean_text(" ".join(block))]


def _reading(
    reader: Callable[[bytes], tuple[SourceTable, ...]], data: bytes, name: str
) -> tuple[SourceTable, ...]:
    try:
        return reader(data)
    except BadFileProblem:
        raise
    except Exception as error:  # whatever a library makes of a broken file
        raise BadFileProblem(
            _("%(file)s is broken. Open it in your program, save it again.", file=name), ()
        ) from error


def _read_csv(data: bytes, name: str) -> SourceTable:
    text = _decode(data, name)
    delimiter = _delimiter(text)
    reader = csv.reader(io.StringIO(text, newline=""), strict=True, delimiter=delimiter)
    rows: list[tuple[int, list[str]]] = []
    try:
        for number, cells in enumerate(reader):
            rows.append((number, cells))
            if number > MOST_ROWS:
                raise BadFileProblem(_too_many(name), ())
    except csv.Error:
        place = rows[-1][0] + 1 if rows else 0
        raise BadFileProblem(
            _("Nothing was imported. %(file)s is broken:", file=name),
            (RowError(place, None, _("a quotation mark is not closed, or stands where none belongs")),),
        ) from None
    return make_table(name, rows[0][1], rows[1:], strict=True)


def _delimiter(text: str) -> str:
    """The sign that divides the header: what a spreadsheet of this country writes."""
    head = text.split("\n", 1)[0]
    return max(",;\t|", key=lambda sign: (head.count(sign), sign == ","))


def _decode(data: bytes, name: str) -> str:
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        try:
            return data.decode("utf-16")
        except UnicodeDecodeError:
            raise BadFileProblem(_("%(file)s is broken.", file=name), ()) from None
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


def _read_xlsx(data: bytes) -> tuple[SourceTable, ...]:
    book = load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
    tables = []
    for sheet in book.worksheets:
        sheet.reset_dimensions()
        raw = sheet.iter_rows(values_only=True, max_row=MOST_ROWS + 20, max_col=MOST_COLUMNS)
        rows = [[_cell(value) for value in row] for row in raw]
        if len(rows) > MOST_ROWS:
            raise BadFileProblem(_too_many(sheet.title), ())
        if any(any(row) for row in rows):
            tables.append(_with_header(sheet.title, rows))
    book.close()
    return tuple(tables)


def _cell(value: Any) -> str:
    """A cell as a person reads it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime) and value.time() == time():
        return value.date().isoformat()
    if isinstance(value, (datetime, date, time)):
        return value.isoformat()
    return str(value)


def _with_header(title: str, rows: list[list[str]]) -> SourceTable:
    """The header is the first of the rows at the top that fills the most columns: titles stand above
    it."""
    filled = [sum(bool(cell.strip()) for cell in row) for row in rows[:15]]
    at = filled.index(max(filled))
    header = list(rows[at])
    while header and not header[-1].strip():
        header.pop()
    return make_table(title, header, list(enumerate(rows[at + 1 :], start=1)), strict=False)


def _read_docx(data: bytes) -> tuple[SourceTable, ...]:
    body = Document(io.BytesIO(data)).element.body
    tables: list[SourceTable] = []
    paragraphs = [
        _text_of(one)
        for one in body.iterchildren(qn("w:p"))
        if "heading" not in _style_of(one) and "title" not in _style_of(one)
    ]
    written = split_page("\n\n".join(text for text in paragraphs if text.strip()))
    for number, table in enumerate(body.iterchildren(qn("w:tbl")), start=1):
        title = _("Table %(number)s", number=number)
        rows = list(islice(_rows_of(table), MOST_ROWS + 2))
        if len(rows) > MOST_ROWS + 1:
            raise BadFileProblem(_too_many(title), ())
        if rows:
            tables.append(make_table(title, rows[0], list(enumerate(rows[1:], start=1)), strict=False))
    if written:
        text = SourceTable(_("Text"), (_("Comment"),), tuple(enumerate(written, start=1)))
        tables = [*tables, text] if tables else [text]
    return tuple(tables)


def _style_of(paragraph: Any) -> str:
    style = paragraph.find(f"{qn('w:pPr')}/{qn('w:pStyle')}")
    return "" if style is None else str(style.get(qn("w:val"), "")).lower()


def _text_of(element: Any) -> str:
    """Text of a paragraph, a tab or break as a space; what was deleted with tracking is not in it."""
    pieces: Iterable[Any] = element.iter(qn("w:t"), qn("w:tab"), qn("w:br"))
    return "".join(one.text or "" if one.tag == qn("w:t") else " " for one in pieces)


def _rows_of(table: Any) -> Iterator[list[str]]:
    for row in table.iterchildren(qn("w:tr")):
        cells: list[str] = []
        for cell in row.iterchildren(qn("w:tc")):
            span = cell.find(f"{qn('w:tcPr')}/{qn('w:gridSpan')}")
            width = int(span.get(qn("w:val"), "1")) if span is not None else 1
            cells.append("\n".join(_text_of(one) for one in cell.iter(qn("w:p"))).strip())
            cells += [""] * (min(width, MOST_COLUMNS) - 1)
        yield cells[:MOST_COLUMNS]


def _too_many(name: str) -> str:
    message: str = _("%(file)s has more than %(count)s rows. Divide it.", file=name, count=MOST_ROWS)
    return message
