"""Every route is in the one table of who may do what, and the gate keeps to it."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask

from survey_app.accounts.permissions import PUBLIC, ROLES, ROUTES, may
from survey_app.app import create_app
from survey_app.config import Config


@pytest.fixture(scope="module")
def application(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    folder: Path = tmp_path_factory.mktemp("instance")
    return create_app(Config.from_environment({"SURVEY_INSTANCE": str(folder)}))


def test_the_table_and_the_routes_are_the_same_set(application: Flask) -> None:
    routes = {rule.endpoint for rule in application.url_map.iter_rules()}
    assert routes - set(ROUTES) == set(), "routes nobody decided about"
    assert set(ROUTES) - routes == set(), "decisions about routes that do not exist"


def test_staff_addresses_are_not_for_everyone(application: Flask) -> None:
    for rule in application.url_map.iter_rules():
        if "/staff" in rule.rule and rule.endpoint != "accounts.sign_in":
            assert ROUTES[rule.endpoint] is not PUBLIC, rule.rule
            assert not may(None, rule.endpoint)


def test_every_role_may_do_something_and_no_unknown_role_anything() -> None:
    for role in ROLES:
        assert any(may(role, endpoint) for endpoint, roles in ROUTES.items() if roles is not PUBLIC)
    assert not any(
        may("stranger", endpoint) for endpoint, roles in ROUTES.items() if roles is not PUBLIC
    )
