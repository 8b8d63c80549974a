"""The demonstration's reports are drawn in one language here: what they look like is held elsewhere."""

from __future__ import annotations

import pytest

from survey_app.i18n import languages
from survey_app.reports.services import build as building


@pytest.fixture(autouse=True)
def one_language(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(building, "offered", lambda: {"en": languages()["en"]})
