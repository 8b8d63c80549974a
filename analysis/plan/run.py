"""Running a plan: case by case, each to its result or to a named refusal."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from analysis.errors import AnalysisError, PlanError
from analysis.factors import Floats
from analysis.plan.changing import independent_case, overlap_case
from analysis.plan.estimating import Result, estimate_case, weights_case
from analysis.plan.fielding import nonresponse_case, outcomes_case, presentation_case
from analysis.plan.modelling import fay_herriot_case, mrp_case, open_link_case
from analysis.plan.replicating import bootstrap_case, given_case
from analysis.plan.sources import Folder, Memory, Source
from analysis.plan.testing import alpha_case, association_case, regression_case
from analysis.plan.weights_out import KeyedWeights
from analysis.table import Columns
from analysis.weighting.steps import Sample

_SAFE_ID = re.compile(r"[\w.+-]{1,120}")

Runner = Callable[[Mapping[str, Any], Source, str], tuple[Result, Sample | KeyedWeights | None]]

KINDS: dict[str, Runner] = {
    "weights": weights_case,
    "weights_fail": weights_case,
    "estimate": estimate_case,
    "diff_independent": independent_case,
    "diff_overlap": overlap_case,
    "aapor": outcomes_case,
    "nonresponse": nonresponse_case,
    "presentation": presentation_case,
    "chisq": association_case,
    "alpha": alpha_case,
    "glm": regression_case,
    "replicates": given_case,
    "replicates_mc": bootstrap_case,
    "fay_herriot": fay_herriot_case,
    "mrp": mrp_case,
    "nonprob": open_link_case,
}


@dataclass(frozen=True)
class CaseRun:
    """result: what the case's JSON file holds; weights: (rows of the data,) final weights, 0 for
    rows outside the sample, None where the case makes none; sample: for further estimates."""

    result: Result
    keyed: KeyedWeights | None = None
    sample: Sample | None = None

    @property
    def weights(self) -> Floats | None:
        return None if self.keyed is None else self.keyed.weights


def run_case(case: Mapping[str, Any], tables: Mapping[str, Columns]) -> CaseRun:
    """Run one case on columns in memory; `tables` maps the names used in the case to columns.

    Raises AnalysisError; nothing is written.
    """
    return _run(case, Memory(tables))


def run_file(plan: Path, out: Path) -> list[Result]:
    """Run every case of a plan file and write `<id>.json` and `<id>_weights.csv` to `out`.

    A case that cannot be computed honestly writes id, error and message, and the run goes on.
    Returns the results in order. Raises PlanError when the file is no plan at all.
    """
    cases = read_plan(plan)
    source = Folder(plan.resolve().parent)
    out.mkdir(parents=True, exist_ok=True)
    results = []
    for case in cases:
        name = str(case["id"])
        try:
            done = _run(case, source)
            result = done.result
            if done.keyed is not None:
                done.keyed.write(out / f"{name}_weights.csv")
        except AnalysisError as refusal:
            result = {"id": name, "error": refusal.code, "message": refusal.message}
        _write_json(out / f"{name}.json", result)
        results.append(result)
    return results


def read_plan(path: Path) -> list[Mapping[str, Any]]:
    """The cases of a plan file. Raises PlanError naming line and column, or the case at fault."""
    try:
        plan = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise PlanError(f"{path}: there is no such file.") from None
    except UnicodeDecodeError:
        raise PlanError(f"{path}: not UTF-8 text.") from None
    except json.JSONDecodeError as wrong:
        raise PlanError(
            f"{path}, line {wrong.lineno}, column {wrong.colno}: not JSON ({wrong.msg})."
        ) from None
    cases = plan.get("cases") if isinstance(plan, dict) else None
    if not isinstance(cases, list):
        raise PlanError(f'{path}: a plan is an object {{"cases": [...]}}.')
    seen: set[str] = set()
    for at, case in enumerate(cases):
        name = case.get("id") if isinstance(case, dict) else None
        if not isinstance(name, str) or not _SAFE_ID.fullmatch(name):
            raise PlanError(
                f"{path}, cases[{at}]: 'id' must be a text of letters, digits, . _ + -, as it names"
                f" the result file; got {name!r}."
            )
        if name in seen:
            raise PlanError(f"{path}, cases[{at}]: the id '{name}' is used twice.")
        seen.add(name)
    return cases


def _run(case: Mapping[str, Any], source: Source) -> CaseRun:
    name = str(case.get("id") or "case")
    kind = case.get("kind")
    runner = KINDS.get(str(kind))
    if runner is None:
        raise PlanError(f"case '{name}': kind {kind!r} is not one of {', '.join(KINDS)}.")
    result, made = runner(case, source, f"case '{name}'")
    head: Result = {"id": name, "kind": kind}
    weights: KeyedWeights | None = None
    if isinstance(made, KeyedWeights):
        weights = made
    elif made is not None and case.get("weighting"):
        weights = KeyedWeights(None, None, made.all_weights())
    if weights is not None:
        head["weights_file"] = f"{name}_weights.csv"
    return CaseRun(head | result, weights, made if isinstance(made, Sample) else None)


def _write_json(path: Path, result: Result) -> None:
    text = json.dumps(_finite(result), ensure_ascii=False, indent=1, allow_nan=False)
    path.write_text(text + "\n", encoding="utf-8")


def _finite(value: Any) -> Any:
    """Numbers that do not exist become null."""
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, dict):
        return {key: _finite(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(item) for item in value]
    return value
