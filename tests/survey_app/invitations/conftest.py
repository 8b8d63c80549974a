"""A drawn sample on each kind of database, and on SQLite for tests about pages."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.survey_app.invitations.city import Drawn, draw


@pytest.fixture
def drawn(app: Flask) -> Drawn:
    return draw(app)


@pytest.fixture
def sqlite_drawn(sqlite_app: Flask) -> Drawn:
    return draw(sqlite_app, incentive=10)
