"""A request for public records gets what can be given; a log tells the rest; nothing slips out."""

from __future__ import annotations

import csv
import hashlib
import io
import zipfile
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from survey_app import jobs, schema
from survey_app.accounts.audit import list_entries
from survey_app.accounts.models import StaffAccount
from survey_app.db import Base, Database
from survey_app.operations.retention import purge_all
from survey_app.operations.services import place_hold
from survey_app.problems import BadInputProblem, ConflictProblem
from survey_app.public_records import services
from survey_app.public_records.archive import GATHER
from survey_app.public_records.forms import KIND_NAMES
from survey_app.public_records.models import RecordsFile, RecordsRequest
from survey_app.public_records.rules import rules
from tests.html import problems
from tests.survey_app.conftest import post_form, sign_in
from tests.survey_app.operations.test_backup import run
from tests.survey_app.public_records.canaries import SAID, TODAY, fill, texts

ASKED = {
    "number": "MPIA-2026-07",
    "received_on": TODAY,
    "from_on": TODAY - timedelta(days=1),
    "to_on": TODAY,
    "asked_by": "canary-asker",
    "asked_for": "canary-asked",
}


def ask(session: Session, **changes: object) -> RecordsRequest:
    kinds = tuple(rules().sections)
    return services.record_request(
        session,
        **{**ASKED, "kinds": kinds, "actor": None, **changes},  # type: ignore[arg-type]
    )


def unzipped(body: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def table(files: dict[str, bytes], name: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(files[name].decode("utf-8-sig"), newline="")))


def made(session: Session, **changes: object) -> dict[str, bytes]:
    body, _rows = services.make_archive(session, ask(session, **changes).id, progress=lambda *_: None)
    return unzipped(body)


def test_every_column_of_every_table_is_decided_about() -> None:
    schema.import_models()
    given: set[tuple[str, str]] = set()
    withheld: set[tuple[str, str]] = set()
    every = {(name, one.name) for name, of in Base.metadata.tables.items() for one in of.columns}
    for section in rules().sections.values():
        for file in section.files:
            given |= {(name, field) for name, fields in file.sources.items() for field in fields}
    for rule in rules().withheld:
        fields = {field for name, field in every if name == rule.table}
        withheld |= {(rule.table, one) for one in (fields if rule.fields == ("*",) else rule.fields)}
    assert given | withheld == every, "decide about these in public_records/rules.toml"
    assert not given & withheld
    assert set(GATHER) == set(rules().sections) == set(KIND_NAMES)


def test_no_canary_of_a_person_a_key_or_a_draft_is_in_the_file(database: Database) -> None:
    with database.transaction() as session:
        canaries = [*fill(session), "canary-asker", "canary-asked"]
        files = made(session)
    for name, text in texts(files):
        found = [one for one in canaries if one in text or one in name]
        assert not found, f"{name} holds {found}"
    assert len(canaries) > 90
    told = "".join(text for _name, text in texts(files))
    for given in ("Ada Boss", "Safe at night?", "Say neighborhood", "A university", "w-closed"):
        assert given in told, f"{given} can be given, so the search works"


def test_what_can_be_given_is_given(database: Database) -> None:
    with database.transaction() as session:
        fill(session)
        files = made(session)
    assert [one["words"] for one in table(files, "comments/comments.csv")] == [f"'{SAID}"]
    entries = table(files, "audit_log/audit_log.csv")
    assert [(one["name"], one["role"], one["subject"]) for one in entries[:3]] == [
        ("Ada Boss", "administrator", "Ada Boss"),
        ("", "partner", "partner"),
        ("Ada Boss", "administrator", "account"),
    ]
    sessions = {one["session"]: one["attendance"] for one in table(files, "sessions/sessions.csv")}
    assert sessions == {"m-hall": "40", "m-youth": "40", "m-few": ""}
    remarks = table(files, "remarks/remarks.csv")
    assert [(one["remark_words"], one["remark_by"]) for one in remarks] == [
        ("Say neighborhood, not area.", "partner")
    ]
    outcomes = table(files, "outcomes/outcomes.csv")
    assert [(one["wave"], one["disposition"], one["addresses"]) for one in outcomes] == [
        ("w-closed", "I", "2"),
        ("w-closed", "UH", "1"),
    ]
    digests = {one["file"]: one["sha256"] for one in table(files, "digests.csv")}
    assert digests == {
        name: hashlib.sha256(body).hexdigest() for name, body in files.items() if name != "digests.csv"
    }
    for section in rules().sections.values():
        told = files[f"{section.folder}/README.txt"].decode()
        assert all(name in told for file in section.files for name in file.header)


