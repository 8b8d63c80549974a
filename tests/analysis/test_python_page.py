"""The example of docs/methods/python.md runs as it stands there."""

from __future__ import annotations

import re

import pytest

from tests.shared import ROOT


def test_the_example_runs(capsys: pytest.CaptureFixture[str]) -> None:
    page = (ROOT / "docs" / "methods" / "python.md").read_text(encoding="utf-8")
    (block,) = re.findall(r"```python\n(.*?)```", page, flags=re.S)
    exec(compile(block, "python.md", "exec"), {"__name__": "example"})  # noqa: S102 - our own page
    told = capsys.readouterr().out
    assert "up" in told
    assert "missing_target" in told
    assert "'35-54'" in told or "'55+'" in told
