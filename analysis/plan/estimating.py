"""Kinds `weights`, `weights_fail` and `estimate`: a weighted sample and what is asked of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from analysis import estimates
from analysis.estimates import Mask
from analysis.plan.language import Request, requests_of
from analysis.plan.sources import Source
from analysis.plan.weighting import weighted_sample
from analysis.quantiles import quantiles
from analysis.weighting.steps import Sample

Result = dict[str, Any]


def weights_case(case: Mapping[str, Any], source: Source, where: str) -> tuple[Result, Sample]:
    """Weights alone. A `weights_fail` case ends in the named error before it gets here."""
    sample = weighted_sample(case, source, where)
    return summary(sample), sample


def estimate_case(case: Mapping[str, Any], source: Source, where: str) -> tuple[Result, Sample]:
    """Weights, then every request."""
    requests = requests_of(case, where)
    sample = weighted_sample(case, source, where)
    result = summary(sample)
    result["results"] = [answer(sample, request) for request in requests]
    return result, sample


def summary(sample: Sample) -> Result:
    """Sum, range and Kish's effect of the weights (Kish 1992, J. Off. Stat. 8: 183-200)."""
    w = sample.weights
    squares, total = float((w**2).sum()), float(w.sum())
    return {
        "weights_sum": total,
        "weights_min": float(w.min()),
        "weights_max": float(w.max()),
        "kish_deff": len(w) * squares / total**2,
        "kish_neff": total**2 / squares,
        "n": len(w),
        "design_df": sample.design.degrees_of_freedom(),
    }


def domain_rows(sample: Sample, request: Request) -> Mask:
    """(n,) rows that satisfy every condition of the request's domain."""
    inside = np.ones(sample.n, dtype=bool)
    for name, values in request.domain:
        inside &= sample.table.is_in(name, values)
    return inside


def answer(sample: Sample, request: Request) -> Result:
    """One request as the plan language writes its result."""
    domain = domain_rows(sample, request)
    head: Result = {"name": request.name, "stat": request.stat}
    if request.stat == "prop":
        return head | _levels(sample, request, domain)
    columns = [sample.table.numbers(name) for name in request.columns]
    if request.stat == "ciprop":
        return head | _share(sample, request, columns[0], domain)
    if request.stat == "quantile":
        return head | _quantiles(sample, request, columns[0], domain)
    return head | _estimate(estimate(sample, request, domain))


def estimate(sample: Sample, request: Request, domain: Mask) -> estimates.Estimate:
    """The mean, total or ratio a request asks for."""
    columns = [sample.table.numbers(name) for name in request.columns]
    if request.stat == "ratio":
        return estimates.ratio(sample, columns[0], columns[1], domain, request.level)
    form = estimates.total if request.stat == "total" else estimates.mean
    return form(sample, columns[0], domain, request.level, request.deff)


def _estimate(got: estimates.Estimate) -> Result:
    if got.estimate is None:
        return {"estimate": None, "se": None, "n": 0}
    result: Result = {
        "n": got.n,
        "df": got.df,
        "sum_w": got.sum_w,
        "estimate": got.estimate,
        "se": got.se,
        "ci": None if got.interval is None else list(got.interval),
    }
    if got.deff_wr is not None:
        result |= {"deff_wor": got.deff_wor, "deff_wr": got.deff_wr}
    return result


def _levels(sample: Sample, request: Request, domain: Mask) -> Result:
    got = estimates.shares(sample, request.columns[0], domain)
    if got.n == 0:
        return {"estimate": None, "se": None, "n": 0}
    return {
        "n": got.n,
        "df": got.df,
        "sum_w": got.sum_w,
        "levels": list(got.levels),
        "estimate": got.estimate.tolist(),
        "se": got.se.tolist(),
        "vcov": got.vcov.tolist(),
    }


def _share(sample: Sample, request: Request, y: Any, domain: Mask) -> Result:
    got = estimates.share(sample, y, domain, request.level)
    if got.estimate is None:
        return {"estimate": None, "se": None, "n": 0}
    return {
        "n": got.n,
        "df": got.df,
        "sum_w": got.sum_w,
        "estimate": got.estimate,
        "se": got.se,
        "n_eff": got.n_eff,
        "n_eff_adj": got.n_eff_adjusted,
        "n_eff_capped": got.n_eff_capped,
        "deff": got.deff,
        "ci": {method: list(limits) for method, limits in got.intervals().items()},
    }


def _quantiles(sample: Sample, request: Request, y: Any, domain: Mask) -> Result:
    got = quantiles(sample, y, request.p, domain, request.level)
    if got is None:
        return {"estimate": None, "se": None, "n": 0}
    return {
        "n": got.n,
        "df": got.df,
        "sum_w": got.sum_w,
        "p": list(got.p),
        "estimate": list(got.estimate),
        "ci_low": list(got.low),
        "ci_high": list(got.high),
        "se": list(got.se),
    }