def test_the_log_counts_what_is_withheld_and_names_a_ground(database: Database) -> None:
    with database.transaction() as session:
        fill(session)
        files = made(session)
    log = {(one["record"], one["fields"]): one for one in table(files, "redaction_log.csv")}
    numbers = {key: one["number"] for key, one in log.items()}
    assert numbers["comments", "youth"] == "2"
    assert numbers["comments", "few"] == "1"
    assert numbers["comments", "masked"] == "1"
    assert numbers["comments", "unfinished"] == "1"
    assert numbers["remarks", "unpublished"] == "1"
    assert numbers["audit_entries", "not employees"] == "1"
    assert numbers["invitation_cases", "open"] == "3"
    assert numbers["responses", "*"] == "at least 10", "13 answers would be a number of the hour"
    assert numbers["drafts", "*"] == "fewer than 10"
    assert log["recovery_codes", "*"]["ground"] == "GP 4-338"
    assert all(one["ground"] and one["reason"] for one in log.values())
    unsure = [one for one in log.values() if "to be confirmed" in one["ground"]]
    assert all("counsel" in one["confirmed"] for one in unsure)
    text = files["redaction_log.txt"].decode()
    assert "cannot be produced" in text
    assert all(one["what"][:40] in text.replace("\r\n", " ") for one in log.values())


def test_only_the_period_and_the_kinds_asked_for(database: Database) -> None:
    with database.transaction() as session:
        fill(session)
        files = made(session, kinds=["sessions"], from_on=TODAY, to_on=TODAY)
        earlier = {"from_on": TODAY - timedelta(days=9), "to_on": TODAY - timedelta(days=2)}
        before = made(session, number="other", **earlier)
    assert {name.split("/")[0] for name in files if "/" in name} == {"sessions"}
    sections = {one["section"] for one in table(files, "redaction_log.csv")}
    assert sections == {"sessions", "never given"}
    assert not table(before, "audit_log/audit_log.csv")
    assert not table(before, "sessions/sessions.csv")


def test_the_same_records_give_the_same_bytes(database: Database) -> None:
    with database.transaction() as session:
        fill(session)
        key = ask(session, kinds=["comments", "waves", "editions"]).id
        first, second = (
            services.make_archive(session, key, progress=lambda *_: None)[0] for _ in range(2)
        )
    assert first == second


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"number": "no blanks"}, BadInputProblem),
        ({"number": "=1+1"}, BadInputProblem),
        ({"received_on": TODAY + timedelta(days=1)}, BadInputProblem),
        ({"from_on": TODAY, "to_on": TODAY - timedelta(days=1)}, BadInputProblem),
        ({"kinds": []}, BadInputProblem),
        ({"kinds": ["drafts"]}, BadInputProblem),
        ({}, ConflictProblem),
    ],
)
def test_a_bad_request_is_told_so(
    sqlite_app: Flask, changes: dict[str, object], error: type[Exception]
) -> None:
    with sqlite_app.app_context(), sqlite_app.extensions["database"].session() as session:
        ask(session)
        with pytest.raises(error):
            ask(session, **{"number": ASKED["number"] if not changes else "other", **changes})


