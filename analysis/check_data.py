"""A first look at a data file: what is in each column, and what to look at before weighting."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from analysis.factors import MISSING, parse_number
from analysis.plan.sources import read_csv
from analysis.table import Table

#: More different values than this in a text column: a name, a key or own words, not a category.
MANY = 50
_SHOWN = 6
_MIXED = 0.95


@dataclass(frozen=True)
class ColumnLook:
    """kind: number, category, text or empty; missing: blank values; levels: how many different ones;
    common: the most frequent with their counts; span: smallest and largest number; remarks: what to
    look at, each a sentence."""

    name: str
    kind: str
    missing: int
    levels: int
    common: tuple[tuple[str, int], ...]
    span: tuple[float, float] | None
    remarks: tuple[str, ...]


def check_data(path: Path) -> tuple[int, tuple[ColumnLook, ...]]:
    """Number of rows and a look at every column. Raises DataError for a file that is no CSV."""
    table = read_csv(path)
    return table.n, tuple(_look(table, name) for name in table.names)


def _look(table: Table, name: str) -> ColumnLook:
    texts = [str(value) for value in table.raw(name).tolist()]
    counts = Counter(text for text in texts if text != MISSING)
    missing = len(texts) - counts.total()
    numbers = {text: parse_number(text) for text in counts}
    numeric = sum(counts[text] for text, number in numbers.items() if number is not None)
    values = np.array([number for number in numbers.values() if number is not None])
    if not counts:
        return ColumnLook(name, "empty", missing, 0, (), None, ("No value at all.",))
    is_number = numeric == counts.total()
    kind = "number" if is_number else "category" if len(counts) <= MANY else "text"
    remarks = []
    if _MIXED <= numeric / counts.total() < 1:
        odd = next(text for text, number in numbers.items() if number is None)
        row = texts.index(odd) + 1
        remarks.append(f"Nearly all numbers, but row {row} holds {odd!r}: a missing code?")
    spaced = next((text for text in counts if text != text.strip()), None)
    if spaced is not None:
        remarks.append(f"{spaced!r} begins or ends with a blank: it is a level of its own.")
    folded = Counter(text.strip().casefold() for text in counts)
    twice = next((text for text, n in folded.items() if n > 1), None)
    if twice is not None and kind == "category":
        remarks.append(f"Several spellings of {twice!r} differ only in case or blanks.")
    rare = [text for text, n in counts.items() if n == 1]
    if kind == "category" and rare and not is_number:
        remarks.append(f"{len(rare)} levels have one row only, such as {rare[0]!r}.")
    if is_number and (values < 0).any():
        remarks.append("Negative numbers: missing codes, or a weight that cannot be?")
    if len(counts) == 1:
        remarks.append("The same value everywhere.")
    if len(counts) == len(texts) > MANY:
        remarks.append("Every value is different: a key? Leave keys out of files that travel.")
    span = (float(values.min()), float(values.max())) if is_number else None
    common = () if kind == "text" else tuple(counts.most_common(_SHOWN))
    return ColumnLook(name, kind, missing, len(counts), common, span, tuple(remarks))


def told(rows: int, columns: tuple[ColumnLook, ...]) -> str:
    """What a person reads."""
    lines = [f"{rows} rows, {len(columns)} columns"]
    for one in columns:
        share = (
            f", {one.missing} blank ({100 * one.missing / max(rows, 1):.1f}%)" if one.missing else ""
        )
        span = f", {one.span[0]:g} to {one.span[1]:g}" if one.span else ""
        lines.append(f"{one.name}: {one.kind}, {one.levels} different values{span}{share}")
        if one.common:
            lines.append("    " + ", ".join(f"{text} ({n})" for text, n in one.common))
        lines += [f"    ! {remark}" for remark in one.remarks]
    return "\n".join(lines)
