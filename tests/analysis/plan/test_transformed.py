"""What must not matter does not: order of rows, names of columns and levels, unit of weights.

Every case of the oracle that works on rows is run again with its data changed in ways that leave the
answer as it was, and compared with what R computed for the unchanged data.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from analysis.plan import run_case
from analysis.plan.sources import Folder
from tests.shared import shared_path, shared_root

from .oracle import Case, cases_in, differences, expected_of

FOLDER = shared_root() / "oracle" if shared_root() else None  # type: ignore[operator]
#: Kinds whose input is a table of rows with columns the case names.
KINDS = {
    "estimate",
    "weights",
    "diff_independent",
    "diff_overlap",
    "replicates",
    "alpha",
    "presentation",
}
CASES = [case for case in cases_in(FOLDER) if case["kind"] in KINDS] if FOLDER else []
Columns = dict[str, npt.NDArray[Any]]
Tables = dict[str, Columns]

pytestmark = pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])


def strings(value: Any) -> Iterator[str]:
    """Every text anywhere in a case."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from strings(item)
    elif isinstance(value, list):
        for item in value:
            yield from strings(item)


def tables_of(case: Case) -> Tables:
    """Every file a case names, as columns of text."""
    shared_path("oracle", "cases.json")
    assert FOLDER is not None
    folder = Folder(FOLDER)
    names = {text for text in strings(case) if text.endswith((".csv", ".csv.gz"))}
    found: Tables = {}
    for name in names:
        if name.startswith("expected/"):
            continue
        table = folder.table(name)
        found[name] = {column: table.raw(column) for column in table.names}
    return found


def check(case: Case, tables: Tables) -> None:
    assert FOLDER is not None
    result = run_case(case, tables).result
    assert not differences(case, expected_of(FOLDER, case), result)


def test_the_order_of_rows(case: Case) -> None:
    dice = np.random.default_rng(20261124)
    orders: dict[int, npt.NDArray[np.int64]] = {}
    shuffled: Tables = {}
    for name, columns in tables_of(case).items():
        n = len(next(iter(columns.values())))
        if name.startswith("data/"):  # files of the same rows in the same new order
            order = orders.setdefault(n, dice.permutation(n))
            columns = {column: values[order] for column, values in columns.items()}
        shuffled[name] = columns
    check(case, shuffled)


def renamed(value: Any, names: Mapping[str, str], *, key: str = "") -> Any:
    """The case with every mention of a column changed; titles, files and stats stay."""
    if isinstance(value, Mapping):
        return {name: renamed(item, names, key=name) for name, item in value.items()}
    if isinstance(value, list):
        return [renamed(item, names, key=key) for item in value]
    if isinstance(value, str) and key not in {
        "id",
        "kind",
        "title",
        "name",
        "stat",
        "in",
        "type",
        "step",
    }:
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
    check(renamed(case, names), changed)


def other_level(value: Any) -> Any:
    """Another name that also sorts elsewhere; no answer stays no answer."""
    return f"{chr(122 - len(str(value)) % 7)}~{value}" if str(value) else value


def test_the_names_of_levels(case: Case) -> None:
    """Levels of weighting variables, in data, margins and domains alike."""
    steps = [step for part in case.get("waves", [case]) for step in part.get("weighting", [])]
    margins = [
        margin
        for step in steps
        for margin in (*step.get("margins", ()), *step.get("terms", ()), step)
        if "vars" in margin
    ]
    variables = {name for margin in margins for name in margin["vars"]}
    asked = {request.get("var") for request in case.get("requests", [])}
    if case["kind"] in {"presentation", "diff_overlap"} or asked & variables:
        return  # these tell levels by name in their results
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