def test_the_administrator_writes_a_request_down_and_takes_its_file(app: Flask) -> None:
    database: Database = app.extensions["database"]
    client, page = sign_in(app, "administrator"), "/en/staff/public-records"
    answer = post_form(client, page, {"number": "", "kinds": []})
    assert answer.status_code == 422
    assert problems(answer.get_data(as_text=True)) == []
    days = {
        name: value.isoformat() if name.endswith("_on") else value  # type: ignore[attr-defined]
        for name, value in ASKED.items()
    }
    sent = {**days, "kinds": ["audit", "comments"]}
    assert post_form(client, page, sent).status_code == 303
    assert post_form(client, page, sent).status_code == 409, "the number is taken"
    assert "Being made" in client.get(page).get_data(as_text=True)
    with app.app_context():
        jobs.work(database, once=True)
    html = client.get(page).get_data(as_text=True)
    assert problems(html) == []
    assert "File is there" in html
    key = html.split('id="request-', 1)[1].split('"', 1)[0]
    assert client.get(f"{page}/{key}/file").status_code == 405, "handing out is no reading"
    file = post_form(client, f"{page}/{key}/file", {}, page=page)
    assert (
        file.headers["Content-Disposition"] == 'attachment; filename="public-records-MPIA-2026-07.zip"'
    )
    assert b"canary-asker" not in file.data
    assert "audit_log/audit_log.csv" in unzipped(file.data)
    with database.session(read_only=True) as session:
        told = [(one.action, one.subject) for one in list_entries(session)]
    steps = ("records.take", "records.make", "records.request")
    assert told[:3] == [(step, "MPIA-2026-07") for step in steps]
    for role in ("publisher", "analyst", "facilitator", "partner"):
        assert sign_in(app, role).get(page).status_code == 403


def test_the_file_goes_after_its_days_unless_held_and_the_request_stays(
    app: Flask, database: Database
) -> None:
    with app.app_context(), database.transaction() as session:
        fill(session)
        request = ask(session, kinds=["comments"])
        body, rows = services.make_archive(session, request.id, progress=lambda *_: None)
        services.keep_file(session, request.id, body, rows, actor=None)
        late = TODAY + timedelta(days=31)
        boss = session.get_one(StaffAccount, "administrator")
        purge_all(session, day=TODAY + timedelta(days=30))
        assert session.scalar(select(RecordsFile.rows)) == 1
        hold = place_hold(
            session, matter="M", reason="Asked by counsel today.", kinds=["records"], actor=boss
        )
        purge_all(session, day=late)
        assert session.scalar(select(RecordsFile.rows)) == 1
        hold.lifted_on, hold.lifted_by = TODAY, boss.id
        session.flush()
        purge_all(session, day=late)
        assert session.scalar(select(RecordsFile.rows)) is None
        assert session.scalar(select(RecordsRequest.number)) == "MPIA-2026-07"
        session.expire_all()
        with pytest.raises(ConflictProblem):
            services.take_file(session, request.id, actor=boss)


def test_the_command_line_does_the_same(sqlite_app: Flask, tmp_path: Path) -> None:
    days = ("--received", "2026-11-20", "--from", "2026-01-01", "--to", "2026-11-26")
    code, output = run(sqlite_app, "public-records", "record", "A-1", *days, "--kind", "waves")
    assert (code, "Request A-1: waves." in output) == (0, True), output
    code, output = run(sqlite_app, "public-records", "record", "A-2", *days, "--kind", "keys")
    assert code == 1
    assert "Kinds: audit" in output
    file = tmp_path / "a.zip"
    code, output = run(sqlite_app, "public-records", "make", "A-1", str(file))
    assert code == 0, output
    assert hashlib.sha256(file.read_bytes()).hexdigest() in output
    assert file.stat().st_mode & 0o077 == 0
    assert run(sqlite_app, "public-records", "make", "A-1", str(file))[0] == 1, "never written over"
    assert "A-1" in run(sqlite_app, "public-records", "list")[1]
