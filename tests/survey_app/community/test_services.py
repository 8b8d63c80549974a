"""A session's life, its comments and their themes, on both databases."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from survey_app.accounts.models import AuditEntry
from survey_app.community import services
from survey_app.community.models import Comment, CommunitySession, DecidedTheme, ThemeSuggestion
from survey_app.community.problems import PersonalDataProblem
from survey_app.community.queries import count_progress, find_comment, list_comments
from survey_app.db import Database
from survey_app.jobs import now
from survey_app.problems import BadInputProblem, ConflictProblem, NotFoundProblem

from .conftest import make_session

SHOTS = "Two boys were shot and killed by the carry-out."


def _say(session: Session, meeting: CommunitySession, body: str = SHOTS, **more: str) -> Comment:
    return services.add_comment(session, meeting.id, body=body, **{"language": "en", **more})


def _count(session: Session, table: type) -> int:
    return session.scalar(select(func.count()).select_from(table)) or 0


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"kind": "picnic"}, "kind of session"),
        ({"place": "  "}, "place"),
        ({"held_on": date(26, 5, 12)}, "date"),
        ({"held_on": now().date() + timedelta(days=400)}, "date"),
        ({"districts": ["77"]}, "districts"),
        ({"languages": []}, "language"),
        ({"languages": ["xx"]}, "language"),
        ({"attendance": -1}, "number of people"),
    ],
)
def test_a_session_is_described_with_known_words(
    app: Flask, session: Session, changes: dict[str, object], said: str
) -> None:
    with pytest.raises(BadInputProblem, match=said):
        make_session(session, **changes)


def test_nothing_is_written_down_before_the_opening_statement(app: Flask, session: Session) -> None:
    meeting = services.create_session(
        session,
        kind="listening_session",
        held_on=date(2026, 5, 12),
        place="Hall",
        districts=[],
        attendance=None,
        languages=["en"],
    )
    with pytest.raises(ConflictProblem, match="opening statement"):
        _say(session, meeting)


def test_a_comment_gets_suggestions_that_say_why(session: Session, meeting: CommunitySession) -> None:
    comment = _say(session, meeting)
    assert [one.code for one in comment.suggestions] == ["gun_violence"]
    found = comment.suggestions[0]
    assert found.probability >= 0.5
    assert any("shot" in words for words in found.why)
    assert comment.read_with_version == found.codebook_version


def test_the_same_request_twice_counts_once(session: Session, meeting: CommunitySession) -> None:
    first = _say(session, meeting, comment_id="ab" * 16)
    again = _say(session, meeting, comment_id="ab" * 16)
    assert first is again
    assert _count(session, Comment) == 1


def test_an_id_of_another_session_is_not_taken_over(
    session: Session, meeting: CommunitySession
) -> None:
    other = make_session(session, place="Elsewhere")
    _say(session, other, comment_id="ab" * 16)
    with pytest.raises(BadInputProblem):
        _say(session, meeting, comment_id="ab" * 16)
    with pytest.raises(NotFoundProblem):
        find_comment(session, meeting.id, "ab" * 16)


@pytest.mark.parametrize("body", ["", " \n ", "x" * 4001, "\x00"])
def test_an_empty_or_endless_comment_is_refused(
    session: Session, meeting: CommunitySession, body: str
) -> None:
    with pytest.raises(BadInputProblem):
        _say(session, meeting, body)


def test_personal_data_is_refused_until_masked_or_justified(
    session: Session, meeting: CommunitySession
) -> None:
    with pytest.raises(PersonalDataProblem) as caught:
        _say(session, meeting, "Call me on 410-555-0123")
    assert caught.value.findings["body"][0].kind == "phone"
    with pytest.raises(PersonalDataProblem):
        _say(session, meeting, "Llámame", language="es", english="write to ann@example.org")
    with pytest.raises(PersonalDataProblem):
        _say(session, meeting, "Call 410-555-0123", kept_because="no reason")
    kept = _say(session, meeting, "The office has 410-555-0123", kept_because="public_contact")
    assert kept.kept_because == "public_contact"
    mended = services.change_comment(
        session, meeting.id, kept.id, body="The office has a number", language="en"
    )
    assert mended.kept_because is None


def test_original_and_english_are_both_read(session: Session, meeting: CommunitySession) -> None:
    comment = _say(
        session, meeting, "Ayer mataron a dos muchachos", language="es", english="Two boys were shot"
    )
    assert "gun_violence" in {one.code for one in comment.suggestions}
    assert comment.english == "Two boys were shot"


def test_mending_a_comment_reads_it_anew_and_keeps_the_decision(
    session: Session, meeting: CommunitySession
) -> None:
    comment = _say(session, meeting)
    services.decide_themes(session, meeting.id, comment.id, ["gun_violence"], role="facilitator")
    services.change_comment(
        session, meeting.id, comment.id, body="Trash is dumped in the alley.", language="en"
    )
    session.expire_all()
    comment = find_comment(session, meeting.id, comment.id)
    assert [one.code for one in comment.suggestions] == ["neighborhood_upkeep"]
    assert comment.decision is not None
    assert [one.code for one in comment.decision.themes] == ["gun_violence"]


def test_a_decision_replaces_the_one_before_and_keeps_role_and_day_alone(
    session: Session, meeting: CommunitySession
) -> None:
    comment = _say(session, meeting)
    decide = services.decide_themes
    decide(session, meeting.id, comment.id, ["gun_violence"], role="facilitator")
    decide(session, meeting.id, comment.id, ["youth_and_schools", "gun_violence"], role="analyst")
    decide(session, meeting.id, comment.id, ["youth_and_schools", "reentry"], role="analyst")
    assert set(session.scalars(select(DecidedTheme.code))) == {"youth_and_schools", "reentry"}
    assert comment.decision is not None
    assert (comment.decision.role, comment.decision.decided_on) == ("analyst", now().date())
    assert _count(session, ThemeSuggestion) == 1, "the machine's suggestion stays beside it"


@pytest.mark.parametrize("codes", [[], ["none", "reentry"], ["unclear", "none"], ["no_such_theme"]])
def test_codes_that_cannot_stand_together_are_refused(
    session: Session, meeting: CommunitySession, codes: list[str]
) -> None:
    comment = _say(session, meeting)
    with pytest.raises(BadInputProblem):
        services.decide_themes(session, meeting.id, comment.id, codes, role="analyst")


def test_notes_are_newest_first_until_finalised_and_then_without_order(
    session: Session, meeting: CommunitySession
) -> None:
    for word in ("one", "two", "three"):
        _say(session, meeting, word)
    page = list_comments(session, meeting.id)
    assert [one.body for one in page.comments] == ["three", "two", "one"]
    services.finalise(session, meeting.id)
    session.expire_all()
    page = list_comments(session, meeting.id)
    assert [one.position for one in page.comments] == [None, None, None]
    assert [one.id for one in page.comments] == sorted(one.id for one in page.comments)


def test_a_finalised_session_takes_decisions_but_no_notes(
    session: Session, meeting: CommunitySession
) -> None:
    comment = _say(session, meeting)
    services.finalise(session, meeting.id)
    with pytest.raises(ConflictProblem):
        _say(session, meeting, "too late")
    with pytest.raises(ConflictProblem):
        services.delete_comment(session, meeting.id, comment.id)
    with pytest.raises(ConflictProblem):
        services.finalise(session, meeting.id)
    services.decide_themes(session, meeting.id, comment.id, ["none"], role="analyst")
    assert count_progress(session, [meeting.id])[meeting.id].decided == 1
    services.reopen(session, meeting.id)
    services.delete_comment(session, meeting.id, comment.id)
    assert _count(session, Comment) == _count(session, ThemeSuggestion) == 0
    assert _count(session, DecidedTheme) == 0


def test_a_session_to_come_cannot_be_finalised(app: Flask, session: Session) -> None:
    meeting = make_session(session, held_on=now().date() + timedelta(days=3))
    with pytest.raises(ConflictProblem, match="not been held"):
        services.finalise(session, meeting.id)


def test_the_audit_log_knows_sessions_and_never_words(
    session: Session, meeting: CommunitySession
) -> None:
    comment = _say(session, meeting, "a word that nobody else says: xylophone")
    services.decide_themes(session, meeting.id, comment.id, ["none"], role="facilitator")
    services.finalise(session, meeting.id)
    entries = session.scalars(select(AuditEntry).order_by(AuditEntry.id)).all()
    assert [one.action for one in entries] == [
        "session.create",
        "session.opening_read",
        "session.finalise",
    ]
    assert "xylophone" not in " ".join(f"{one.subject} {one.detail}" for one in entries)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE community_sessions SET kind = 'picnic'",
        "UPDATE community_sessions SET attendance = -1",
        "UPDATE community_sessions SET state = 'finalised'",
        "UPDATE comments SET source = 'imported'",
        "UPDATE comments SET body = ''",
        "UPDATE comments SET kept_because = 'because'",
        "UPDATE theme_suggestions SET probability = 1.5",
    ],
)
def test_the_database_refuses_what_must_not_be(
    session: Session, meeting: CommunitySession, statement: str
) -> None:
    _say(session, meeting)
    with pytest.raises(IntegrityError):
        session.execute(text(statement))


def test_no_column_of_a_comment_can_tell_when_it_was_said(session: Session) -> None:
    kinds = {column.name: column.type.python_type for column in Comment.__table__.columns}
    assert set(kinds.values()) == {str, int}
    assert {name for name, kind in kinds.items() if kind is int} == {"position", "read_with_version"}


@pytest.mark.parametrize(
    ("language", "body"),
    [
        ("en", "My son Deshawn was there."),
        ("en", "Officer Miller shouted at us."),
        ("es", "La señora Gómez lo vio."),
        ("en", "I live at 2417 Barclay St Apt 3."),
    ],
)
def test_a_name_or_an_address_is_refused_too(
    session: Session, meeting: CommunitySession, language: str, body: str
) -> None:
    with pytest.raises(PersonalDataProblem):
        _say(session, meeting, body, language=language)


def test_two_note_takers_at_once_lose_and_double_nothing(
    database: Database, session: Session, meeting: CommunitySession
) -> None:
    """Both send ten notes of their own, and both send the same five again."""
    session.commit()
    shared = [f"{number:032x}" for number in range(5)]

    def take_notes(who: int) -> None:
        own = [f"{1000 * (who + 1) + number:032x}" for number in range(10)]
        for comment_id in own + shared:
            with database.transaction() as writing:
                services.add_comment(
                    writing, meeting.id, body=f"note {comment_id}", language="en", comment_id=comment_id
                )

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(take_notes, range(2)))
    session.rollback()
    positions = session.scalars(select(Comment.position)).all()
    assert sorted(one or 0 for one in positions) == list(range(1, 26))
