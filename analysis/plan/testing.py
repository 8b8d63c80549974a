"""Kinds `chisq`, `alpha` and `glm`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from analysis.association import Test, association
from analysis.errors import PlanError
from analysis.factors import label_of
from analysis.plan.estimating import Result
from analysis.plan.language import objects, text, texts
from analysis.plan.sources import Source
from analysis.plan.weighting import weighted_sample
from analysis.regression import CategoricalTerm, NumericTerm, Term, regression
from analysis.scales import cronbach_alpha


def association_case(case: Mapping[str, Any], source: Source, where: str) -> tuple[Result, None]:
    """Tests of independence, one for each pair of columns."""
    tests = objects(case, "tests", where)
    if not tests:
        raise PlanError(f"{where}: 'tests' is empty; give pairs of row and col.")
    pairs = [
        (text(test, "row", f"{where}, tests[{at}]"), text(test, "col", f"{where}, tests[{at}]"))
        for at, test in enumerate(tests)
    ]
    sample = weighted_sample(case, source, where)
    rows = []
    for row, column in pairs:
        got = association(sample, row, column)
        result: Result = {
            "row": row,
            "col": column,
            "n": got.n,
            "N_scale": got.n_scale,
            "nu": got.nu,
            "row_levels": list(got.row_levels),
            "col_levels": list(got.column_levels),
            "table": got.table.tolist(),
            "F": _test(got.rao_scott),
            "Chisq": _test(got.pearson),
        }
        if got.wald is not None and got.adjusted_wald is not None:
            result |= {"Wald": _test(got.wald), "adjWald": _test(got.adjusted_wald)}
        rows.append(result)
    return {"results": rows}, None


def _test(test: Test) -> Result:
    return {
        "statistic": test.statistic,
        "parameter": list(test.parameters),
        "p_value": test.p_value,
    }


def alpha_case(case: Mapping[str, Any], source: Source, where: str) -> tuple[Result, None]:
    """Weighted Cronbach's alpha of the items."""
    items = texts(case, "items", where)
    sample = weighted_sample(case, source, where)
    got = cronbach_alpha(sample, [sample.table.numbers(item) for item in items])
    return {
        "alpha": got.alpha,
        "n_complete": got.n,
        "weighted_cov": got.covariance.tolist(),
    }, None


def regression_case(case: Mapping[str, Any], source: Source, where: str) -> tuple[Result, None]:
    """A linear or logistic model."""
    family = text(case, "family", where)
    if family not in ("gaussian", "binomial"):
        raise PlanError(f"{where}: family '{family}' is neither gaussian nor binomial.")
    response = text(case, "response", where)
    terms = [
        _term(term, f"{where}, terms[{at}]") for at, term in enumerate(objects(case, "terms", where))
    ]
    sample = weighted_sample(case, source, where)
    got = regression(
        sample,
        sample.table.numbers(response),
        terms,
        "gaussian" if family == "gaussian" else "binomial",
    )
    return {
        "results": [
            {
                "term": c.term,
                "estimate": c.estimate,
                "se": c.se,
                "t": c.t,
                "p_value": c.p_value,
            }
            for c in got.coefficients
        ],
        "df_resid": got.df_residual,
        "n": sample.n if sample.calibrated else got.n,
        "n_used": got.n,
    }, None


def _term(term: Mapping[str, Any], where: str) -> Term:
    kind = text(term, "type", where)
    column = text(term, "var", where)
    if kind == "numeric":
        return NumericTerm(column)
    levels = term.get("levels")
    if kind != "categorical" or not isinstance(levels, list) or len(levels) < 2:
        raise PlanError(f"{where}: a term is numeric, or categorical with two or more 'levels'.")
    return CategoricalTerm(column, tuple(label_of(level) for level in levels))
