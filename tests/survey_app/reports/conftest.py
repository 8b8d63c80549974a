"""A city with closed waves, staff, and a built report."""

from __future__ import annotations

import fcntl
import os
import pickle
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from survey_app.accounts.models import StaffAccount
from survey_app.accounts.services import create_account
from survey_app.db import Database
from survey_app.i18n import languages
from survey_app.reports.services import build as building
from survey_app.reports.services.build import Built
from tests.survey_app.conftest import PASSWORD, make_app
from tests.survey_app.reports.city import make_city


@dataclass(frozen=True)
class City:
    """An application whose database holds the closed waves of 2024 and 2025."""

    app: Flask
    database: Database
    analyst: StaffAccount
    publisher: StaffAccount

    def store(self, *, correction: str = "") -> str:
        """The report of 2025 as a draft, computed once for all tests of this run."""
        with self.app.app_context(), self.database.transaction() as session:
            edition = building.store_edition(
                session, computed(self), built_by=self.analyst, correction=correction
            )
            return edition.id


COMPUTE = building.compute
_computed: dict[str, Built] = {}
_shared: list[Path] = []
#: the languages in which tests draw: one of each direction, for the time it takes
DRAWN_IN = ("en", "ar")


@pytest.fixture(autouse=True)
def few_languages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(building, "offered", lambda: {code: languages()[code] for code in DRAWN_IN})


@pytest.fixture(autouse=True)
def shared_folder(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Where the processes of this run leave for each other what one of them has computed."""
    own = tmp_path_factory.getbasetemp()
    _shared[:] = [own.parent if "PYTEST_XDIST_WORKER" in os.environ else own]


@pytest.fixture
def built_before(monkeypatch: pytest.MonkeyPatch, sqlite_city: City) -> None:
    """For tests of what is done with an edition: building gives what was computed before."""
    monkeypatch.setattr(building, "compute", lambda *_, **__: computed(sqlite_city))


def computed(city: City) -> Built:
    """Computing takes long and, for the same city, always gives the same (a test says so), so that one
    process of the run does it and the others wait for what it leaves."""
    if "2025" not in _computed:
        left = _shared[0] / "report-2025.pickle"
        with (_shared[0] / "report-2025.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not left.exists():
                left.write_bytes(pickle.dumps(_compute(city)))
        _computed["2025"] = pickle.loads(left.read_bytes())  # noqa: S301 - written above
    with city.app.app_context(), city.database.session(read_only=True) as session:
        wave_id = building.find_wave_to_report(session, 2025).id
    return replace(_computed["2025"], wave_id=wave_id)


def _compute(city: City) -> Built:
    with city.app.app_context(), city.database.session(read_only=True) as session:
        wave = building.find_wave_to_report(session, 2025)
        return COMPUTE(session, wave, progress=lambda *_: None)


def build_city(app: Flask) -> City:
    database: Database = app.extensions["database"]
    with app.app_context(), database.transaction() as session:
        make_city(session)
        analyst, publisher = (
            create_account(
                session, sign_in_name=role, display_name=role.title(), role=role, password=PASSWORD
            )
            for role in ("analyst", "publisher")
        )
    return City(app, database, analyst, publisher)


@pytest.fixture
def city(app: Flask) -> City:
    """On both databases."""
    return build_city(app)


@pytest.fixture
def sqlite_city(sqlite_app: Flask) -> City:
    """On SQLite, for tests that are about pages."""
    return build_city(sqlite_app)


@pytest.fixture
def reading(city: City) -> Iterator[Session]:
    with city.app.app_context(), city.database.session(read_only=True) as session:
        yield session


__all__ = ["City", "build_city", "computed", "make_app"]
