"""The retention schedule: retention.toml, read and checked. Standard library only."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FILE = Path(__file__).with_name("retention.toml")


@dataclass(frozen=True)
class RecordKind:
    """One kind of record. `days` None: kept. `life`: days that a fresh row lives, where a row knows."""

    id: str
    tables: tuple[str, ...]
    holdable: bool
    why: str
    table: str | None = None
    column: str | None = None
    days: int | None = None
    life: int | None = None


@cache
def schedule() -> dict[str, RecordKind]:
    """All kinds by id, in the order of the file."""
    rows = tomllib.loads(FILE.read_text(encoding="utf-8"))["kind"]
    kinds = [RecordKind(**{**row, "tables": tuple(row["tables"])}) for row in rows]
    return {kind.id: kind for kind in kinds}


def days_of(kind_id: str) -> int:
    """Days for which records of this kind are kept. Raises ValueError where there is no end."""
    kind = schedule()[kind_id]
    days = kind.life if kind.life is not None else kind.days
    if days is None:
        raise ValueError(f"records of kind {kind_id} are kept")
    return days
