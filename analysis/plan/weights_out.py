"""Final weights as a case hands them over."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

from analysis.factors import Floats


@dataclass(frozen=True)
class KeyedWeights:
    """weights: (n,) in the order of the data; key: a column that names its rows, with its values,
    None where rows are told by their number alone."""

    key: str | None
    keys: list[str] | None
    weights: Floats

    def write(self, path: Path) -> None:
        """CSV of row (from 1) and weight; a key column comes first where there is one."""
        with path.open("w", encoding="utf-8", newline="") as stream:
            writer = csv.writer(stream)
            numbered = enumerate(self.weights.tolist(), start=1)
            if self.key is None or self.keys is None:
                writer.writerow(["row", "weight"])
                writer.writerows((row, repr(w)) for row, w in numbered)
                return
            writer.writerow([self.key, "weight", "row"])
            writer.writerows((self.keys[row - 1], repr(w), row) for row, w in numbered)
