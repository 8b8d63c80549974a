"""A finalised session with comments to work on."""

from __future__ import annotations

import secrets

import pytest
from flask import Flask
from sqlalchemy import insert

from survey_app.community import services
from survey_app.community.models import TYPED, Comment, ThemeSuggestion
from survey_app.community.note_words import Wording
from survey_app.community.services.themes import suggestion_rows
from survey_app.db import Database
from tests.survey_app.community.conftest import make_session

SAID = (
    "Two boys were shot and killed by the carry-out.",
    "Trash is piling up behind the school.",
    "Nobody fixes the street lights on our block.",
    "Rents went up again and people are evicted.",
    "The bus never comes on time.",
    "Purple seventeen umbrella.",
)
COMMENTS = 60


def fill(app: Flask, *, comments: int = COMMENTS, language: str = "en") -> str:
    """The id of a finalised session with so many comments."""
    database: Database = app.extensions["database"]
    with app.app_context(), database.transaction() as session:
        meeting = make_session(session)
        bodies = [f"{SAID[number % len(SAID)]} Number {number}." for number in range(comments)]
        rows = [(secrets.token_hex(16), Wording(body, language)) for body in bodies]
        session.add_all(
            Comment(
                id=key,
                session_id=meeting.id,
                source=TYPED,
                language=language,
                plain_body=said.body,
            )
            for key, said in rows
        )
        session.flush()
        session.execute(insert(ThemeSuggestion), suggestion_rows(rows, sealed=False))
        services.finalise(session, meeting.id)
        return meeting.id


@pytest.fixture
def heard(app: Flask) -> str:
    return fill(app)


@pytest.fixture
def heard_on_sqlite(sqlite_app: Flask) -> str:
    return fill(sqlite_app)
