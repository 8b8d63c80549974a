"""Kinds `replicates` (multipliers given) and `replicates_mc` (own bootstrap)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from analysis.errors import DataError, PlanError
from analysis.factors import Floats
from analysis.plan.estimating import Result, domain_rows
from analysis.plan.language import Request, number, requests_of, text
from analysis.plan.sources import Source
from analysis.plan.weighting import steps_of, weighted_sample
from analysis.variance.replicates import (
    Multipliers,
    Replicates,
    bootstrap,
    given_multipliers,
    replicate,
)
from analysis.weighting.steps import Sample

#: A fixed seed makes a published error repeatable; a plan may state another.
SEED = 20260101
REPLICATES = 1000


def given_case(case: Mapping[str, Any], source: Source, where: str) -> tuple[Result, None]:
    """Multipliers from a file: base weight x multiplier, then every weighting step again."""
    made = case.get("replicates")
    if not isinstance(made, Mapping):
        raise PlanError(f"{where}: 'replicates' must name a file of multipliers and a scale.")
    requests = _simple(requests_of(case, where), where)
    sample = weighted_sample(case, source, where)
    multipliers = _read(made, sample, source, f"{where}, replicates")
    replicates = replicate(sample, steps_of(case, source, where), multipliers)
    rows = []
    for request in requests:
        row, values = _values(sample, replicates, request)
        if row["estimate"] is not None:
            row["se_mse"] = replicates.error(row["estimate"], values)
            row["se_centered"] = replicates.error(row["estimate"], values, centred=True)
        rows.append(row)
    return {"results": rows}, None


def bootstrap_case(case: Mapping[str, Any], source: Source, where: str) -> tuple[Result, None]:
    """Own Rao-Wu bootstrap; `replicates` (a number) and `seed` may be stated."""
    count = int(number(case, "replicates", where, REPLICATES))
    seed = int(number(case, "seed", where, SEED))
    if count < 2:
        raise PlanError(f"{where}: 'replicates' must be at least 2.")
    requests = _simple(requests_of(case, where), where)
    sample = weighted_sample(case, source, where)
    steps = steps_of(case, source, where)
    replicates = bootstrap(sample, steps, count, np.random.default_rng(seed))
    rows = []
    for request in requests:
        row, values = _values(sample, replicates, request)
        if row["estimate"] is not None:
            row["se"] = replicates.error(row["estimate"], values)
        rows.append(row)
    return {"replicates": count, "seed": seed, "results": rows}, None


def _simple(requests: list[Request], where: str) -> list[Request]:
    for request in requests:
        if request.stat not in ("mean", "total"):
            raise PlanError(
                f"{where}: request '{request.name}': replicates give means and totals, not"
                f" '{request.stat}'."
            )
    return requests


def _values(sample: Sample, replicates: Replicates, request: Request) -> tuple[Result, Floats]:
    """The head of a result row with the estimate (None without rows), and its replicates."""
    head: Result = {"name": request.name, "stat": request.stat}
    y = sample.table.numbers(request.columns[0])
    inside = np.where(domain_rows(sample, request), y, np.nan)
    if np.isnan(inside).all():
        return head | {"estimate": None, "n": 0}, np.zeros(0)
    form = replicates.totals if request.stat == "total" else replicates.means
    estimate, values = form(inside)
    return head | {"estimate": estimate}, values


def _read(made: Mapping[str, Any], sample: Sample, source: Source, where: str) -> Multipliers:
    table = source.table(text(made, "file", where))
    if table.n != sample.n_given:
        raise DataError(
            f"{table.source}: {table.n} rows of multipliers for {sample.n_given} rows of data.",
            file=table.source,
        )
    values = np.stack([table.numbers(name) for name in table.names], axis=1)
    missing = np.argwhere(np.isnan(values))
    if len(missing):
        row, column = missing[0]
        raise table.bad_value(table.names[column], int(row), "is not a multiplier")
    rscales = made.get("rscales")
    if rscales is not None and not isinstance(rscales, list):
        rscales = [rscales]
    return given_multipliers(values[sample.rows], number(made, "scale", where), rscales)
