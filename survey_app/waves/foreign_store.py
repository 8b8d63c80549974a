"""A foreign wave's mapping as it was imported, kept with the wave: to JSON and back.

Reading it back from the row, not from the file of today, keeps a published figure explainable after
the mapping was edited.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from questionnaires.foreign_schema import (
    Columns,
    Domain,
    Filter,
    ForeignItem,
    ForeignWave,
    Level,
)
from questionnaires.foreign_wording import ForeignWording
from questionnaires.schema import Choice, Measure

from ..problems import NotFoundProblem
from .models import Wave


def store(foreign: ForeignWave) -> dict[str, Any]:
    """The mapping as JSON values."""
    return asdict(foreign)


def load_foreign_of(wave: Wave) -> ForeignWave:
    """The mapping a foreign wave was imported with; raises NotFoundProblem for one of our own."""
    stored = wave.mapping.get("foreign")
    if wave.kind != "foreign" or stored is None:
        raise NotFoundProblem(f"{wave.title} did not come from another survey.")
    return ForeignWave(
        **{
            **stored,
            "notes": tuple(stored["notes"]),
            "columns": Columns(**stored["columns"]),
            "filters": tuple(
                Filter(**{**row, "values": tuple(row["values"])}) for row in stored["filters"]
            ),
            "domains": tuple(_domain(row) for row in stored["domains"]),
            "items": tuple(_item(row) for row in stored["items"]),
            "measures": tuple(_measure(row) for row in stored["measures"]),
            "missing": _pairs(stored["missing"]),
            "empty": tuple(stored["empty"]),
        }
    )


def load_foreign_wording_of(wave: Wave) -> dict[str, ForeignWording]:
    """What the foreign survey asked, by item id, as read from its codebook at the import."""
    return {
        item: ForeignWording(row["question"], _labels(row["labels"]))
        for item, row in wave.mapping.get("wording", {}).items()
    }


def _domain(row: dict[str, Any]) -> Domain:
    return Domain(**{**row, "levels": tuple(Level(**level) for level in row["levels"])})


def _item(row: dict[str, Any]) -> ForeignItem:
    choices = tuple(Choice(**choice) for choice in row["choices"])
    return ForeignItem(**{**row, "choices": choices, "values": _pairs(row["values"])})


def _measure(row: dict[str, Any]) -> Measure:
    lists = {key: tuple(row[key]) for key in ("codes", "base", "stands_beside")}
    return Measure(**{**row, **lists})


def _pairs(rows: list[list[int]]) -> tuple[tuple[int, int], ...]:
    return tuple((first, second) for first, second in rows)


def _labels(rows: list[list[Any]]) -> tuple[tuple[int, str], ...]:
    return tuple((int(code), str(label)) for code, label in rows)
