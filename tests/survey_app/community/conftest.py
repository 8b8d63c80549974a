"""A session that may be written up, for the tests of community sessions."""

from __future__ import annotations

from datetime import date

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from survey_app.community import services
from survey_app.community.models import CommunitySession


def make_session(session: Session, **changes: object) -> CommunitySession:
    """A town hall in draft whose opening statement was read."""
    known: dict[str, object] = {
        "kind": "town_hall",
        "held_on": date(2026, 5, 12),
        "place": "Cherry Hill library",
        "districts": ["9"],
        "attendance": 40,
        "languages": ["en", "es"],
    }
    meeting = services.create_session(session, **{**known, **changes})  # type: ignore[arg-type]
    return services.confirm_opening(session, meeting.id)


@pytest.fixture
def meeting(app: Flask, session: Session) -> CommunitySession:
    with app.app_context():
        return make_session(session)
