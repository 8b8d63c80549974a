"""What is past its day goes, what counsel holds stays, and every table has a kind."""

from __future__ import annotations

import os
import time
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from survey_app import jobs, schema
from survey_app.accounts.audit import list_entries
from survey_app.accounts.models import SignInAttempt
from survey_app.accounts.services import create_account
from survey_app.db import Base, Database
from survey_app.invitations.letter_files import letters_folder
from survey_app.jobs import Job, now
from survey_app.operations import services
from survey_app.operations.models import LegalHold
from survey_app.operations.retention import list_due, purge_all
from survey_app.operations.routes import KIND_NAMES
from survey_app.operations.schedule import schedule
from survey_app.problems import BadInputProblem
from survey_app.survey.models import SubmissionReceipt
from tests.html import problems
from tests.survey_app.conftest import PASSWORD, post_form, sign_in
from tests.survey_app.operations.test_backup import run

LONG_AGO = now() - timedelta(days=400)


def old_records(session: Session) -> None:
    session.add(SubmissionReceipt(receipt="old", expires_on=date(2020, 1, 1)))
    session.add(SubmissionReceipt(receipt="new", expires_on=date(2090, 1, 1)))
    session.add(SignInAttempt(name_hash="x", at=LONG_AGO))
    session.add(Job(id="over", kind="k", created_at=LONG_AGO, finished_at=LONG_AGO, state="done"))
    session.add(Job(id="waits", kind="k", created_at=LONG_AGO))
    session.flush()


def left(session: Session) -> tuple[int, int, int]:
    one, two, three = (
        session.scalar(select(func.count()).select_from(table)) or 0
        for table in (SubmissionReceipt, SignInAttempt, Job)
    )
    return one, two, three


def test_every_table_is_of_exactly_one_kind() -> None:
    schema.import_models()
    named = [table for kind in schedule().values() for table in kind.tables]
    assert sorted(named) == sorted(Base.metadata.tables)
    assert set(KIND_NAMES) == set(schedule())


def test_a_dry_run_tells_and_a_real_run_erases(app: Flask, database: Database) -> None:
    with database.transaction() as session:
        old_records(session)
        due = {one.kind.id: one.rows for one in list_due(session)}
    assert (due["receipts"], due["attempts"], due["jobs"]) == (1, 1, 1)
    assert due["answers"] is None, "answers are kept"
    assert "this was a dry run" in run(app, "purge", "--dry-run")[1]
    with database.session(read_only=True) as session:
        assert left(session) == (2, 1, 2)
    assert run(app, "purge")[0] == 0
    with database.session(read_only=True) as session:
        assert left(session) == (1, 0, 1)


def test_a_hold_stops_the_purge_until_it_is_lifted(app: Flask, database: Database) -> None:
    letter = letters_folder(app.extensions["config"]) / "city-2026.x.pdf"
    letter.write_bytes(b"codes")
    os.utime(letter, (time.time() - 40 * 86_400,) * 2)
    with database.transaction() as session:
        old_records(session)
        actor = create_account(
            session, sign_in_name="a", display_name="A", role="administrator", password=PASSWORD
        )
        reason = "The City Solicitor asked by letter of today."
        hold = services.place_hold(
            session, matter="Doe v. City", reason=reason, kinds=["jobs", "letters"], actor=actor
        )
        with pytest.raises(BadInputProblem):
            services.place_hold(
                session, matter="All of it", reason=reason, kinds=["drafts"], actor=actor
            )
        hold_id, actor_id = hold.id, actor.id
    with app.app_context():
        jobs.queue_daily(database)
        jobs.work(database, once=True)
    with database.transaction() as session:
        assert left(session)[:2] == (1, 0)
        assert session.get(Job, "over") is not None
        assert letter.exists()
        services.lift_hold(session, hold_id, actor=session.get_one(type(actor), actor_id))
        purge_all(session)
        assert session.get(Job, "over") is None
        told = {entry.action: entry.detail for entry in list_entries(session)}
    assert told["hold.place"] == {"jobs": True, "letters": True}
    assert "hold.lift" in told
    assert run(app, "purge")[0] == 0
    assert not letter.exists()
    with pytest.raises(DBAPIError), database.transaction() as session:
        session.delete(session.get_one(LegalHold, hold_id))


def test_the_administrator_places_and_lifts_a_hold(sqlite_app: Flask) -> None:
    client = sign_in(sqlite_app, "administrator")
    page = "/en/staff/retention"
    answer = post_form(client, page, {"matter": "", "reason": "", "kinds": []})
    assert answer.status_code == 422
    assert "Error:" in answer.get_data(as_text=True)
    answer = post_form(
        client, page, {"matter": "<b>Doe", "reason": "Asked by counsel today.", "kinds": ["jobs"]}
    )
    assert answer.status_code == 303
    html = client.get(page).get_data(as_text=True)
    assert problems(html) == []
    assert "On hold" in html
    action = html.split("/lift", 1)[0].rsplit('"', 1)[1] + "/lift"
    assert post_form(client, action, {}, page=page).status_code == 303
    assert "On hold" not in client.get(page).get_data(as_text=True)
    assert sign_in(sqlite_app, "analyst").get(page).status_code == 403
