"""Where the reference material lies that the project may use but not contain."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


def shared_root() -> Path | None:
    """The folder `shared`, from the variable SHARED or beside the checkout; None when absent."""
    named = os.environ.get("SHARED")
    candidate = Path(named) if named else ROOT.parent / "shared"
    return candidate if candidate.is_dir() else None


def shared_path(*parts: str) -> Path:
    """A path below `shared`; skips the calling test with a sentence when it is not there.

    With CI=true and `shared` beside the checkout a missing file fails instead: CI skips nothing.
    """
    root = shared_root()
    if root is None:
        pytest.skip("the reference folder ../shared is not beside this checkout")
    path = root.joinpath(*parts)
    if not path.exists():
        if os.environ.get("CI") == "true":
            pytest.fail(f"{path} is missing although ../shared is there")
        pytest.skip(f"{path} is not in this copy of ../shared")
    return path
