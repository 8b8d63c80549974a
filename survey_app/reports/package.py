"""An edition as one ZIP file from which anybody can compute its figures again.

The files, the plan in its language, and the figures to compare with; nothing that is only inside. The
same inputs give the same bytes: no clock, no order of a folder.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from analysis.data import MARGINS, margin_names

from ..handed_out import zip_file
from .declare import DATA
from .exports.datapackage import data_package
from .exports.make import english_variables
from .gather import Gathered

_README = """An edition of the Baltimore Safety and Trust Survey's yearly report, to be computed again.

    python -m analysis reproduce edition.zip

data/       one file a wave: the public form of the answers (docs/disclosure.md says what was done)
margins/    the population counts that weights meet
plan.json   what is computed from them, in the plan language: python -m analysis run plan.json --out DIR
datapackage.json  every table and its columns, as Frictionless Data defines it
comments.csv  the themes of the comments that were counted, a line a comment, without words: the codes
            that count, or what a program tagged and, for comments drawn with a probability, what two
            people read
figures.csv the published figures; computed_from says which are made from these files

Figures of other surveys are cited in the report and are not in here: their owners decide.
"""


def edition_zip(gathered: Gathered, figures: bytes) -> bytes:
    """The ZIP file. Waves of other surveys are left out of data and plan."""
    cases = [_for_files(case) for case in gathered.cases if case["id"] in gathered.public]
    plan = json.dumps({"cases": cases}, ensure_ascii=False, indent=1) + "\n"
    files = {
        "README.txt": _README.encode(),
        "plan.json": plan.encode(),
        "figures.csv": figures,
        "comments.csv": gathered.comments,
    }
    rows = {f"data/{wave}.csv": public for wave, public in gathered.public.items()}
    files |= {f"margins/{name}": (MARGINS / name).read_bytes() for name in margin_names()}
    variables = english_variables(gathered.public, gathered.questionnaires, gathered.rakings)
    heads = {name: next(public.parts()) for name, public in rows.items()}
    files["datapackage.json"] = data_package(gathered.snapshot, files | heads, variables)
    return zip_file(files | {name: public.parts() for name, public in rows.items()})


def _for_files(case: Mapping[str, Any]) -> dict[str, Any]:
    """The case with its tables as files beside the plan."""
    found: dict[str, Any] = json.loads(json.dumps(case))
    assert found["data"] == DATA  # noqa: S101 - declared by declare_case
    found["data"] = f"data/{found['id']}.csv"
    for step in found["weighting"]:
        for margin in (*step.get("margins", ()), *step.get("terms", ()), step):
            if "table" in margin:
                margin["table"] = f"margins/{margin['table']}"
    return found
