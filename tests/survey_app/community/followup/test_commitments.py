"""You said, we did: a commitment has an owner, a day and a public history that nobody can rewrite."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError, IntegrityError
from sqlalchemy.orm import Session

from survey_app.community.followup.queries import commitments_for_report
from survey_app.community.followup.services import make_commitment, tell_commitment
from survey_app.community.followup.standing import standing
from survey_app.community.models import CommunitySession
from survey_app.jobs import now
from survey_app.problems import BadInputProblem, ConflictProblem
from tests.html import problems
from tests.survey_app.conftest import post_form, sign_in

DUE = date(2026, 6, 30)


@pytest.mark.parametrize(
    ("steps", "as_of", "expected"),
    [
        ([(date(2026, 1, 1), "open")], date(2026, 6, 30), "running"),
        ([(date(2026, 1, 1), "open")], date(2026, 7, 1), "late"),
        ([(date(2026, 1, 1), "open"), (DUE, "kept")], date(2027, 1, 1), "in_time"),
        ([(date(2026, 1, 1), "open"), (date(2026, 7, 2), "kept")], date(2027, 1, 1), "kept_late"),
        ([(date(2026, 1, 1), "open"), (date(2026, 7, 2), "kept")], date(2026, 7, 1), "late"),
        ([(date(2026, 1, 1), "open"), (date(2026, 3, 1), "dropped")], date(2027, 1, 1), "given_up"),
        ([(date(2026, 1, 1), "open"), (date(2026, 3, 1), "under_way")], DUE, "running"),
    ],
)
def test_where_it_stands_on_a_day(steps: list[tuple[date, str]], as_of: date, expected: str) -> None:
    assert standing(steps, DUE, as_of=as_of) == expected


def test_the_query_of_the_report(app: Flask, session: Session, meeting: CommunitySession) -> None:
    """Kept, late, owner: the commitments of the year and those it took over, on a day of its own."""

    def made(owner: str, day: date, due: date) -> str:
        return make_commitment(
            session,
            words={"en": f"Repair the lights, {owner} {day}"},
            owner=owner,
            made_on=day,
            due_on=due,
            session_id=meeting.id,
        ).id

    with app.app_context():
        old = made("DPW", date(2024, 5, 1), date(2024, 9, 1))
        taken_over = made("DPW", date(2024, 10, 1), date(2025, 3, 1))
        kept = made("DOT", date(2025, 2, 1), date(2025, 9, 1))
        late = made("DPW", date(2025, 4, 1), date(2025, 8, 1))
        made("DPW", date(2026, 1, 10), date(2026, 8, 1))
        tell_commitment(session, old, state="kept", happened_on=date(2024, 8, 1))
        tell_commitment(session, taken_over, state="kept", happened_on=date(2025, 5, 1))
        tell_commitment(session, kept, state="under_way", happened_on=date(2025, 3, 1))
        tell_commitment(session, kept, state="kept", happened_on=date(2025, 8, 1))
        found = commitments_for_report(session, 2025, as_of=date(2025, 12, 31))
        assert {one.id: one.standing for one in found.rows} == {
            taken_over: "kept_late",
            kept: "in_time",
            late: "late",
        }
        assert (found.kept, found.late) == (2, 2)
        assert [(one.owner, one.total) for one in found.owners] == [("DOT", 1), ("DPW", 2)]
        # What happens later does not change what was said of that day.
        tell_commitment(session, late, state="kept", happened_on=date(2026, 2, 1))
        assert commitments_for_report(session, 2025, as_of=date(2025, 12, 31)) == found
        later = commitments_for_report(session, 2025, as_of=date(2026, 2, 1))
        assert later.counts["late"] == 0


@pytest.mark.parametrize(
    "statement",
    ["UPDATE commitment_steps SET state = 'kept'", "DELETE FROM commitment_steps"],
)
def test_the_history_is_append_only(
    app: Flask, session: Session, meeting: CommunitySession, statement: str
) -> None:
    with app.app_context():
        make_commitment(
            session, words={"en": "A light"}, owner="DPW", due_on=DUE, made_on=DUE, theme="gun_violence"
        )
        with pytest.raises(DatabaseError, match="append-only"):
            session.execute(text(statement))


def test_a_commitment_has_its_reason_owner_and_day(app: Flask, session: Session) -> None:
    good: dict[str, object] = {
        "words": {"en": "A light"},
        "owner": "DPW",
        "due_on": DUE,
        "made_on": DUE,
    }
    for wrong in (
        {},
        {"theme": "gun_violence", "owner": " "},
        {"theme": "gun_violence", "words": {"es": "Una luz"}},
        {"theme": "gun_violence", "words": {"en": "Call Officer Miller at 410-555-0132"}},
        {"theme": "nonsense"},
        {"theme": "gun_violence", "due_on": date(2026, 6, 29)},
    ):
        with app.app_context(), pytest.raises(BadInputProblem):
            make_commitment(session, **{**good, **wrong})  # type: ignore[arg-type]
    with pytest.raises(IntegrityError), session.begin_nested():
        session.execute(
            text(
                "INSERT INTO commitments (id, words, owner, made_on, due_on, demo) "
                "VALUES ('x', '{}', 'DPW', '2026-01-01', '2026-02-01', (1 = 0))"
            )
        )


def test_what_is_closed_says_no_more(app: Flask, session: Session) -> None:
    with app.app_context():
        found = make_commitment(
            session,
            words={"en": "A light"},
            owner="DPW",
            due_on=now().date(),
            made_on=date(2026, 1, 5),
            theme="gun_violence",
        )
        with pytest.raises(BadInputProblem):
            tell_commitment(session, found.id, state="dropped")
        with pytest.raises(BadInputProblem):
            tell_commitment(session, found.id, state="kept", happened_on=date(2025, 1, 5))
        with pytest.raises(BadInputProblem):
            tell_commitment(
                session, found.id, state="kept", happened_on=now().date() + timedelta(days=1)
            )
        tell_commitment(session, found.id, state="dropped", note="No money in the budget.")
        with pytest.raises(ConflictProblem):
            tell_commitment(session, found.id, state="kept")


def test_from_the_desk_to_the_public_page(
    app: Flask, session: Session, meeting: CommunitySession
) -> None:
    place = meeting.id
    session.commit()
    desk = sign_in(app, "facilitator")
    new = f"/en/staff/commitments/new?session={place}"
    html = desk.get(new).get_data(as_text=True)
    assert problems(html, language="en", direction="ltr") == []
    sent = {
        "session_id": place,
        "theme": "neighborhood_upkeep",
        "words-en": "Clean the alleys behind the library every week.",
        "words-es": "Limpiar cada semana los callejones detrás de la biblioteca.",
        "owner": "Department of Public Works",
        "due_on": (now().date() + timedelta(days=60)).isoformat(),
    }
    assert post_form(desk, new, {**sent, "owner": ""}).status_code == 422
    assert post_form(desk, new, sent).status_code == 303
    html = desk.get("/en/staff/commitments").get_data(as_text=True)
    assert problems(html, language="en", direction="ltr") == []
    page = "/en/staff/commitments/" + html.split('href="/en/staff/commitments/', 2)[2].split('"', 1)[0]
    told = {"state": "under_way", "note": "Two crews began.", "happened_on": now().date().isoformat()}
    assert post_form(desk, page, told).status_code == 303
    guest = app.test_client()
    for language, words in (("en", "Clean the alleys"), ("es", "Limpiar cada semana"), ("ar", "Clean")):
        direction = "rtl" if language == "ar" else "ltr"
        public = page.replace("/en/staff", f"/{language}")
        for path in (f"/{language}/commitments", public):
            html = guest.get(path).get_data(as_text=True)
            assert problems(html, language=language, direction=direction) == []
            assert words in html
        assert "Two crews began." in html
    assert "facilitator" not in html
