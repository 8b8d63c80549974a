"""Kinds `fay_herriot`, `mrp` and `nonprob`: models, named as such."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from analysis.errors import PlanError
from analysis.factors import label_of
from analysis.nonprobability import open_estimate, participation
from analysis.plan.estimating import Result
from analysis.plan.language import text, texts
from analysis.plan.sources import Source
from analysis.plan.weighting import weighted_sample
from analysis.small_areas.fay_herriot import fay_herriot
from analysis.small_areas.mrp import mrp
from analysis.table import Table


def fay_herriot_case(case: Mapping[str, Any], source: Source, where: str) -> tuple[Result, None]:
    """Columns `area`, `y`, `v`; every other column is a covariate (or those in `covariates`)."""
    table = source.table(text(case, "data", where))
    names = {key: str(case.get(key) or key) for key in ("area", "y", "v")}
    if case.get("covariates") is None:
        covariates = tuple(name for name in table.names if name not in names.values())
    else:
        covariates = texts(case, "covariates", where)
    areas = [label_of(value) for value in table.raw(names["area"]).tolist()]
    got = fay_herriot(
        areas,
        table.numbers(names["y"]),
        table.numbers(names["v"]),
        np.stack([table.numbers(name) for name in covariates], axis=1) if covariates else None,
    )
    rows = [
        {
            "area": area,
            "direct": float(got.direct[at]),
            "se_direct": float(got.se_direct[at]),
            "gamma": float(got.gamma[at]),
            "eblup": float(got.eblup[at]),
            "g1": float(got.g1[at]),
            "g2": float(got.g2[at]),
            "g3": float(got.g3[at]),
            "rmse": float(got.rmse[at]),
        }
        for at, area in enumerate(got.areas)
    ]
    return {"sigma2_u": got.sigma2_u, "beta": got.beta.tolist(), "results": rows}, None


def mrp_case(case: Mapping[str, Any], source: Source, where: str) -> tuple[Result, None]:
    """Modelled shares by area: `area`, or the last column of `random`. The plain maximum, as R's lme4
    finds it; `"away_from_zero": true` keeps the standard deviations of areas away from 0."""
    area = case.get("area")
    if area is not None and not isinstance(area, str):
        raise PlanError(f"{where}: 'area' must name a column.")
    got = mrp(
        source.table(text(case, "data", where)),
        text(case, "response", where),
        source.table(text(case, "poststrat", where)),
        texts(case, "fixed", where),
        texts(case, "random", where),
        area,
        away_from_zero=case.get("away_from_zero") is True,
    )
    return {
        "city": got.city.estimate,
        "city_se": got.city.se,
        "results": [
            {
                "area": a.area,
                "mrp": a.estimate,
                "se": a.se,
                "ci": list(a.interval),
                "n": a.n,
            }
            for a in got.areas
        ],
        "variance_components": {name: sigma**2 for name, sigma in got.sigma.items()},
    }, None


def open_link_case(case: Mapping[str, Any], source: Source, where: str) -> tuple[Result, None]:
    """Open answers beside a drawn sample, for `items` or every 0/1 column both files have."""
    reference = case.get("reference")
    if not isinstance(reference, Mapping):
        raise PlanError(f"{where}: 'reference' must describe the drawn sample.")
    table = source.table(text(case, "data", where))
    covariates = texts(case, "covariates", where)
    drawn = weighted_sample(reference, source, f"{where}, reference")
    if case.get("items") is None:
        items = [
            name
            for name in table.names
            if name not in covariates and _is_share(table, name) and _is_share(drawn.table, name)
        ]
    else:
        items = list(texts(case, "items", where))
    if not items:
        raise PlanError(f"{where}: the two files share no column coded 0 and 1; name 'items'.")
    model = participation(table, drawn, covariates)
    rows = []
    for name in items:
        got = open_estimate(name, table.numbers(name), drawn.table.numbers(name), drawn, model)
        rows.append(
            {
                "name": got.name,
                "naive": got.naive,
                "ipw": got.ipw,
                "mass_imputation": got.mass_imputation,
                "doubly_robust": got.doubly_robust,
                "probability_sample": got.probability_sample,
                "n_open": got.n_open,
            }
        )
    return {
        "theta_norm": float(np.linalg.norm(model.coefficients)),
        "sum_inverse_pi": float((1 / model.chance).sum()),
        "results": rows,
    }, None


def _is_share(table: Table, name: str) -> bool:
    if name not in table.names:
        return False
    levels = set(table.factor(name).levels) - {""}
    return bool(levels) and levels <= {"0", "1"}
