"""The committed margins are what the tool makes of the reference data."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from analysis.data import MARGINS, margin_names
from tests.shared import ROOT, shared_path


def test_the_margins_are_made_again_to_the_last_person(tmp_path: Path) -> None:
    tool = ROOT / "tools" / "margins_build.py"
    subprocess.run(
        [sys.executable, tool, shared_path("data"), "--out", tmp_path], check=True, capture_output=True
    )
    assert sorted(path.name for path in tmp_path.iterdir()) == list(margin_names())
    for name in margin_names():
        assert (tmp_path / name).read_bytes() == (MARGINS / name).read_bytes(), name
