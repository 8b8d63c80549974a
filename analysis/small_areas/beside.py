"""Direct and modelled figures of areas side by side, with what the model did visible.

Never a ranking: areas come in the order of their names.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from analysis.errors import DataError
from analysis.estimates import Share

Reliability = Literal["good", "fair", "poor"]
#: Relative root mean squared error up to which a modelled figure counts as good, as fair.
GOOD, FAIR = 0.15, 0.30


@dataclass(frozen=True)
class AreaLine:
    """One area. direct, se_direct: None where nobody answered; modelled, rmse: of the model;
    benchmarked: modelled, moved so that the areas make up the city; shrinkage: how far the model
    moved the direct figure towards its prediction, 0 not at all, 1 all the way (None without a
    direct figure); n: answers from the area."""

    area: str
    n: int
    direct: float | None
    se_direct: float | None
    modelled: float
    rmse: float
    benchmarked: float
    shrinkage: float | None
    reliability: Reliability


def beside(
    direct: Mapping[str, Share],
    modelled: Mapping[str, tuple[float, float]],
    synthetic: Mapping[str, float],
    population: Mapping[str, float],
    city: float,
) -> tuple[AreaLine, ...]:
    """Lines by name of area.

    modelled: area -> (estimate, rmse); synthetic: area -> what the model predicts without looking at
    the area itself; population: area -> people; city: the direct figure that the areas must make up.
    Benchmarking multiplies all areas by one ratio (Datta and others 2011, TEST 20: 574-588); the
    ratio tells how well model and survey agree. Raises DataError for areas without people.
    """
    lost = sorted(set(modelled) - set(population))
    if lost:
        raise DataError(f"area '{lost[0]}' has no people in the population table.")
    people = sum(population[area] for area in modelled)
    made_up = sum(population[area] * value for area, (value, _) in modelled.items()) / people
    if made_up <= 0:
        raise DataError("the modelled areas add up to nothing.")
    ratio = city / made_up
    lines = []
    for area in sorted(modelled):
        value, rmse = modelled[area]
        own = direct.get(area)
        estimate = own.estimate if own is not None else None
        lines.append(
            AreaLine(
                area=area,
                n=own.n if own is not None else 0,
                direct=estimate,
                se_direct=own.se if own is not None else None,
                modelled=value,
                rmse=rmse,
                benchmarked=min(max(value * ratio, 0.0), 1.0),
                shrinkage=_shrinkage(estimate, value, synthetic.get(area)),
                reliability=_class(value, rmse),
            )
        )
    return tuple(lines)


def _shrinkage(direct: float | None, modelled: float, synthetic: float | None) -> float | None:
    if direct is None or synthetic is None or direct == synthetic:
        return None
    return min(max((direct - modelled) / (direct - synthetic), 0.0), 1.0)


def _class(value: float, rmse: float) -> Reliability:
    """By error relative to the rarer side, so that a share and its complement get one class."""
    relative = rmse / max(min(value, 1 - value), 1e-12)
    return "good" if relative <= GOOD else "fair" if relative <= FAIR else "poor"
