"""Outcome rates of AAPOR's Standard Definitions (10th edition, 2023), by number."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from analysis.errors import DataError
from analysis.factors import MISSING, Floats
from analysis.table import Table

#: Interview, partial, refusal, non-contact, other, unknown household, unknown other, not eligible.
DISPOSITIONS = ("I", "P", "R", "NC", "O", "UH", "UO", "NE")


@dataclass(frozen=True)
class Outcomes:
    """Cases (or weights) by disposition. eligibility: e, the share of unknown cases taken to be
    eligible."""

    counts: Mapping[str, float]
    eligibility: float

    @property
    def interviews(self) -> float:
        return self.counts["I"]

    @property
    def known(self) -> float:
        """Eligible for certain: I + P + R + NC + O."""
        return sum(self.counts[code] for code in ("I", "P", "R", "NC", "O"))

    @property
    def unknown(self) -> float:
        return self.counts["UH"] + self.counts["UO"]

    def rates(self) -> dict[str, float | None]:
        """RR1-6, COOP1-4, REF1-3, CON1-3; None where the denominator is 0."""
        c, known, unknown = self.counts, self.known, self.unknown
        full = c["I"]
        partly = c["I"] + c["P"]
        reached = c["I"] + c["P"] + c["R"] + c["O"]
        able = c["I"] + c["P"] + c["R"]
        denominators = (known + unknown, known + self.eligibility * unknown, known)
        rates: dict[str, float | None] = {}
        for at, below in enumerate(denominators):
            rates[f"RR{2 * at + 1}"] = _over(full, below)
            rates[f"RR{2 * at + 2}"] = _over(partly, below)
            rates[f"REF{at + 1}"] = _over(c["R"], below)
            rates[f"CON{at + 1}"] = _over(reached, below)
        for at, below in enumerate((reached, able)):
            rates[f"COOP{2 * at + 1}"] = _over(full, below)
            rates[f"COOP{2 * at + 2}"] = _over(partly, below)
        order = [f"RR{k}" for k in range(1, 7)] + [f"COOP{k}" for k in range(1, 5)]
        order += [f"REF{k}" for k in range(1, 4)] + [f"CON{k}" for k in range(1, 4)]
        return {name: rates[name] for name in order}


def outcomes(table: Table, column: str, weights: Floats | None = None) -> Outcomes:
    """Count (or weigh) the cases of an address file by disposition code.

    e is by proportional allocation (CASRO): known eligible over known eligible plus not eligible.
    Raises DataError for a missing or unknown code, naming the row.
    """
    factor = table.factor(column)
    for level in factor.levels:
        if level == MISSING or level not in DISPOSITIONS:
            row = int(np.flatnonzero(factor.codes == factor.levels.index(level))[0])
            raise table.bad_value(
                column, row, f"is not a final disposition ({', '.join(DISPOSITIONS)})"
            )
    sums = np.bincount(factor.codes, weights, minlength=len(factor.levels))
    by_level = dict(zip(factor.levels, sums.astype(float).tolist(), strict=True))
    counts = {code: by_level.get(code, 0.0) for code in DISPOSITIONS}
    known = sum(counts[code] for code in ("I", "P", "R", "NC", "O"))
    if known + counts["NE"] <= 0:
        raise DataError(f"{table.source}: no case has a known eligibility.", file=table.source)
    return Outcomes(counts, known / (known + counts["NE"]))


def _over(above: float, below: float) -> float | None:
    return above / below if below > 0 else None
