"""A real server for the journeys; the real browser is in tests/conftest.py."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.journeys.server import Server, running_server


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with running_server(tmp_path_factory.mktemp("instance")) as found:
        yield found


@pytest.fixture
def fresh_server(tmp_path: Path) -> Iterator[Server]:
    """For tests that read the whole instance afterwards."""
    with running_server(tmp_path) as found:
        yield found
