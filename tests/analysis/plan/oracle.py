"""Comparing a result with what R computed: field by field, each with the tolerance its case states."""

from __future__ import annotations

import csv
import json
import math
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

#: Fields that are there for contrast or bookkeeping: a result need not have them.
CONTRAST = {"se_r_rake", "se_mse_no_reraking", "weights_file", "reference_replicates", "title"}
ESTIMATES = {"estimate", "wave1", "wave2", "diff", "sum_w", "weights_sum", "table", "p", "q"}
P_VALUES = {"p_value", "p_holm", "p_bh", "p_bonferroni"}
#: Interval ends, ratios of variances: as exact as the error they come from.
ABSOLUTE = 1e-9

Case = Mapping[str, Any]


def cases_in(folder: Path) -> list[Case]:
    found: list[Case] = json.loads((folder / "cases.json").read_text(encoding="utf-8"))["cases"]
    return found


def expected_of(folder: Path, case: Case) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / case["expected"]).read_text(encoding="utf-8"))
    return found


def differences(case: Case, wanted: Any, found: Any) -> list[str]:
    """Every field that is missing or too far away, with its path."""
    return list(_compare(case, wanted, found, case["id"], ""))


def _compare(case: Case, wanted: Any, found: Any, path: str, key: str) -> Iterator[str]:
    if isinstance(wanted, dict):
        if not isinstance(found, Mapping):
            yield f"{path}: {found!r} instead of fields"
            return
        for name, value in wanted.items():
            if name in CONTRAST or name.startswith(("r_", "check_")):
                continue
            if name == "ci" and isinstance(value, dict) and _at_an_end(wanted.get("estimate")):
                value = {"beta_nchs": value["beta_nchs"]}
            if _at_an_end(wanted.get("estimate")) and name in {"n_eff", "n_eff_adj", "deff"}:
                continue  # R divides by an error of zero
            if wanted.get("borderline") and name in {"decision", "reason", "flags"}:
                continue
            if name not in found:
                yield f"{path}.{name} is missing"
            else:
                yield from _compare(case, value, found[name], f"{path}.{name}", name)
    elif isinstance(wanted, list):
        if isinstance(found, list) and wanted and isinstance(wanted[0], dict):
            wanted, found = _named(wanted), _named(found)
        if not isinstance(found, list):
            found = [found]  # R writes a list of one as the value itself, and the other way round
        if len(wanted) != len(found):
            yield f"{path}: {len(found)} values instead of {len(wanted)}"
            return
        for at, (one, other) in enumerate(zip(wanted, found, strict=True)):
            yield from _compare(case, one, other, f"{path}[{at}]", key)
    elif isinstance(found, list) and len(found) == 1:
        yield from _compare(case, wanted, found[0], path, key)
    elif not _same(case, wanted, found, key):
        yield f"{path}: {found!r} instead of {wanted!r}"


def _at_an_end(estimate: Any) -> bool:
    """0 or 100%, up to the last bit: only `beta_nchs` says anything there."""
    return isinstance(estimate, int | float) and min(estimate, 1 - estimate) < 1e-12


def _named(rows: list[Any]) -> list[Any]:
    """Results in the order of their names: R orders cells and areas by the levels of its factors."""
    for key in ("name", "area"):
        if all(isinstance(row, Mapping) and key in row for row in rows):
            return sorted(rows, key=lambda row: str(row[key]))
    return rows


def _same(case: Case, wanted: Any, found: Any, key: str) -> bool:
    if wanted is None:
        return found is None or (isinstance(found, float) and math.isnan(found))
    if isinstance(wanted, str | bool):
        return bool(wanted == found)
    if not isinstance(found, int | float) or isinstance(found, bool):
        return False
    relative, absolute = _tolerance(case.get("tol", {}), key)
    return math.isclose(wanted, found, rel_tol=relative, abs_tol=absolute)


def _tolerance(tol: Mapping[str, float], key: str) -> tuple[float, float]:
    if key in P_VALUES:
        return 0.0, 0.01
    if "atol" in tol:
        return 0.0, tol["atol"]
    if "sigma2_rtol" in tol:
        return (tol["sigma2_rtol"], 0.0) if key == "sigma2_u" else (0.0, tol["eblup_atol"])
    if key in ESTIMATES:
        return tol.get("estimate_rtol", tol.get("rtol", 1e-7)), ABSOLUTE
    return tol.get("se_rtol", tol.get("rtol", tol.get("weight_rtol", 1e-6))), ABSOLUTE


def weights_in(path: Path) -> dict[str, float]:
    """Row (or key) to weight."""
    with path.open(encoding="utf-8", newline="") as stream:
        rows = csv.reader(stream)
        next(rows)
        return {row[0]: float(row[1]) for row in rows}


def weight_differences(
    case: Case, wanted: Mapping[str, float], found: Mapping[str, float]
) -> list[str]:
    relative = case["tol"].get("weight_rtol", 1e-6)
    if wanted.keys() != found.keys():
        return [f"{case['id']}: weights for {len(found)} rows instead of {len(wanted)}"]
    return [
        f"{case['id']}, row {key}: weight {found[key]} instead of {weight}"
        for key, weight in wanted.items()
        if not math.isclose(weight, found[key], rel_tol=relative, abs_tol=1e-12)
    ]
