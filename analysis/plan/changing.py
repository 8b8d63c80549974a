"""Kinds `diff_independent` and `diff_overlap`: change between waves."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from analysis.change import Change, independent_change, overlapping_change
from analysis.errors import PlanError
from analysis.multiplicity import benjamini_hochberg, bonferroni, holm
from analysis.plan.estimating import Result, domain_rows, estimate
from analysis.plan.language import Request, objects, requests_of, text
from analysis.plan.sources import Source
from analysis.plan.weighting import weighted_sample


def independent_case(case: Mapping[str, Any], source: Source, where: str) -> tuple[Result, None]:
    """Change between two waves drawn apart, corrected over all rows of the case."""
    waves = objects(case, "waves", where)
    if len(waves) != 2:
        raise PlanError(f"{where}: 'waves' must hold two waves, not {len(waves)}.")
    requests = _comparable(requests_of(case, where), where)
    samples = [weighted_sample(wave, source, f"{where}, waves[{at}]") for at, wave in enumerate(waves)]
    rows = []
    for request in requests:
        first, second = (estimate(sample, request, domain_rows(sample, request)) for sample in samples)
        rows.append(_row(request, independent_change(first, second, request.level), first, second))
    result: Result = {"results": rows}
    p_values = [row.get("p_value") for row in rows]
    if len(rows) > 1:
        result["p_holm"] = holm(p_values)
        result["p_bh"] = benjamini_hochberg(p_values)
        result["p_bonferroni"] = bonferroni(p_values)
    return result, None


def overlap_case(case: Mapping[str, Any], source: Source, where: str) -> tuple[Result, None]:
    """Change where people are in both waves of one stacked file."""
    name = text(case, "wave_var", where)
    levels = case.get("wave_levels")
    if not isinstance(levels, list) or len(levels) != 2:
        raise PlanError(f"{where}: 'wave_levels' must name the earlier and the later wave.")
    requests = requests_of(case, where)
    wrong = [r.name for r in requests if r.stat != "mean"]
    if wrong:
        raise PlanError(f"{where}: request '{wrong[0]}': an overlapping change compares means.")
    sample = weighted_sample(case, source, where)
    earlier, later = (sample.table.is_in(name, [level]) for level in levels)
    rows = []
    for request in requests:
        y = sample.table.numbers(request.columns[0])
        domain = domain_rows(sample, request)
        change = overlapping_change(sample, y, earlier, later, domain, request.level)
        row: Result = {"name": request.name}
        if change is None:
            rows.append(row | {"diff": None, "se": None})
            continue
        row |= {
            "wave1": change.first,
            "wave2": change.second,
            "se1": change.se_first,
            "se2": change.se_second,
            "cov": change.covariance,
            "corr": change.correlation,
        }
        row |= _difference(change)
        row |= {
            "se_if_independent": change.se_if_independent,
            "n1": change.n_first,
            "n2": change.n_second,
        }
        rows.append(row)
    return {"results": rows}, None


def _comparable(requests: list[Request], where: str) -> list[Request]:
    for request in requests:
        if request.stat not in ("mean", "total", "ratio"):
            raise PlanError(
                f"{where}: request '{request.name}': a change compares means, totals or ratios,"
                f" not '{request.stat}'."
            )
    return requests


def _row(request: Request, change: Change | None, first: Any, second: Any) -> Result:
    row: Result = {"name": request.name}
    for at, one in ((1, first), (2, second)):
        row |= {f"wave{at}": one.estimate, f"se{at}": one.se, f"n{at}": one.n, f"df{at}": one.df}
    if change is None:
        return row | {"diff": None, "se": None, "p_value": None}
    return row | _difference(change)


def _difference(change: Change) -> Result:
    return {
        "diff": change.difference,
        "se": change.se,
        "df": change.df,
        "t": change.t,
        "p_value": change.p_value,
        "ci": None if change.interval is None else list(change.interval),
    }
