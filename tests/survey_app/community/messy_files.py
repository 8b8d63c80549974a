"""Files as people have them, made with a seed: CSV, XLSX and DOCX, with what is right in them told
apart."""

from __future__ import annotations

import csv
import io
import random
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from docx import Document
from openpyxl import Workbook

WORDS = ("street", "light", "park", "school", "bus", "corner", "alley", "store", "police", "kids")


@dataclass
class Expected:
    """What must come of a file: bodies in their order, wrong rows, repeats (row, earlier), blank
    rows."""

    bodies: list[str] = field(default_factory=list)
    wrong: list[int] = field(default_factory=list)
    repeats: list[tuple[int, int]] = field(default_factory=list)
    blank: int = 0


Rows = list[list[str]]


def make_rows(chance: random.Random, count: int, broken: float) -> tuple[Rows, Expected]:
    """Rows (number, said, language, English): of a share `broken`, each has one thing wrong."""
    expected, rows = Expected(), []
    first: dict[str, int] = {}
    for row in range(1, count + 1):
        said = " ".join(chance.choices(WORDS, k=chance.randint(4, 18))) + f" {row}"
        language = chance.choice(["en", "ES", "English", "Kiswahili", "", "es-MX"])
        kind = chance.random()
        if kind < broken:
            what = chance.choice(["empty", "long", "language", "failed"])
            said = {"empty": "  ", "long": "x" * 4001, "failed": "#REF!"}.get(what, said)
            language = "Klingon" if what == "language" else language
            expected.wrong.append(row)
        elif kind < broken + 0.02 and first:
            earlier = chance.choice(list(first))
            said = f"  {earlier.upper()} "
            expected.repeats.append((row, first[earlier]))
        elif kind < broken + 0.03:
            rows.append(["", "", "", ""])
            expected.blank += 1
            continue
        else:
            first[said] = row
            expected.bodies.append(said)
        rows.append([str(row), said, language, ""])
    return rows, expected


HEADER = ["No.", "What was said", "Language", "English"]


def as_csv(chance: random.Random, rows: Rows) -> bytes:
    """With another delimiter, a byte order mark or another encoding, and line ends of any kind."""
    out = io.StringIO(newline="")
    ends = chance.choice(["\r\n", "\n"])
    writer = csv.writer(out, delimiter=chance.choice(",;\t"), lineterminator=ends)
    writer.writerows([HEADER, *rows])
    return out.getvalue().encode(chance.choice(["utf-8", "utf-8-sig", "utf-16"]))


def as_xlsx(chance: random.Random, rows: Rows) -> bytes:
    """Titles above the header, numbers and days in cells, empty columns, a second sheet."""
    book = Workbook()
    sheet = book.active
    sheet.title = "Notes"
    for _ in range(chance.randint(0, 3)):
        sheet.append(["Listening session", None, None, None])
    sheet.append([*HEADER, None, "Day"])
    for row in rows:
        number: Any = float(row[0]) if row[0] else None
        day = datetime(2026, 5, 12) if row[0] and chance.random() < 0.5 else None
        sheet.append([number, *[cell or None for cell in row[1:]], None, day])
    book.create_sheet("Empty")
    other = book.create_sheet("Attendance")
    other.append(["People", 40])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def as_docx(chance: random.Random, rows: Rows) -> bytes:
    """A heading, a paragraph, then the table; text in runs of several formats."""
    document = Document()
    document.add_heading("Listening session", 1)
    document.add_paragraph("We met in the library.")
    table = document.add_table(rows=0, cols=len(HEADER))
    template = table.add_row()._tr
    for cells in [HEADER, *rows]:
        line = template if cells is HEADER else deepcopy(template)
        if cells is not HEADER:
            table._tbl.append(line)
        _fill(chance, line, cells)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _fill(chance: random.Random, row: Any, cells: list[str]) -> None:
    for cell, text in zip(row.tc_lst, cells, strict=True):
        paragraph = cell.p_lst[0]
        for old in list(paragraph.r_lst):
            paragraph.remove(old)
        cut = chance.randint(0, len(text))
        for piece in (text[:cut], text[cut:]):
            if piece:
                paragraph.add_r().text = piece


GENERATORS: dict[str, Callable[[random.Random, Rows], bytes]] = {
    "notes.csv": as_csv,
    "notes.xlsx": as_xlsx,
    "notes.docx": as_docx,
}
