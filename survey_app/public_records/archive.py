"""The ZIP file of a request: CSV files with a README each, the redaction log, digests of all of it.

The same records give the same bytes: no time of the machine is in it.
"""

from __future__ import annotations

import hashlib
import textwrap
from collections.abc import Callable, Iterable, Mapping
from datetime import date, timedelta
from typing import Any

from sqlalchemy.orm import Session

from ..handed_out import csv_file, safe, zip_file
from . import meeting_records, staff_records, wave_records
from .gathered import Gathered, Period
from .models import RecordsRequest
from .redaction import HEADER, TO_CONFIRM, Line, as_rows, redaction_log
from .rules import Section, rules

GATHER: dict[str, Callable[[Session, Period], Gathered]] = {
    "audit": staff_records.audit,
    "sessions": meeting_records.sessions,
    "comments": meeting_records.comments,
    "commitments": meeting_records.commitments,
    "remarks": staff_records.remarks,
    "waves": wave_records.waves,
    "outcomes": wave_records.outcomes,
    "outreach": wave_records.outreach,
    "editions": staff_records.editions,
}
#: Days after a request's receipt in which the Act wants it granted or denied (GP 4-203(a)).
DAYS_TO_DECIDE = 30
_WIDTH = 96


def write_archive(
    session: Session,
    request: RecordsRequest,
    *,
    progress: Callable[[int, int, str], None] = lambda _step, _steps, _told: None,
) -> tuple[bytes, int]:
    """The ZIP file and how many rows of records it gives."""
    period, files = Period(request.from_on, request.to_on), dict[str, bytes]()
    gathered: dict[str, Gathered] = {}
    steps = len(request.kinds) + 1
    for step, kind in enumerate(request.kinds):
        progress(step, steps, rules().sections[kind].folder)
        gathered[kind] = GATHER[kind](session, period)
        files |= _folder(rules().sections[kind], gathered[kind])
    progress(steps - 1, steps, "redaction log")
    lines = redaction_log(session, request.kinds, gathered)
    files["redaction_log.csv"] = _csv(HEADER, as_rows(lines))
    files["redaction_log.txt"] = _log_text(request, lines)
    files["README.txt"] = _front(request, gathered)
    digests = [(name, hashlib.sha256(files[name]).hexdigest()) for name in sorted(files)]
    files["digests.csv"] = _csv(("file", "sha256"), digests)
    return zip_file(files), sum(one.rows for one in gathered.values())


def _folder(section: Section, found: Gathered) -> dict[str, bytes]:
    files = {
        f"{section.folder}/{one.name}.csv": _csv(one.header, found.files[one.name])
        for one in section.files
    }
    files |= {f"{section.folder}/{name}": body for name, body in found.documents.items()}
    files[f"{section.folder}/README.txt"] = _section_text(section, found)
    return files


def _csv(header: Iterable[str], rows: Iterable[Iterable[Any]]) -> bytes:
    return csv_file(header, ([safe(value) for value in row] for row in rows))


def _text(lines: Iterable[str]) -> bytes:
    return ("\r\n".join(lines) + "\r\n").encode()


def _wrapped(text: str, indent: str = "") -> list[str]:
    return textwrap.wrap(
        " ".join(text.split()),
        _WIDTH,
        initial_indent=indent,
        subsequent_indent=indent,
        break_on_hyphens=False,
    )


def _days(first: date, last: date) -> str:
    return f"{first.isoformat()} to {last.isoformat()}"


def _front(request: RecordsRequest, gathered: Mapping[str, Gathered]) -> bytes:
    decide = request.received_on + timedelta(days=DAYS_TO_DECIDE)
    lines = [
        f"PUBLIC RECORDS, REQUEST {request.number}",
        "",
        f"Received {request.received_on.isoformat()}; to be granted or denied by {decide.isoformat()}",
        "(Maryland Code, General Provisions Article, section 4-203(a)).",
        f"Records of {_days(request.from_on, request.to_on)} (days and moments in UTC).",
        "",
        *_wrapped(
            "Each folder holds one kind of records as CSV files (UTF-8, comma, one line of names) and "
            "a README.txt that says what its columns mean. A text that begins like a formula has an "
            "apostrophe before it, so that a spreadsheet leaves it a text. What was left out, how "
            "many rows it concerns and on which ground stands in redaction_log.txt, and as a table "
            "in redaction_log.csv. digests.csv holds the SHA-256 of every file."
        ),
        "",
    ]
    lines += [
        f"  {rules().sections[kind].folder + '/':<14}{found.rows:>8} rows"
        for kind, found in gathered.items()
    ]
    return _text(lines)


def _section_text(section: Section, found: Gathered) -> bytes:
    lines = [section.folder.upper().replace("_", " "), "", *_wrapped(section.says), ""]
    lines += [*_wrapped(f"Chosen by: {section.dated}."), ""]
    for one in section.files:
        lines.append(f"{one.name}.csv: {len(found.files[one.name])} rows")
        widest = max(len(name) for name in one.header)
        lines += [f"  {name:<{widest}}  {meaning}" for name, meaning in one.columns]
        lines.append("")
    return _text(lines)


def _log_text(request: RecordsRequest, lines: tuple[Line, ...]) -> bytes:
    letters = {ground: chr(ord("A") + at) for at, ground in enumerate(rules().grounds)}
    told = [
        f"REDACTION LOG, REQUEST {request.number}",
        "",
        *_wrapped(
            "What is not in this file although it belongs to the records of this system. GP means the "
            "General Provisions Article of the Maryland Code. Where a ground is to be confirmed, the "
            "City's counsel names it before this log goes out; who is denied a record is told how to "
            "have that reviewed (GP 4-203(c))."
        ),
        "",
        *_wrapped(
            "Surveys that are not finished, codes and sealed records cannot be produced: nobody at the "
            "City can read or link them, and no record leads from a person, phone or invitation to an "
            "answer. Numbers of what residents do right now are rounded down to tens."
        ),
        "",
        "GROUNDS",
        "",
    ]
    for ground, letter in letters.items():
        section = ground.section or f"Ground {TO_CONFIRM}"
        unsure = f" ({TO_CONFIRM})" if ground.section and not ground.sure else ""
        told += _wrapped(f"{letter}. {section}{unsure}. {ground.says}")
    for section in (*request.kinds, ""):
        of_section = [line for line in lines if line.rule.section == section]
        if not of_section:
            continue
        title = rules().sections[section].folder if section else "never given"
        told += ["", title.upper().replace("_", " "), ""]
        for line in of_section:
            told += _wrapped(f"- {line.rule.what}.")
            told.append(f"    {line.how}: {line.count}. Ground {letters[line.rule.ground]}.")
    return _text(told)
