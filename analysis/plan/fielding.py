"""Kinds `aapor`, `nonresponse` and `presentation`."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import product
from typing import Any

import numpy as np

from analysis.estimates import share
from analysis.factors import MISSING, Floats
from analysis.fieldwork.outcomes import outcomes
from analysis.plan.estimating import Result
from analysis.plan.language import text, texts
from analysis.plan.sources import Source
from analysis.plan.weighting import weighted_sample
from analysis.plan.weights_out import KeyedWeights
from analysis.suppression import nchs_decision, near_threshold
from analysis.table import Table
from analysis.weighting.nonresponse import adjust_classes
from analysis.weighting.steps import Sample


def outcomes_case(case: Mapping[str, Any], source: Source, where: str) -> tuple[Result, None]:
    """Outcome rates from dispositions; weighted RR1 and RR3 where a weight is named."""
    table = source.table(text(case, "data", where))
    column = text(case, "disposition_var", where)
    cases = outcomes(table, column)
    result: Result = {f"n_{code}": int(count) for code, count in cases.counts.items()}
    result["e_cases"] = cases.eligibility
    result |= cases.rates()
    if case.get("weight_var"):
        weighted = outcomes(table, column, _weights(table, text(case, "weight_var", where)))
        rates = weighted.rates()
        result["RR3_weighted"] = rates["RR3"]
        result["e_weighted"] = weighted.eligibility
        result["RR1_weighted"] = rates["RR1"]
    return {"results": result}, None


def nonresponse_case(
    case: Mapping[str, Any], source: Source, where: str
) -> tuple[Result, KeyedWeights]:
    """Weighting-class factors; weights are listed by the file's first column and by row."""
    table = source.table(text(case, "data", where))
    got = adjust_classes(
        table,
        _weights(table, text(case, "weight_var", where)),
        texts(case, "class_vars", where),
        text(case, "disposition_var", where),
        texts(case, "respondent", where),
        texts(case, "ineligible", where) if case.get("ineligible") else (),
    )
    result = {
        "weights_sum": float(got.weights.sum()),
        "min_class_respondents": min(got.respondents.values()),
        "max_factor": max(got.factors.values()),
    }
    key = table.names[0]
    return result, KeyedWeights(key, [str(v) for v in table.raw(key).tolist()], got.weights)


def _weights(table: Table, column: str) -> Floats:
    weights = table.numbers(column)
    wrong = np.flatnonzero(~(weights >= 0))
    if len(wrong):
        raise table.bad_value(column, int(wrong[0]), "is not a weight (0 or more)")
    return weights


def presentation_case(case: Mapping[str, Any], source: Source, where: str) -> tuple[Result, Sample]:
    """The NCHS rule for every cell of `by`, and for the last variables over all of the first."""
    by = texts(case, "by", where)
    variable = text(case, "var", where)
    sample = weighted_sample(case, source, where)
    y = sample.table.numbers(variable)
    levels = [_in_order(sample.table, name) for name in by]
    rows = []
    for cell in product([*levels[0], None], *levels[1:]):
        inside = np.ones(sample.n, dtype=bool)
        for name, level in zip(by, cell, strict=True):
            if level is not None:
                inside &= sample.table.is_in(name, [level])
        rows.append(_cell(sample, y, inside, cell))
    return {"results": rows}, sample


def _in_order(table: Table, name: str) -> list[str]:
    """Levels in the order in which the data shows them."""
    factor = table.factor(name)
    _, first = np.unique(factor.codes, return_index=True)
    codes = factor.codes[np.sort(first)]
    return [factor.levels[code] for code in codes.tolist() if factor.levels[code] != MISSING]


def _cell(sample: Sample, y: Floats, inside: Any, cell: tuple[str | None, ...]) -> Result:
    got = share(sample, y, inside)
    decision = nchs_decision(got)
    row: Result = {"name": " | ".join("ALL" if part is None else part for part in cell), "n": got.n}
    verdict = {"decision": "present" if decision.show else "suppress", "reason": decision.reason}
    if got.n == 0 or got.estimate is None or got.interval is None:
        return row | verdict
    low, high = got.interval
    width = high - low
    row |= {
        "df": got.df,
        "estimate": got.estimate,
        "se": got.se,
        "n_eff": got.n_eff_capped,
        "ci_low": low,
        "ci_high": high,
        "width": width,
        "rel_width": width / got.estimate if got.estimate > 0 else "Inf",
    }
    near = near_threshold(got)
    return row | verdict | {"flags": list(decision.flags), "borderline": near}
