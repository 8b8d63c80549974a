"""What must not matter does not: order of rows, names of columns and levels, unit of weights.

Every case of the oracle is run again with its data changed in ways that leave the answer as it was,
and compared with what R computed for the unchanged data; weights too, row by row.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from analysis.errors import AnalysisError
from analysis.factors import parse_number
from analysis.plan import run_case
from analysis.plan.sources import Folder
from tests.shared import shared_path, shared_root

from .oracle import Case, cases_in, differences, expected_of, weights_in

FOLDER = shared_root() / "oracle" if shared_root() else None  # type: ignore[operator]
CASES = cases_in(FOLDER) if FOLDER and (FOLDER / "cases.json").exists() else []
Columns = dict[str, npt.NDArray[Any]]
Tables = dict[str, Columns]

pytestmark = pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])


def files(value: Any, key: str = "") -> Iterator[str]:
    """Every table a case names."""
    if isinstance(value, str) and key in ("data", "table", "file", "poststrat"):
        yield value
    for name, item in value.items() if isinstance(value, Mapping) else ():
        yield from files(item, name)
    for item in value if isinstance(value, list) else ():
        yield from files(item, key)


def tables_of(case: Case) -> Tables:
    """Every file a case names, as columns of text."""
    shared_path("oracle", "cases.json")
    assert FOLDER is not None
    folder = Folder(FOLDER)
    found: Tables = {}
    for name in set(files(case)):
        table = folder.table(name)
        found[name] = {column: table.raw(column) for column in table.names}
    return found


def check(
    case: Case,
    tables: Tables,
    *,
    order: npt.NDArray[np.int64] | None = None,
    told: Callable[[Any], Any] = lambda value: value,
) -> None:
    """Run the changed case. order: of the rows of its data; told: what results call things now."""
    assert FOLDER is not None
    if case["kind"] == "weights_fail":
        with pytest.raises(AnalysisError) as refused:
            run_case(case, tables)
        assert refused.value.code == case["expect"]
        return
    done = run_case(case, tables)
    wanted = told(expected_of(FOLDER, case))
    assert not differences(case, wanted, done.result)
    if wanted.get("weights_file"):
        assert done.keyed is not None
        held = np.array(list(weights_in(FOLDER / wanted["weights_file"]).values()))
        held = held if order is None else held[order]
        relative = case["tol"].get("weight_rtol", 1e-6)
        assert done.keyed.weights == pytest.approx(held, rel=relative, abs=1e-12)


def test_the_order_of_rows(case: Case) -> None:
    dice = np.random.default_rng(20261124)
    orders: dict[int, npt.NDArray[np.int64]] = {}
    shuffled: Tables = {}
    for name, columns in tables_of(case).items():
        n = len(next(iter(columns.values())))
        order = orders.setdefault(n, dice.permutation(n))  # files of the same rows alike
        shuffled[name] = {column: values[order] for column, values in columns.items()}
    data = case.get("data")
    rows = None if data is None else len(next(iter(shuffled[data].values())))
    check(case, shuffled, order=None if rows is None else orders[rows])


#: Keys of a case that name no column.
NO_COLUMN = {"id", "kind", "title", "stat", "in", "type", "step", "levels", "wave_levels", "expect"}


def renamed(value: Any, names: Mapping[str, str], *, key: str = "") -> Any:
    """The case with every mention of a column changed; titles, files and stats stay."""
    if isinstance(value, Mapping):
        return {name: renamed(item, names, key=name) for name, item in value.items()}
    if isinstance(value, list):
        return [renamed(item, names, key=key) for item in value]
    if isinstance(value, str) and key not in NO_COLUMN | {"name"}:
        return names.get(value, value)
    return value


def test_the_names_of_columns(case: Case) -> None:
    tables = tables_of(case)
    names = {
        column: f"Spalte {number} é"
        for number, column in enumerate(
            sorted({column for columns in tables.values() for column in columns} - {"count"})
        )
    }
    changed = {
        name: {names.get(column, column): values for column, values in columns.items()}
        for name, columns in tables.items()
    }
    other = renamed(case, names)
    if case["kind"] == "fay_herriot":
        other |= {key: names[key] for key in ("area", "y", "v")}

    def told(result: Any, key: str = "") -> Any:
        if isinstance(result, Mapping):
            called = names if key == "variance_components" else {}
            return {called.get(name, name): told(item, name) for name, item in result.items()}
        if isinstance(result, list):
            return [told(item, key) for item in result]
        if key == "term":
            longest = sorted(names, key=len, reverse=True)
            found = next((n for n in longest if result.removeprefix("C_").startswith(n)), None)
            return result if found is None else result.replace(found, names[found], 1)
        if key in ("row", "col") or (key == "name" and case["kind"] == "nonprob"):
            return names.get(result, result)
        return result

    check(other, changed, told=told)


#: Codes the plan language itself knows.
CODES = {"disposition"}


def test_every_level_called_otherwise(case: Case) -> None:
    """All text levels get other names that sort as before; results tell them by the new names."""
    tables = tables_of(case)
    texts = {
        column
        for columns in tables.values()
        for column, values in columns.items()
        if column not in CODES and any(parse_number(v) is None for v in values.tolist() if v)
    }
    known = {v for t in tables.values() for c, vs in t.items() if c in texts for v in vs.tolist()}
    known -= {""}

    def name(label: str) -> str:
        return f"№ {label}, «neu»" if label in known else label

    changed = {
        file: {
            column: np.array([name(v) for v in values.tolist()]) if column in texts else values
            for column, values in columns.items()
        }
        for file, columns in tables.items()
    }

    def levels(value: Any) -> Any:
        if isinstance(value, Mapping):
            column = value.get("var")
            if "in" in value or "levels" in value:
                part = "in" if "in" in value else "levels"
                return (
                    {**value, part: [name(str(v)) for v in value[part]]} if column in texts else value
                )
            return {part: levels(item) for part, item in value.items()}
        return [levels(item) for item in value] if isinstance(value, list) else value

    def told(result: Any, key: str = "") -> Any:
        if isinstance(result, Mapping):
            return {part: told(item, part) for part, item in result.items()}
        if isinstance(result, list):
            return [told(item, key) for item in result]
        if key in ("area", "row_levels", "col_levels", "levels"):
            return name(result)
        if key == "name" and case["kind"] == "presentation":
            return " | ".join(name(part) for part in result.split(" | "))
        if key == "term":
            label = next((k for k in sorted(known, key=len, reverse=True) if result.endswith(k)), "")
            return result.removesuffix(label) + name(label) if label else result
        return result

    check(levels(case), changed, told=told)


def other_level(value: Any) -> Any:
    """Another name that also sorts elsewhere; no answer stays no answer."""
    return f"{chr(122 - len(str(value)) % 7)}~{value}" if str(value) else value


#: Kinds whose results tell levels by name.
TELL_LEVELS = {"presentation", "diff_overlap", "chisq", "glm"}


def test_the_names_of_levels(case: Case) -> None:
    """Levels of weighting variables, in data, margins and domains alike."""
    parts = case.get("waves", [case.get("reference", case)])
    steps = [step for part in parts for step in part.get("weighting", [])]
    margins = [
        margin
        for step in steps
        for margin in (*step.get("margins", ()), *step.get("terms", ()), step)
        if "vars" in margin
    ]
    variables = {name for margin in margins for name in margin["vars"]}
    asked = {request.get("var") for request in case.get("requests", [])}
    if not variables or case["kind"] in TELL_LEVELS or asked & variables:
        return  # nothing to weight by, or results that tell levels by name: the test above
    changed = {
        name: {
            column: np.array([other_level(value) for value in values.tolist()])
            if column in variables
            else values
            for column, values in columns.items()
        }
        for name, columns in tables_of(case).items()
    }
    other = copy.deepcopy(dict(case))
    for request in other.get("requests", []):
        for part in request.get("domain", []):
            if part["var"] in variables:
                part["in"] = [other_level(value) for value in part["in"]]
    if case["kind"] == "nonprob":  # another level comes first and is the reference of the model
        check(
            other, changed, told=lambda result: {k: v for k, v in result.items() if k != "theta_norm"}
        )
    else:
        check(other, changed)


def test_the_unit_of_base_weights(case: Case) -> None:
    """Ten times the weights: after raking nothing moves."""
    design = case.get("design", {})
    totals = {"rake", "poststratify", "calibrate"}
    steps = [step["step"] for step in case.get("weighting", [])]
    if not design.get("weights") or not totals & set(steps[:1]) or "trim" in steps:
        return
    if any(step.get("bounds") for step in case["weighting"]) or case["kind"] != "estimate":
        return
    if any(request.get("deff") for request in case["requests"]):
        return
    changed = copy.deepcopy(tables_of(case))
    column = changed[case["data"]]
    column[design["weights"]] = np.array([float(text) * 10 for text in column[design["weights"]]])
    check(case, changed)
