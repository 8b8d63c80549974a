"""Answers of many people as small numbers: each different answer is kept once.

An answer is anything that can be compared: a code, several codes, a text, None. What is asked of
answers (what level, counted or not) is asked of each different one and then handed to everybody who
gave it, so a million people cost a byte or two each, and no loop.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from analysis.factors import MISSING, Codes, Factor, Floats

_WIDTHS = {"B": 1 << 8, "H": 1 << 16, "I": 1 << 32}


@dataclass(frozen=True)
class Coded:
    """codes: (n,) integers into `values`, the different answers."""

    codes: Codes
    values: tuple[Any, ...]

    @classmethod
    def of(cls, values: Iterable[Hashable]) -> Coded:
        """From one answer a row."""
        coder = Coder()
        for value in values:
            coder.add(value)
        return coder.coded()

    def __len__(self) -> int:
        return len(self.codes)

    def take(self, rows: npt.NDArray[Any]) -> Coded:
        """The chosen rows as a column of their own."""
        return Coded(self.codes[rows], self.values)

    def holds(self, wanted: Callable[[Any], bool]) -> npt.NDArray[np.bool_]:
        """(n,) whether what is asked is true of each answer."""
        return self.gather([wanted(value) for value in self.values], np.bool_)

    @property
    def counts(self) -> dict[Any, int]:
        """How many gave each answer."""
        held = np.bincount(self.codes, minlength=len(self.values)).tolist()
        return {value: n for value, n in zip(self.values, held, strict=True) if n}

    def factor(self, label: Callable[[Any], str | None]) -> Factor:
        """(n,) levels: the label of each answer, None or '' where it has none."""
        return Factor.of(self.codes, [label(value) or MISSING for value in self.values])

    def numbers(self, number: Callable[[Any], float]) -> Floats:
        """(n,) the number of each answer."""
        return self.gather([float(number(value)) for value in self.values], np.float64)

    def gather(self, found: Iterable[Any], kind: Any) -> npt.NDArray[Any]:
        """(n,) what was found for each of `values`, for everybody who gave it."""
        table = np.array(list(found), kind)
        return table[self.codes] if len(table) else np.zeros(0, kind)

    def without(self, rows: npt.NDArray[np.bool_]) -> Coded:
        """The same with None in these rows (n,)."""
        if not rows.any():
            return self
        if None in self.values:
            at, values = self.values.index(None), self.values
        else:
            at, values = len(self.values), (*self.values, None)
        codes = self.codes.astype(np.promote_types(self.codes.dtype, np.min_scalar_type(at)))
        codes[rows] = at
        return replace(self, codes=codes, values=values)


class Coder:
    """Takes answers one by one; no more bytes a row than the number of different ones asks for."""

    def __init__(self) -> None:
        self._known: dict[Hashable, int] = {}
        self._codes = array("B")

    @classmethod
    def blank(cls, rows: int) -> Coder:
        """One that has taken None this many times."""
        made = cls()
        if rows:
            made._known[None] = 0
            made._codes = array("B", bytes(rows))
        return made

    def add(self, value: Hashable) -> None:
        code = self._known.setdefault(value, len(self._known))
        if code >= _WIDTHS[self._codes.typecode]:
            wider = next(kind for kind, most in _WIDTHS.items() if code < most)
            self._codes = array(wider, self._codes)
        self._codes.append(code)

    def coded(self) -> Coded:
        """What was taken."""
        return Coded(np.frombuffer(self._codes, self._codes.typecode), tuple(self._known))
