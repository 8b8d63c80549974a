"""Migrations stand in one line: each has a number of its own and follows the one before."""

from __future__ import annotations

import re

from tests.shared import ROOT


def test_every_migration_follows_the_one_before() -> None:
    before: str | None = None
    for path in sorted((ROOT / "migrations" / "versions").glob("*.py")):
        text = path.read_text(encoding="utf-8")
        number = path.name[:4]
        names = dict(re.findall(r'^(revision|down_revision) = "?(\w+)"?$', text, re.MULTILINE))
        follows = None if names["down_revision"] == "None" else names["down_revision"]
        assert (names["revision"], follows) == (number, before), f"{path.name}: give it the next number"
        before = number
