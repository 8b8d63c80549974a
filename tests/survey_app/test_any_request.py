"""Whatever is asked, by whom and how: never an error of ours. The long form is tools/any_request.py."""

from __future__ import annotations

from flask import Flask

from survey_app.accounts.permissions import ADMINISTRATOR, ANALYST, FACILITATOR, PUBLISHER
from survey_app.waves.services import create_wave, open_wave
from tests.any_request import Asker
from tests.survey_app.conftest import sign_in


def test_generated_requests_by_every_role_meet_no_error_of_ours(sqlite_app: Flask) -> None:
    with sqlite_app.app_context(), sqlite_app.extensions["database"].transaction() as session:
        wave = create_wave(session, questionnaire="2026", demo=True)
        session.flush()
        open_wave(session, wave, production=False)
    clients = {
        role: sign_in(sqlite_app, role) for role in (ADMINISTRATOR, ANALYST, FACILITATOR, PUBLISHER)
    }
    asker = Asker(sqlite_app, {**clients, "": sqlite_app.test_client()})
    asker.look_around()
    found = asker.go(300, number=1)
    assert found.failures == {}
    assert found.statuses.total() >= 290
    assert len(found.reached) > 40, sorted(found.reached)
