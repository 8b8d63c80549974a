"""Categories as integer codes: fast for millions of rows, exact for any text.

A missing answer is a level of its own (the empty label), because in weighting it is one.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from analysis.errors import DataError

Codes = npt.NDArray[np.integer]
Floats = npt.NDArray[np.float64]

#: Label of a missing answer.
MISSING = ""
_SAMPLE = 20_000


@dataclass(frozen=True)
class Factor:
    """codes: (n,) integers into `levels`, the labels in sorted order (numbers by size)."""

    codes: Codes
    levels: tuple[str, ...]

    @classmethod
    def of(cls, codes: Codes, labels: Sequence[str]) -> Factor:
        """From codes (n,) into labels, which may repeat or be held by no row, in as few bytes a row as
        there are levels for."""
        used = np.flatnonzero(np.bincount(codes, minlength=len(labels)))
        ordered = _sorted(np.arange(len(used), dtype=np.int32), [labels[at] for at in used.tolist()])
        place = np.zeros(len(labels), np.min_scalar_type(len(ordered.levels)))
        place[used] = ordered.codes
        return cls(place[codes], ordered.levels)

    def __len__(self) -> int:
        return len(self.codes)

    @property
    def labels(self) -> npt.NDArray[np.str_]:
        """(n,) the label of each row."""
        return np.array(self.levels or ("",), dtype=np.str_)[self.codes]

    def tolist(self) -> list[str]:
        """The label of each row, as an array of text would give them."""
        return [self.levels[code] for code in self.codes.tolist()]

    def relabel(self, label: Callable[[str], str]) -> Factor:
        """Each level under another label; levels with one label become one."""
        return Factor.of(self.codes, [label(level) for level in self.levels])

    def without(self, rows: npt.NDArray[np.bool_]) -> Factor:
        """The same with no answer in these rows (n,)."""
        codes = np.where(rows, np.array(len(self.levels)), self.codes)
        return Factor.of(codes, (*self.levels, MISSING))

    def take(self, rows: npt.NDArray[Any]) -> Factor:
        """The chosen rows as a column of their own."""
        return Factor.of(self.codes[rows], self.levels)

    def position(self, label: str) -> int | None:
        """Code of a label, None when no row has it."""
        try:
            return self.levels.index(label)
        except ValueError:
            return None

    @property
    def missing(self) -> npt.NDArray[np.bool_]:
        """(n,) rows without an answer."""
        at = self.position(MISSING)
        if at is None:
            return np.zeros(len(self.codes), dtype=bool)
        return np.asarray(self.codes == at)


def label_of(value: object) -> str:
    """The label of one value: 3, 3.0 and "3" are the same level; None and NaN are missing."""
    if value is None:
        return MISSING
    if isinstance(value, bool | np.bool_):
        return "1" if value else "0"
    if isinstance(value, int | float | np.integer | np.floating):
        number = float(value)
        if np.isnan(number):
            return MISSING
        return str(int(number)) if number.is_integer() and abs(number) < 1e15 else repr(number)
    return str(value)


def parse_number(text: str) -> float | None:
    """The finite number a text spells, or None."""
    try:
        number = float(text)
    except ValueError:
        return None
    return number if np.isfinite(number) and "_" not in text else None


def _level_number(label: str) -> float | None:
    """The number a level stands for, or None. "007" is text: leading zeros carry meaning."""
    digits = label.strip().lstrip("+-")
    if len(digits) > 1 and digits[0] == "0" and digits[1].isdigit():
        return None
    return parse_number(label)


def factorize(values: npt.NDArray[Any], name: str = "column") -> Factor:
    """Codes and sorted labels of a column of text or numbers (NaN, None and "" are missing).

    Raises DataError for a column with more than one dimension.
    """
    if values.ndim != 1:
        raise DataError(f"{name}: expected one value a row, got an array of shape {values.shape}.")
    if values.dtype.kind in "OS":
        values = np.array([label_of(v) for v in values.tolist()], dtype=np.str_)
    if values.dtype.kind in "UT":
        codes, first = _text_codes(np.asarray(values, dtype=np.str_))
        raw = [str(values[i]) for i in first]
    elif values.dtype.kind in "iufb":
        codes, distinct = number_codes(values)
        raw = [label_of(v) for v in distinct.tolist()]
    else:
        raise DataError(f"{name}: values of type {values.dtype} are neither text nor numbers.")
    return _sorted(codes, raw)


def _sorted(codes: Codes, raw: list[str]) -> Factor:
    """Bring labels into order; where a whole column is numeric, 1 and 1.0 are one level."""
    numbers = [_level_number(label) for label in raw if label != MISSING]
    labels = raw
    if numbers and all(number is not None for number in numbers):
        labels = [label if label == MISSING else label_of(_level_number(label)) for label in raw]
        order = sorted(set(labels), key=lambda s: (s != MISSING, float(s) if s else 0.0))
    else:
        order = sorted(set(labels), key=lambda s: (s != MISSING, *alphabetical(s)))
    place = {label: at for at, label in enumerate(order)}
    table = np.array([place[label] for label in labels], dtype=np.int32)
    if len(table) and not np.array_equal(table, np.arange(len(table))):
        codes = table[codes]
    return Factor(codes, tuple(order))


def alphabetical(label: str) -> tuple[str, str]:
    """Case and accents decide only between labels that are otherwise the same: a B c, as R sorts."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", label) if not unicodedata.combining(c))
    return plain.casefold(), label.swapcase()


