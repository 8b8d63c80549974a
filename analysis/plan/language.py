"""The words of the plan language, checked before anything is computed.

A case is a JSON object; every reader here raises PlanError that says where in the case it stopped.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from analysis.design import DesignSpec
from analysis.errors import PlanError

STATS = ("mean", "total", "ratio", "prop", "ciprop", "quantile")
Domain = tuple[tuple[str, tuple[object, ...]], ...]


@dataclass(frozen=True)
class Request:
    """One estimate asked for. columns: the variables it needs, in order."""

    name: str
    stat: str
    columns: tuple[str, ...]
    domain: Domain
    level: float
    p: tuple[float, ...]
    deff: bool


def text(case: Mapping[str, Any], key: str, where: str) -> str:
    """A non-empty text."""
    value = case.get(key)
    if not isinstance(value, str) or not value:
        raise PlanError(f"{where}: '{key}' must be a text, not {value!r}.")
    return value


def texts(case: Mapping[str, Any], key: str, where: str) -> tuple[str, ...]:
    """One or more column names; a single text counts as a list of one."""
    value = case.get(key)
    names = [value] if isinstance(value, str) else value
    if not isinstance(names, list) or not names or not all(isinstance(n, str) for n in names):
        raise PlanError(f"{where}: '{key}' must be a list of texts, not {value!r}.")
    return tuple(names)


def number(case: Mapping[str, Any], key: str, where: str, default: float | None = None) -> float:
    """A number; the default where the key is absent or null."""
    value = case.get(key)
    if value is None and default is not None:
        return default
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise PlanError(f"{where}: '{key}' must be a number, not {value!r}.")
    return float(value)


def objects(case: Mapping[str, Any], key: str, where: str) -> list[Mapping[str, Any]]:
    """A list of JSON objects; absent, null and a single object count as none and one."""
    value = case.get(key)
    if value is None:
        return []
    items = [value] if isinstance(value, Mapping) else value
    if not isinstance(items, list) or not all(isinstance(item, Mapping) for item in items):
        raise PlanError(f"{where}: '{key}' must be a list of objects.")
    return items


def design_of(case: Mapping[str, Any], where: str) -> DesignSpec:
    """The `design` part; without one every row is a unit of weight 1."""
    value = case.get("design") or {}
    if not isinstance(value, Mapping):
        raise PlanError(f"{where}: 'design' must be an object.")
    return DesignSpec.from_plan(value)


def requests_of(case: Mapping[str, Any], where: str) -> list[Request]:
    """The `requests` part, at least one."""
    items = objects(case, "requests", where)
    if not items:
        raise PlanError(f"{where}: 'requests' is empty; say what to estimate.")
    return [_request(item, f"{where}, requests[{at}]") for at, item in enumerate(items)]


def _request(item: Mapping[str, Any], where: str) -> Request:
    stat = text(item, "stat", where)
    if stat not in STATS:
        raise PlanError(f"{where}: stat '{stat}' is not one of {', '.join(STATS)}.")
    keys = ("num", "den") if stat == "ratio" else ("var",)
    columns = tuple(text(item, key, where) for key in keys)
    level = number(item, "level", where, 0.95)
    if not 0 < level < 1:
        raise PlanError(f"{where}: 'level' must lie between 0 and 1, not {level:g}.")
    p = item.get("p", [])
    p = p if isinstance(p, list) else [p]
    if stat == "quantile" and not p:
        raise PlanError(f"{where}: a quantile needs 'p'.")
    if not all(isinstance(q, int | float) and 0 < q < 1 for q in p):
        raise PlanError(f"{where}: 'p' must hold numbers between 0 and 1, not {p!r}.")
    return Request(
        str(item.get("name") or columns[0]),
        stat,
        columns,
        domain_of(item, where),
        level,
        tuple(float(q) for q in p),
        bool(item.get("deff")),
    )


def domain_of(item: Mapping[str, Any], where: str) -> Domain:
    """The `domain` part: all its conditions hold together."""
    parts = []
    for at, part in enumerate(objects(item, "domain", where)):
        place = f"{where}, domain[{at}]"
        allowed = part.get("in")
        values: Sequence[object] = allowed if isinstance(allowed, list) else [allowed]
        if allowed is None or not all(isinstance(v, str | int | float) for v in values):
            raise PlanError(f"{place}: 'in' must list the levels that belong, not {allowed!r}.")
        parts.append((text(part, "var", place), tuple(values)))
    return tuple(parts)
