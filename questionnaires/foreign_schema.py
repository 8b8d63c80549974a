"""Frozen types of a foreign wave: another survey, described so that it can stand beside ours."""

from __future__ import annotations

from dataclasses import dataclass

from questionnaires.schema import SKIPPED, Choice, Measure


@dataclass(frozen=True, slots=True)
class Level:
    """One level of a domain: a single `value`, or all whole numbers from `lowest` to `highest`."""

    id: str
    label: str
    value: str | None = None
    lowest: int | None = None
    highest: int | None = None

    def holds(self, cell: str) -> bool:
        """Whether a cell of the column belongs to this level."""
        if self.value is not None:
            return _plain(cell) == _plain(self.value)
        number = whole_number(cell)
        if number is None or self.lowest is None or self.highest is None:
            return False
        return self.lowest <= number <= self.highest


@dataclass(frozen=True, slots=True)
class Domain:
    """Groups within which figures are shown, read from one column of the file.

    `optional`: the publisher's file lacks the column; where it was not added, nobody has a group.
    """

    id: str
    column: str
    levels: tuple[Level, ...]
    optional: bool = False

    def level_of(self, cell: str) -> str | None:
        """Id of the level this cell belongs to; None leaves the row outside every group."""
        for level in self.levels:
            if level.holds(cell):
                return level.id
        return None


@dataclass(frozen=True, slots=True)
class Filter:
    """Keep the rows whose cell in `column` is one of `values`."""

    column: str
    values: tuple[str, ...]

    def keeps(self, cell: str) -> bool:
        """Whether the row with this cell stays."""
        return _plain(cell) in {_plain(value) for value in self.values}


@dataclass(frozen=True, slots=True)
class ForeignItem:
    """One question of the foreign survey, under the id of our question with that meaning.

    The wording itself is not ours to copy: `wording_sha256` and `labels_sha256` are digests of
    what the codebook beside the data says (see `foreign_wording`); `title` and the texts of
    `choices` are our own short words. `values` pairs each value of the file with our code.
    """

    id: str
    column: str
    title: str
    choices: tuple[Choice, ...]
    values: tuple[tuple[int, int], ...]
    wording_sha256: str
    labels_sha256: str

    @property
    def codes(self) -> tuple[int, ...]:
        """Our codes, in the order of the choices."""
        return tuple(choice.code for choice in self.choices)


@dataclass(frozen=True, slots=True)
class Columns:
    """Columns of the design; None where the publisher released none."""

    weight: str
    strata: str | None
    psu: str | None


@dataclass(frozen=True, slots=True)
class ForeignWave:
    """One year of a foreign survey: whose it is, where its columns are, what they mean.

    `missing` pairs a value of the file with one of our missing codes; `empty` lists cells that
    mean that the question was skipped. `codebook` names the file with the wording, which lies
    beside the data.
    """

    slug: str
    year: int
    title: str
    publisher: str
    citation: str
    url: str
    population: str
    licence_note: str
    notes: tuple[str, ...]
    columns: Columns
    filters: tuple[Filter, ...]
    domains: tuple[Domain, ...]
    items: tuple[ForeignItem, ...]
    measures: tuple[Measure, ...]
    missing: tuple[tuple[int, int], ...]
    empty: tuple[str, ...]
    codebook: str

    def item(self, item_id: str) -> ForeignItem:
        """The item with this id; KeyError when the wave has none."""
        for item in self.items:
            if item.id == item_id:
                return item
        raise KeyError(f"{self.slug} has no item {item_id!r}")

    def measure(self, measure_id: str) -> Measure:
        """The measure with this id; KeyError when the wave has none."""
        for measure in self.measures:
            if measure.id == measure_id:
                return measure
        raise KeyError(f"{self.slug} has no measure {measure_id!r}")

    def code_of(self, item: ForeignItem, cell: str) -> int:
        """Our code (or missing code) for a cell of the item's column.

        Raises ValueError with a sentence when the mapping does not know the value.
        """
        if cell.strip() in self.empty:
            return SKIPPED
        number = whole_number(cell)
        for value, code in (*item.values, *self.missing):
            if number == value:
                return code
        raise ValueError(
            f"{cell!r} in column {item.column} is no answer the mapping {self.slug} knows; "
            "add the value to the mapping or correct the file."
        )

    @property
    def needed_columns(self) -> tuple[str, ...]:
        """Every column that is read, each once; the file may lack the `optional_columns`."""
        design = (self.columns.weight, self.columns.strata, self.columns.psu)
        names = [name for name in design if name is not None]
        names += [row.column for row in self.filters]
        names += [domain.column for domain in self.domains]
        names += [item.column for item in self.items]
        return tuple(dict.fromkeys(names))

    @property
    def optional_columns(self) -> frozenset[str]:
        """Columns of optional domains, which the publisher's file lacks unless they were added."""
        return frozenset(domain.column for domain in self.domains if domain.optional)


def whole_number(cell: str) -> int | None:
    """The whole number in a cell such as "3" or "3.0"; None when it holds anything else."""
    try:
        value = float(cell)
    except ValueError:
        return None
    return int(value) if value.is_integer() else None


def _plain(cell: str) -> str:
    number = whole_number(cell)
    return cell.strip() if number is None else str(number)
