"""Files as people have them: the preview is right, errors are told by row, nothing dangerous is
opened."""

from __future__ import annotations

import io
import random
import zipfile

import pytest
from flask import Flask
from openpyxl import Workbook
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from survey_app.community.models import Comment, CommunitySession
from survey_app.community.services.imports import import_source
from survey_app.community.sources import Mapping, plan_import, read_page, read_source
from survey_app.community.sources.guard import MOST_BYTES
from survey_app.problems import BadFileProblem

from .messy_files import GENERATORS, make_rows

MAPPING = Mapping(text="What was said", language="en", language_column="Language", english="English")


@pytest.fixture(autouse=True)
def _words(sqlite_app: Flask):
    with sqlite_app.test_request_context("/en/"):
        yield


@pytest.mark.parametrize("name", GENERATORS)
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_preview_of_a_messy_file_is_right(name: str, seed: int) -> None:
    chance = random.Random(seed)
    rows, expected = make_rows(chance, 150, broken=0.05)
    source = read_source(name, GENERATORS[name](chance, rows))
    plan = plan_import(source.tables[0], MAPPING, frozenset())
    assert [one.row for one in plan.errors] == expected.wrong
    assert [one.wording.body for one in plan.comments] == expected.bodies
    assert list(plan.repeats) == expected.repeats
    assert plan.blank == expected.blank


@pytest.mark.parametrize("name", GENERATORS)
def test_a_file_with_one_wrong_row_brings_nothing(
    session: Session, meeting: CommunitySession, name: str
) -> None:
    chance = random.Random(7)
    rows, expected = make_rows(chance, 40, broken=0.1)
    source = read_source(name, GENERATORS[name](chance, rows))
    with pytest.raises(BadFileProblem) as caught:
        import_source(session, meeting.id, source, mapping=MAPPING)
    assert [one.row for one in caught.value.errors] == expected.wrong
    assert session.scalar(select(func.count()).select_from(Comment)) == 0
    good = [row for number, row in enumerate(rows, start=1) if number not in expected.wrong]
    source = read_source(name, GENERATORS[name](chance, good))
    result = import_source(session, meeting.id, source, mapping=MAPPING)
    assert result.comments == len(expected.bodies)


def test_a_page_is_split_at_empty_lines_bullets_or_lines() -> None:
    def split(text: str) -> list[str]:
        return [cells[0] for _row, cells in read_page(text).tables[0].rows]

    assert split("More lights.\nFewer cars.") == ["More lights.", "Fewer cars."]
    assert split("More lights\non the corner.\n\nFewer cars.") == [
        "More lights on the corner.",
        "Fewer cars.",
    ]
    assert split("What is needed:\n- More lights\n  on the corner\n\n2) Fewer cars") == [
        "More lights on the corner",
        "Fewer cars",
    ]
    assert split("# Notes\n• 更多路灯\n• 少一些车") == ["更多路灯", "少一些车"]
    with pytest.raises(BadFileProblem):
        read_page(" \n ")


def _zip(parts: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()


def _workbook_with(part: str, content: bytes) -> bytes:
    out = io.BytesIO()
    book = Workbook()
    book.active.append(["What was said"])
    book.save(out)
    parts = {}
    with zipfile.ZipFile(out) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    return _zip({**parts, part: content})


XXE = b"""<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e;</x>"""


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("bomb.xlsx", _zip({"xl/worksheets/sheet1.xml": b" " * (101 << 20)}), "far too much"),
        ("bomb.docx", _zip({"word/document.xml": b"<" + b" " * (101 << 20)}), "far too much"),
        ("xxe.xlsx", _workbook_with("xl/sharedStrings.xml", XXE), "outside itself"),
        ("xxe.docx", _zip({"word/document.xml": XXE}), "outside itself"),
        (
            "hidden.xlsx",
            _workbook_with("xl/sharedStrings.xml", XXE.decode().encode("utf-16")),
            "outside itself",
        ),
        ("other.xlsx", b"PK\x03\x04 nothing", "broken"),
        ("none.docx", _zip({"word/document.xml": b"<x/>"}), "broken"),
        ("old.xls", b"\xd0\xcf\x11\xe0 old", "old format"),
        ("large.csv", b"said\n" + b"x" * MOST_BYTES, "larger than"),
        ("empty.xlsx", b"", "is empty"),
        ("long.csv", b"said\n" + b"x\n" * 20_002, "more than 20000 rows"),
    ],
)
def test_what_is_dangerous_or_broken_is_refused(name: str, data: bytes, said: str) -> None:
    with pytest.raises(BadFileProblem, match=said):
        read_source(name, data)
