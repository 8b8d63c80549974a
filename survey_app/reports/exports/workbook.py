"""All figures as an XLSX workbook: text stays text, and the same figures give the same bytes."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from datetime import datetime

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell

from ...handed_out import NO_DATE

_MADE = datetime(1980, 1, 1)
#: openpyxl writes the time of saving here, whatever it was told before.
_MODIFIED = re.compile(rb"(<dcterms:modified[^>]*>)[^<]*(</dcterms:modified>)")


def workbook_of(figures: bytes) -> bytes:
    """The workbook of figures.csv. A cell is a number or a text, never a formula."""
    book = Workbook(write_only=True)
    book.properties.creator, book.properties.created = "", _MADE
    sheet = book.create_sheet("figures")
    sheet.freeze_panes = "A2"
    for line in csv.reader(io.StringIO(figures.decode("utf-8-sig"), newline="")):
        sheet.append([_cell(sheet, text) for text in line])
    stream = io.BytesIO()
    book.save(stream)
    return _without_clock(stream.getvalue())


def _cell(sheet: object, text: str) -> WriteOnlyCell | float | None:
    if not text:
        return None
    try:
        return float(text)
    except ValueError:
        # The apostrophe keeps a CSV reader from seeing a formula; here the type of the cell does.
        cell = WriteOnlyCell(sheet, text.removeprefix("'"))
        cell.data_type = "s"
        return cell


def _without_clock(body: bytes) -> bytes:
    """The same archive without the time of writing."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(body)) as old, zipfile.ZipFile(stream, "w") as new:
        for name in sorted(old.namelist()):
            part = _MODIFIED.sub(rb"\g<1>1980-01-01T00:00:00Z\g<2>", old.read(name))
            new.writestr(zipfile.ZipInfo(name, NO_DATE), part, zipfile.ZIP_DEFLATED, 9)
    return stream.getvalue()
