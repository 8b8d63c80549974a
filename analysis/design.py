"""How the sample was drawn: base weights, strata, sampling units by stage, finite populations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, cast

import numpy as np
import numpy.typing as npt

from analysis.errors import DataError, PlanError
from analysis.factors import Codes, Floats, group
from analysis.table import Table

LonelyPolicy = Literal["fail", "remove", "adjust", "average"]
LONELY_POLICIES: tuple[LonelyPolicy, ...] = ("fail", "remove", "adjust", "average")


@dataclass(frozen=True)
class DesignSpec:
    """Names of the columns that describe the draw.

    weights: base weight column (None: all 1, or with `fpc` the inverse sampling fractions);
    strata: column or None; psu: columns by stage, first stage first, empty when each row is a unit
    of its own; fpc: columns with the number of units in the population, by stage; units are nested
    in strata, so ids may repeat between strata.
    """

    weights: str | None = None
    strata: str | None = None
    psu: tuple[str, ...] = ()
    fpc: tuple[str, ...] = ()
    lonely_psu: LonelyPolicy = "fail"

    @classmethod
    def from_plan(cls, design: Mapping[str, object]) -> DesignSpec:
        """Read the `design` part of a plan. Raises PlanError for unknown keys or values."""
        known = ("weights", "strata", "psu", "fpc", "lonely_psu")
        unknown = sorted(set(design) - set(known))
        if unknown:
            raise PlanError(f"design: unknown key '{unknown[0]}'; there are {', '.join(known)}.")
        policy = design.get("lonely_psu") or "fail"
        if policy not in LONELY_POLICIES:
            raise PlanError(
                f"design: lonely_psu '{policy}' is not one of {', '.join(LONELY_POLICIES)}."
            )
        return cls(
            weights=_column(design.get("weights"), "weights"),
            strata=_column(design.get("strata"), "strata"),
            psu=_column_list(design.get("psu"), "psu"),
            fpc=_column_list(design.get("fpc"), "fpc"),
            lonely_psu=policy,
        )


def _column(value: object, key: str) -> str | None:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, list) and len(value) == 1 and isinstance(value[0], str):
        return value[0]
    raise PlanError(f"design: '{key}' must name one column or be null, not {value!r}.")


def _column_list(value: object, key: str) -> tuple[str, ...]:
    if value is None:
        return ()
    names = value if isinstance(value, list) else [value]
    if not all(isinstance(name, str) for name in names):
        raise PlanError(f"design: '{key}' must name columns, not {value!r}.")
    return tuple(cast(list[str], names))


@dataclass(frozen=True)
class Stage:
    """One stage of selection.

    stratum: (n,) stratum of each row at this stage (from the second stage on: the unit before);
    unit: (n,) sampling unit of each row; unit_stratum: (units,); sampled: (strata,) units drawn;
    population: (strata,) units there are, None when drawn with replacement.
    """

    stratum: Codes
    unit: Codes
    unit_stratum: Codes
    sampled: Floats
    population: Floats | None


@dataclass(frozen=True)
class Design:
    """The draw of n rows. weights: (n,) positive base weights; stages: first stage first."""

    weights: Floats
    stages: tuple[Stage, ...]
    lonely_psu: LonelyPolicy
    elements: bool

    @property
    def n(self) -> int:
        return len(self.weights)

    def degrees_of_freedom(self, used: npt.NDArray[np.bool_] | None = None) -> int:
        """Sampled first-stage units minus strata, among the rows used (all when None).

        Counting only the rows used is what keeps a small group from borrowing the whole city's
        certainty.
        """
        first = self.stages[0]
        if used is None:
            return len(first.unit_stratum) - len(first.sampled)
        strata = np.bincount(first.stratum[used], minlength=len(first.sampled)) > 0
        if self.elements:
            units = int(np.count_nonzero(used))
        else:
            held = np.bincount(first.unit[used], minlength=len(first.unit_stratum)) > 0
            units = int(np.count_nonzero(held))
        return units - int(np.count_nonzero(strata))


def positive_rows(spec: DesignSpec, table: Table) -> npt.NDArray[np.intp]:
    """Positions of rows with a positive base weight; the others are not in the sample.

    Raises DataError at a missing or negative weight, and when nobody is left.
    """
    if spec.weights is None:
        rows = np.arange(table.n)
    else:
        weights = table.numbers(spec.weights)
        wrong = np.flatnonzero(~(weights >= 0))
        if len(wrong):
            raise table.bad_value(spec.weights, int(wrong[0]), "is not a weight (0 or more)")
        rows = np.flatnonzero(weights > 0)
    if not len(rows):
        raise DataError(f"{table.source}: no row has a positive weight.", file=table.source)
    return rows


def make_design(spec: DesignSpec, table: Table) -> Design:
    """Build the design of a table whose rows all have positive base weights.

    Raises DataError for missing strata, units or population sizes, population sizes that vary
    inside a stratum or are smaller than the number drawn.
    """
    n = table.n
    stratum: Codes = np.zeros(n, dtype=np.int32)
    strata = 1
    if spec.strata is not None:
        factor = table.factor(spec.strata)
        _no_missing(table, spec.strata)
        stratum, strata = factor.codes, len(factor.levels)
    stages: list[Stage] = []
    for depth in range(max(1, len(spec.psu))):
        population = spec.fpc[depth] if depth < len(spec.fpc) else None
        if spec.psu:
            name = spec.psu[depth]
            factor = table.factor(name)
            _no_missing(table, name)
            cells = group([stratum, factor.codes], [strata, len(factor.levels)])
            unit: Codes = cells.cell
            unit_stratum: Codes = cells.parts[:, 0].copy()
        else:
            unit, unit_stratum = np.arange(n, dtype=np.int32), stratum
        sampled = np.bincount(unit_stratum, minlength=strata).astype(np.float64)
        size = _population(table, population, stratum, sampled) if population else None
        stages.append(Stage(stratum, unit, unit_stratum, sampled, size))
        stratum, strata = unit, len(unit_stratum)
    return Design(_base_weights(spec, table, stages), tuple(stages), spec.lonely_psu, not spec.psu)


def _base_weights(spec: DesignSpec, table: Table, stages: Sequence[Stage]) -> Floats:
    if spec.weights is not None:
        return table.numbers(spec.weights)
    weights = np.ones(table.n)
    for stage in stages:
        if stage.population is not None:
            weights *= (stage.population / stage.sampled)[stage.stratum]
    return weights


def _no_missing(table: Table, name: str) -> None:
    missing = np.flatnonzero(table.factor(name).missing)
    if len(missing):
        raise table.bad_value(name, int(missing[0]), "leaves the sampling unit unknown")


def _population(table: Table, name: str, stratum: Codes, sampled: Floats) -> Floats:
    sizes = table.numbers(name)
    wrong = np.flatnonzero(~(sizes > 0))
    if len(wrong):
        raise table.bad_value(name, int(wrong[0]), "is not a number of units in the population")
    first = np.empty(len(sampled), dtype=np.int64)
    first[stratum[::-1]] = np.arange(table.n - 1, -1, -1)
    population = sizes[first]
    varies = np.flatnonzero(sizes != population[stratum])
    if len(varies):
        raise table.bad_value(
            name, int(varies[0]), "differs from the number in other rows of the same stratum"
        )
    short = np.flatnonzero(population < sampled)
    if len(short):
        row = int(first[short[0]])
        raise table.bad_value(
            name, row, f"is less than the {int(sampled[short[0]])} units drawn in that stratum"
        )
    return np.asarray(population)
