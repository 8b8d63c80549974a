"""Two note-takers in one session: whatever the network does, nothing typed is lost, and all agree."""

from __future__ import annotations

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from survey_app.community import services
from survey_app.community.models import CommunitySession
from survey_app.community.problems import NoteChangedProblem, NotSettledProblem
from survey_app.db import Database

from .conftest import make_session
from .note_takers import every_wording, on_server, play


def _agree(database: Database, session_id: str, seed: int, edits: int) -> None:
    takers = play(database, session_id, seed=seed, edits=edits)
    server = on_server(database, session_id)
    for taker in takers:
        shown = {note: body for note, (_seen, body) in taker.shown.items() if body}
        assert shown == server
        assert not taker.waiting
    typed = set(takers[0].typed) | set(takers[1].typed)
    assert typed <= every_wording(database, session_id), "something typed is nowhere any more"


def test_two_hundred_interleaved_edits(
    database: Database, session: Session, meeting: CommunitySession
) -> None:
    session.commit()
    _agree(database, meeting.id, seed=20261126, edits=200)


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 2**32))
def test_any_order_of_cuts(sqlite_app: Flask, seed: int) -> None:
    database: Database = sqlite_app.extensions["database"]
    with sqlite_app.app_context():
        with database.transaction() as session:
            meeting = make_session(session)
        _agree(database, meeting.id, seed=seed, edits=30)


def test_a_change_sent_again_after_another_s_change_is_no_conflict(
    session: Session, meeting: CommunitySession
) -> None:
    """The answer to Ada's edit was lost; Ben edits on top of it; Ada's device sends hers again."""
    place = (session, meeting.id)
    comment = services.add_comment(*place, body="one", language="en")
    edit = {"body": "two", "language": "en", "base": comment.revision, "operation_id": "a" * 32}
    services.change_comment(*place, comment.id, **edit)
    services.change_comment(
        *place, comment.id, body="three", language="en", base=comment.revision, operation_id="b" * 32
    )
    services.change_comment(*place, comment.id, **edit)
    assert (comment.body, comment.words.rivals) == ("three", ())


@pytest.mark.parametrize(
    ("choice", "bodies"),
    [
        ("current", ["theirs"]),
        ("rival", ["mine"]),
        ("both", ["mine", "theirs"]),
    ],
)
def test_a_conflict_waits_for_a_person_and_loses_nothing(
    session: Session, meeting: CommunitySession, choice: str, bodies: list[str]
) -> None:
    place = (session, meeting.id)
    comment = services.add_comment(*place, body="one", language="en")
    seen = comment.revision
    services.change_comment(*place, comment.id, body="theirs", language="en", base=seen)
    services.change_comment(*place, comment.id, body="mine", language="en", base=seen)
    assert comment.body == "theirs"
    assert [one.body for one in comment.words.rivals] == ["mine"]
    with pytest.raises(NotSettledProblem, match="two wordings"):
        services.finalise(*place)
    services.choose_wording(*place, comment.id, choice=choice, base=comment.revision)
    session.flush()
    services.finalise(*place)
    session.expire_all()
    database_bodies = sorted(
        one.body for one in session.query(type(comment)).filter_by(session_id=meeting.id)
    )
    assert database_bodies == bodies


def test_an_edit_of_a_note_that_was_taken_out_brings_it_back(
    session: Session, meeting: CommunitySession
) -> None:
    place = (session, meeting.id)
    comment = services.add_comment(*place, body="one", language="en")
    seen = comment.revision
    services.remove_comment(*place, comment.id, base=seen)
    services.change_comment(*place, comment.id, body="two", language="en", base=seen)
    assert (comment.removed, comment.disputed) == (0, 1)
    with pytest.raises(NoteChangedProblem):
        services.remove_comment(*place, comment.id, base=seen)