def number_codes(values: npt.NDArray[Any]) -> tuple[Codes, npt.NDArray[Any]]:
    """Codes (n,) and the sorted distinct values (NaN last) of a numeric column.

    Distinct values are found on a part of the column first: survey columns have few.
    """
    n = len(values)
    if n == 0:
        return np.zeros(0, dtype=np.int32), values[:0]
    if values.dtype.kind == "b":
        values = values.astype(np.int8)
    if values.dtype.kind in "iu":
        low, high = int(values.min()), int(values.max())
        if high - low <= 4096:
            wide = values if values.dtype.itemsize == 8 else values.astype(np.int64)
            shifted = (wide - wide.dtype.type(low)).astype(np.int32)
            seen = np.bincount(shifted, minlength=high - low + 1) > 0
            table = np.cumsum(seen, dtype=np.int32) - np.int32(1)
            return table[shifted], values.dtype.type(low) + np.flatnonzero(seen).astype(values.dtype)
    known = np.unique(values[:: max(1, n // _SAMPLE)])
    nan = bool(values.dtype.kind == "f") and bool(np.isnan(values).any())
    if len(known) < _SAMPLE // 4:
        known = known[known == known]  # drops NaN
        if len(known):
            at = np.minimum(np.searchsorted(known, values), len(known) - 1)
            unseen = known[at] != values
            missed = values[unseen]
            missed = missed[missed == missed]
            if not len(missed):
                codes = at.astype(np.int32)
                if nan:
                    codes[unseen] = len(known)
                    known = np.append(known, np.nan)
                return codes, known
    distinct, inverse = np.unique(values, return_inverse=True)
    return inverse.astype(np.int32), distinct


def _text_codes(values: npt.NDArray[np.str_]) -> tuple[Codes, list[int]]:
    """Codes of text through a 64-bit hash, checked letter by letter; first row of each code."""
    n = len(values)
    if n == 0:
        return np.zeros(0, dtype=np.int32), []
    width = values.dtype.itemsize // 4
    if width == 0:
        return np.zeros(n, dtype=np.int32), [0]
    letters = np.ascontiguousarray(values).view(np.uint32).reshape(n, width)
    hashed = np.zeros(n, dtype=np.uint64)
    for column in range(width):
        hashed *= np.uint64(0x9E3779B97F4A7C15)
        hashed ^= letters[:, column]
        hashed += hashed >> np.uint64(29)
    codes, distinct = number_codes(hashed)
    first = np.full(len(distinct), -1, dtype=np.int64)
    first[codes[::-1]] = np.arange(n - 1, -1, -1)
    if np.array_equal(values[first][codes], values):
        return codes, [int(i) for i in first]
    _, first_rows, inverse = np.unique(values, return_index=True, return_inverse=True)
    return inverse.astype(np.int32), [int(i) for i in first_rows]


@dataclass(frozen=True)
class Cells:
    """Rows grouped by several codes. cell: (n,) int32; parts: (cells, factors) codes of each cell;
    first: (cells,) the first row in each."""

    cell: Codes
    parts: npt.NDArray[np.int32]
    first: npt.NDArray[np.intp]

    def __len__(self) -> int:
        return len(self.parts)


def group(codes: Sequence[Codes], sizes: Sequence[int]) -> Cells:
    """Group rows by the combination of codes; cells are sorted with the first code slowest.

    codes: k arrays (n,); sizes: number of levels of each. Only combinations that occur are kept.
    """
    n = len(codes[0])
    if len(codes) == 1 and sizes[0] <= n:
        key, span = codes[0].astype(np.int64), sizes[0]
    else:
        span = 1
        key = np.zeros(n, dtype=np.int64)
        for code, size in zip(codes, sizes, strict=True):
            if span * max(size, 1) >= 2**62:
                inner = np.unique(key, return_inverse=True)[1]
                key, span = inner.astype(np.int64), int(inner.max()) + 1 if n else 1
            key *= size
            key += code
            span *= max(size, 1)
    if span <= max(4 * n, 1 << 16):
        seen = np.bincount(key, minlength=span) > 0
        table = np.cumsum(seen, dtype=np.int32) - np.int32(1)
        cell, present = table[key], np.flatnonzero(seen)
        count = len(present)
    else:
        present, inverse = np.unique(key, return_inverse=True)
        cell, count = inverse.astype(np.int32), len(present)
    first = np.empty(count, dtype=np.intp)
    first[cell[::-1]] = np.arange(n - 1, -1, -1)
    parts = np.stack([np.asarray(code)[first] for code in codes], axis=1).astype(np.int32)
    return Cells(cell, parts, first)
