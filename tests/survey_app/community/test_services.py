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
from survey_app.community.problems import NotSettledProblem
from survey_app.community.queries import count_progress, find_comment, list_comments
from survey_app.community.services.themes import words_that_led
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
    assert found.why == [], "words of a sealed comment are not stored beside it"
    assert any("shot" in words for words in words_that_led(comment)["gun_violence"])
    services.finalise(session, meeting.id)
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


def test_personal_data_is_marked_and_finalising_waits_for_it(
    session: Session, meeting: CommunitySession
) -> None:
    phone = _say(session, meeting, "Call me on 410-555-0123, or Officer Miller.")
    mail = _say(session, meeting, "Llámame", language="es", english="write to ann@example.org")
    kept = _say(session, meeting, "The office has 410-555-0123", kept_because="public_contact")
    assert (phone.to_check, mail.to_check, kept.to_check) == (2, 1, 0)
    with pytest.raises(NotSettledProblem, match="2 notes may lead to a person"):
        services.finalise(session, meeting.id)
    services.mask_personal(session, meeting.id, phone.id, only="Miller")
    assert phone.body == "Call me on 410-555-0123, or Officer [name]."
    services.keep_personal(session, meeting.id, phone.id, reason="not_personal")
    services.mask_personal(session, meeting.id, mail.id)
    assert mail.english == "write to [email]"
    services.finalise(session, meeting.id)
    assert (phone.kept_because, mail.kept_because) == ("not_personal", None)
    assert kept.kept_because == "public_contact"


def test_a_justification_is_for_the_words_it_was_given_for(
    session: Session, meeting: CommunitySession
) -> None:
    kept = _say(session, meeting, "The office has 410-555-0123", kept_because="public_contact")
    services.change_comment(
        session, meeting.id, kept.id, body="The office: 410-555-0123, her: 410-555-0199", language="en"
    )
    assert kept.to_check == 1
    with pytest.raises(BadInputProblem):
        services.keep_personal(session, meeting.id, kept.id, reason="no reason")


def test_what_was_masked_cannot_be_brought_back(session: Session, meeting: CommunitySession) -> None:
    comment = _say(session, meeting, "Call me on 410-555-0123")
    services.change_comment(
        session, meeting.id, comment.id, body="Call me, 410-555-0123.", language="en"
    )
    services.mask_personal(session, meeting.id, comment.id)
    services.undo_change(session, meeting.id, comment.id)
    assert comment.body == "Call me, [phone]."


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
        services.remove_comment(session, meeting.id, comment.id)
    with pytest.raises(ConflictProblem):
        services.finalise(session, meeting.id)
    services.decide_themes(session, meeting.id, comment.id, ["none"], role="analyst")
    assert count_progress(session, [meeting.id])[meeting.id].decided == 1
    services.reopen(session, meeting.id)
    services.remove_comment(session, meeting.id, comment.id)
    services.finalise(session, meeting.id)
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
        "UPDATE comments SET body = '', sealed = NULL",
        "UPDATE comments SET body = 'in the clear'",
        "UPDATE comments SET english = 'in the clear'",
        "UPDATE comments SET sealed = NULL",
        "UPDATE comments SET body = 'x', sealed = NULL",
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
    assert set(kinds.values()) == {str, int, bytes}
    numbers = {name for name, kind in kinds.items() if kind is int}
    assert numbers == {
        "position",
        "revision",
        "to_check",
        "disputed",
        "removed",
        "read_with_version",
    }


@pytest.mark.parametrize(
    ("language", "body"),
    [
        ("en", "My son Deshawn was there."),
        ("en", "Officer Miller shouted at us."),
        ("es", "La señora Gómez lo vio."),
        ("en", "I live at 2417 Barclay St Apt 3."),
    ],
)
def test_a_name_or_an_address_is_marked_too(
    session: Session, meeting: CommunitySession, language: str, body: str
) -> None:
    assert _say(session, meeting, body, language=language).to_check == 1


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
    assert sorted(one or 0 for one in positions) == [1024 * number for number in range(1, 26)]
