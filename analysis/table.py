"""Rows as named columns, with errors that name source, row, column and value.

`Columns` is what callers hand in: a mapping from column name to an array of n values, text or
numbers, where NaN, None and the empty text mean "no answer"; or to levels that are coded already.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from analysis.errors import DataError
from analysis.factors import MISSING, Codes, Factor, Floats, factorize, group, label_of, parse_number

Columns = Mapping[str, npt.NDArray[Any] | Factor]


class Table:
    """n rows of named columns from one source; conversions are made once and kept.

    Raises DataError when columns differ in length or have more than one dimension.
    """

    def __init__(self, columns: Columns, source: str = "data") -> None:
        self.source = source
        self._columns = {
            name: values if isinstance(values, Factor) else np.asarray(values)
            for name, values in columns.items()
        }
        lengths = {name: len(values) for name, values in self._columns.items()}
        if len(set(lengths.values())) > 1:
            told = ", ".join(f"{name} {length}" for name, length in lengths.items())
            raise DataError(f"{source}: columns differ in length ({told}).", file=source)
        self.n = next(iter(lengths.values()), 0)
        self._factors: dict[str, Factor] = {}
        self._numbers: dict[str, Floats] = {}

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(self._columns)

    def raw(self, name: str) -> npt.NDArray[Any]:
        """The column as it was handed in, coded levels as text. Raises DataError when there is none of
        that name."""
        given = self._given(name)
        return given.labels if isinstance(given, Factor) else given

    def _given(self, name: str) -> npt.NDArray[Any] | Factor:
        try:
            return self._columns[name]
        except KeyError:
            near = difflib.get_close_matches(str(name), self._columns, n=1)
            hint = f" Did you mean '{near[0]}'?" if near else ""
            raise DataError(
                f"{self.source}: there is no column '{name}'.{hint}"
                f" It has: {', '.join(self._columns) or 'no columns'}.",
                file=self.source,
                column=name,
            ) from None

    def factor(self, name: str) -> Factor:
        """Column as categories; a missing answer is the level ''."""
        given = self._given(name)
        if isinstance(given, Factor):
            return given
        if name not in self._factors:
            self._factors[name] = factorize(given, f"{self.source}, column '{name}'")
        return self._factors[name]

    def numbers(self, name: str) -> Floats:
        """Column as floats (n,), NaN where missing. Raises DataError at text that is no number."""
        given = self._given(name)
        if isinstance(given, Factor):  # made again: eight bytes a row would stay for every column
            return self.level_numbers(name)[given.codes]
        if name not in self._numbers:
            self._numbers[name] = self._to_numbers(name, given)
        return self._numbers[name]

    def _to_numbers(self, name: str, raw: npt.NDArray[Any]) -> Floats:
        if raw.dtype.kind in "iufb":
            values = raw.astype(np.float64, copy=False)
            infinite = np.flatnonzero(np.isinf(values))
            if len(infinite):
                raise self.bad_value(name, int(infinite[0]), "is not a finite number")
            return values
        return self.level_numbers(name)[self.factor(name).codes] if self.n else np.zeros(0)

    def coded(self, name: str) -> Factor | None:
        """A column that was handed in coded, None for any other."""
        given = self._given(name)
        return given if isinstance(given, Factor) else None

    def level_numbers(self, name: str) -> Floats:
        """(k,) the numbers that the levels of a column spell, NaN for the missing one. Raises DataError
        at text that is no number."""
        factor = self.factor(name)
        wrong: dict[int, str] = {}
        numbers = np.full(len(factor.levels), np.nan)
        for code, label in enumerate(factor.levels):
            if label == MISSING:
                continue
            number = parse_number(label)
            if number is None:
                wrong[code] = label
            else:
                numbers[code] = number
        if wrong:
            row = int(np.flatnonzero(np.isin(factor.codes, list(wrong)))[0])
            raise self.bad_value(name, row, "is not a number")
        return numbers

    def bad_value(self, name: str, row: int, why: str) -> DataError:
        """An error about one field; row counts from 0 and is told as data row from 1."""
        given = self._given(name)
        value = given.levels[given.codes[row]] if isinstance(given, Factor) else label_of(given[row])
        shown = f"'{value}'" if value != MISSING else "an empty field"
        return DataError(
            f"{self.source}, data row {row + 1}, column '{name}': {shown} {why}.",
            file=self.source,
            row=row + 1,
            column=name,
            value=value,
        )

    def cross(self, names: Sequence[str]) -> tuple[Codes, list[tuple[str, ...]]]:
        """Cell of each row (n,) and the labels of each cell over several columns."""
        factors = [self.factor(name) for name in names]
        cells = group([f.codes for f in factors], [len(f.levels) for f in factors])
        labels = [
            tuple(f.levels[part] for f, part in zip(factors, parts, strict=True))
            for parts in cells.parts.tolist()
        ]
        return cells.cell, labels

    def is_in(self, name: str, values: Iterable[object]) -> npt.NDArray[np.bool_]:
        """(n,) rows whose label is among the values; a label nobody has matches nobody."""
        factor = self.factor(name)
        wanted = {label_of(value) for value in values} - {MISSING}
        keep = np.array([label in wanted for label in factor.levels], dtype=bool)
        return keep[factor.codes] if self.n else np.zeros(0, dtype=bool)

    def with_columns(self, columns: Columns) -> Table:
        """The same rows with some columns replaced or added; what is known of the others is kept.

        Raises DataError when a column has another length.
        """
        made = Table({**self._columns, **columns}, self.source)
        made._factors = {k: v for k, v in self._factors.items() if k not in columns}
        made._numbers = {k: v for k, v in self._numbers.items() if k not in columns}
        return made

    def take(self, rows: npt.NDArray[Any]) -> Table:
        """The chosen rows as a table of their own."""
        return Table(
            {
                name: values.take(rows) if isinstance(values, Factor) else values[rows]
                for name, values in self._columns.items()
            },
            self.source,
        )
