"""datapackage.json of an edition's ZIP file: every table with its fields (Frictionless Data).

Standard: https://specs.frictionlessdata.io/tabular-data-package/ (version 1).
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping
from typing import Any

from ..snapshot import Snapshot
from .variables import Variable

#: What the City lets others do with the figures and the public rows.
LICENSE = {
    "name": "CC0-1.0",
    "title": "CC0 1.0 Universal",
    "path": "https://creativecommons.org/publicdomain/zero/1.0/",
}
_TEXT = {
    "demo", "survey", "wave", "kind", "measure", "title", "group", "level", "withheld", "computed_from",
    "comparison", "since_wave", "family", "direction",
}  # fmt: skip
_WHOLE = {"report_year", "year", "since", "n", "df"}


def data_package(
    snapshot: Snapshot, files: Mapping[str, bytes], variables: Mapping[str, tuple[Variable, ...]]
) -> bytes:
    """The descriptor. `files`: the tables of the ZIP by name, or their headers; `variables`: by name of
    a wave's file.

    Every CSV file of the ZIP is a resource; a table without variables is told by its header.
    """
    resources = [
        _resource(name, body, variables.get(name))
        for name, body in sorted(files.items())
        if name.endswith(".csv")
    ]
    demo = ", a demonstration: its residents are made up" if snapshot.demo else ""
    package = {
        "profile": "tabular-data-package",
        "name": f"baltimore-safety-and-trust-{snapshot.year}",
        "title": f"Baltimore Safety and Trust Survey {snapshot.year}{demo}",
        "description": "The public form of the answers, the population counts that weights meet, and "
        "every published figure.",
        "version": snapshot.input_sha256[:12],
        "licenses": [LICENSE],
        "resources": resources,
    }
    return (json.dumps(package, ensure_ascii=False, indent=1) + "\n").encode()


def _resource(name: str, body: bytes, variables: tuple[Variable, ...] | None) -> dict[str, Any]:
    with_mark = body.startswith(b"\xef\xbb\xbf")
    header = next(csv.reader(io.StringIO(body.decode("utf-8-sig"), newline="")))
    fields = [_field(one) for one in variables] if variables else [_plain(one, name) for one in header]
    return {
        "profile": "tabular-data-resource",
        "name": name.removesuffix(".csv").replace("/", "-").replace("_", "-").lower(),
        "path": name,
        "encoding": "utf-8-sig" if with_mark else "utf-8",
        "format": "csv",
        "mediatype": "text/csv",
        "schema": {"fields": fields, "missingValues": [""]},
    }


def _field(variable: Variable) -> dict[str, Any]:
    field: dict[str, Any] = {"name": variable.name, "title": variable.label}
    if variable.question:
        field["description"] = variable.question
    if variable.kind == "share":
        return field | {"type": "integer", "constraints": {"enum": [0, 1]}}
    if variable.kind == "levels":
        told = "; ".join(f"{level.id}: {level.label}" for level in variable.levels)
        enum = [level.id for level in variable.levels]
        return field | {"type": "string", "description": told, "constraints": {"enum": enum}}
    return field | {"type": "number" if variable.kind == "number" else "string"}


def _plain(column: str, table: str) -> dict[str, Any]:
    if table.startswith("margins/"):
        return {"name": column, "type": "number" if column == "count" else "string"}
    if table == "figures.csv" and column not in _TEXT:
        return {"name": column, "type": "integer" if column in _WHOLE else "number"}
    if table == "comments.csv" and column == "probability":
        return {"name": column, "type": "number"}
    return {"name": column, "type": "string"}
