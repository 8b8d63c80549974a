"""Check that the codebook beside a foreign file says what its mapping was written for.

The wording of a foreign survey is not copied into this repository; the mapping holds digests.
The codebook is a CSV with the columns year, variable, question_or_description, value and label,
one row a value.
"""

from __future__ import annotations

import csv
import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

from questionnaires.foreign_schema import ForeignItem, ForeignWave, whole_number
from questionnaires.schema import InstrumentError


@dataclass(frozen=True, slots=True)
class ForeignWording:
    """What the foreign survey asked: its question, and the label of each of our codes."""

    question: str
    labels: tuple[tuple[int, str], ...]


def wording_digest(question: str) -> str:
    """SHA-256 of a question, blind to runs of blanks and closing punctuation."""
    return hashlib.sha256(_plain(question).encode()).hexdigest()


def labels_digest(labels: tuple[tuple[int, str], ...]) -> str:
    """SHA-256 of (code, label) pairs, blind as `wording_digest` is."""
    lines = [f"{code}\t{_plain(label)}" for code, label in sorted(labels)]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def read_wording(wave: ForeignWave, codebook: Path) -> dict[str, ForeignWording]:
    """The wording of every item (by item id), read from the codebook and checked by digest.

    Raises InstrumentError when the codebook is missing, lacks an item, or says something else
    than the mapping was written for.
    """
    try:
        with codebook.open(encoding="utf-8", newline="") as stream:
            rows = [row for row in csv.DictReader(stream) if row.get("year") == str(wave.year)]
    except FileNotFoundError:
        raise InstrumentError(
            f"{codebook}: the mapping {wave.slug} needs this codebook beside the data file; "
            "fetch it from the publisher."
        ) from None
    return {item.id: _checked(item, rows, f"{codebook}, {item.column}") for item in wave.items}


def _checked(item: ForeignItem, rows: list[dict[str, str]], place: str) -> ForeignWording:
    own = [row for row in rows if row.get("variable") == item.column]
    if not own:
        raise InstrumentError(f"{place}: the codebook does not have this variable; check the year.")
    code_of = dict(item.values)
    labels = tuple(
        (code_of[number], row["label"])
        for row in own
        if (number := whole_number(row["value"])) is not None and number in code_of
    )
    wording = ForeignWording(own[0]["question_or_description"], labels)
    for what, found, expected in (
        ("question", wording_digest(wording.question), item.wording_sha256),
        ("labels of the answers", labels_digest(labels), item.labels_sha256),
    ):
        if found != expected:
            raise InstrumentError(
                f"{place}: the {what} differ from what the mapping was written for (found digest "
                f"{found}); read both and bring the mapping up to date."
            )
    return wording


def _plain(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip().rstrip(".,;:")
