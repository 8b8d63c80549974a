"""Read a sheet of marked lines (lines.toml, unseen.toml) and count what the rules find in it."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from survey_app.pii.rules import Finding, find

HERE = Path(__file__).parent
_MARK = re.compile(r"\{(phone|email|address|plate|id|name):([^}]*)\}")


@dataclass(frozen=True)
class Mark:
    start: int
    end: int
    kind: str


@dataclass(frozen=True)
class Line:
    language: str
    text: str
    marks: tuple[Mark, ...]


@dataclass(frozen=True)
class Count:
    """`marked`: spans in the sheet; `found`: wholly covered by a finding of the same kind;
    `reported`: findings; `right`: findings that share at least half their extent with a mark."""

    marked: Counter[tuple[str, str]]
    found: Counter[tuple[str, str]]
    reported: Counter[tuple[str, str]]
    right: Counter[tuple[str, str]]


def unmark(written: str) -> tuple[str, tuple[Mark, ...]]:
    text, marks, place = "", [], 0
    for match in _MARK.finditer(written):
        text += written[place : match.start()]
        marks.append(Mark(len(text), len(text) + len(match.group(2)), match.group(1)))
        text += match.group(2)
        place = match.end()
    return text + written[place:], tuple(marks)


def read(name: str) -> list[Line]:
    sheet = tomllib.loads((HERE / name).read_text(encoding="utf-8"))
    return [Line(language, *unmark(written)) for language, lines in sheet.items() for written in lines]


def covers(finding: Finding, mark: Mark) -> bool:
    return finding.kind == mark.kind and finding.start <= mark.start and mark.end <= finding.end


def agrees(finding: Finding, mark: Mark) -> bool:
    """The same kind, and at least half of what either covers is covered by both."""
    shared = min(finding.end, mark.end) - max(finding.start, mark.start)
    extent = max(finding.end, mark.end) - min(finding.start, mark.start)
    return finding.kind == mark.kind and 2 * shared >= extent


def count(lines: list[Line]) -> Count:
    """Counts by (language, kind)."""
    result = Count(Counter(), Counter(), Counter(), Counter())
    for line in lines:
        findings = find(line.text, line.language)
        for mark in line.marks:
            result.marked[line.language, mark.kind] += 1
            result.found[line.language, mark.kind] += any(covers(f, mark) for f in findings)
        for finding in findings:
            result.reported[line.language, finding.kind] += 1
            result.right[line.language, finding.kind] += any(agrees(finding, m) for m in line.marks)
    return result
