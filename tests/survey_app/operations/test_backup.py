"""A backup taken while people answer is one moment, comes back whole, and tells nobody's order."""

from __future__ import annotations

import secrets
import shutil
import sqlite3
import tarfile
import threading
import traceback
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import create_engine, func, select, text
from sqlalchemy.orm import Session

from survey_app import schema
from survey_app.db import Database, make_engine
from survey_app.jobs import Job, now
from survey_app.operations import backup
from survey_app.operations.transfer import prove, snapshot
from survey_app.survey.keys import make_pair
from survey_app.survey.models import SealedAnswer, SubmissionReceipt
from survey_app.waves.models import Wave, WaveWording

WAVE = "wave"


@pytest.fixture
def elsewhere(database_url: str, tmp_path: Path) -> str:
    """The URL of a new database of the same kind, with nothing in it."""
    if database_url.startswith("sqlite"):
        return f"sqlite:///{tmp_path / 'restored' / 'city.db'}"
    name = f"r{secrets.token_hex(6)}"
    admin = create_engine(database_url, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    return admin.url.set(database=name).render_as_string(hide_password=False)


def fill(database: Database) -> None:
    """A wave whose wording no update may touch, a job with a null result, forty sent answers."""
    with database.transaction() as session:
        add_wave(session)
        session.add(WaveWording(wave_id=WAVE, language="en", wording={"q": "?"}, sha256="0" * 64))
        session.add(Job(id="j", kind="k", arguments={}, created_at=now(), result=None))
        send(session, 40)


def add_wave(session: Session) -> None:
    session.add(
        Wave(
            id=WAVE,
            slug="city-2026",
            kind="own",
            series="city",
            year=2026,
            questionnaire="2026",
            title="Année Ελ 中",
            plan={"z": [1.5, None], "a": "é"},
        )
    )
    session.flush()


def send(session: Session, count: int) -> None:
    """As sending does: a receipt and a sealed answer in one transaction, under random keys."""
    for _ in range(count):
        session.add(
            SealedAnswer(id=secrets.token_hex(16), wave_id=WAVE, ciphertext=secrets.token_bytes(700))
        )
        session.add(SubmissionReceipt(receipt=secrets.token_hex(32), expires_on=date(2030, 1, 1)))


def run(app: Flask, *words: str) -> tuple[int, str]:
    result = app.test_cli_runner().invoke(args=list(words))
    crash = result.exception is not None and not isinstance(result.exception, SystemExit)
    told = "".join(traceback.format_exception(result.exception)) if crash else ""
    return result.exit_code, result.output + told


def restored(app: Flask, url: str, *words: str) -> tuple[int, str]:
    """`restore` on an application that is set to the database `url`."""
    config = app.extensions["config"]
    object.__setattr__(config, "database_url", url)
    return run(app, "restore", *words)


def test_a_backup_under_writes_is_one_moment_and_comes_back_whole(
    app: Flask, database: Database, elsewhere: str, tmp_path: Path
) -> None:
    fill(database)
    stop, sent = threading.Event(), [40]

    def go_on() -> None:
        while not stop.is_set():
            with database.transaction() as session:
                send(session, 1)
            sent[0] += 1

    writer = threading.Thread(target=go_on)
    writer.start()
    try:
        code, output = run(app, "backup", str(tmp_path / "one.backup"))
    finally:
        stop.set()
        writer.join()
    assert code == 0, output
    code, output = restored(app, elsewhere, str(tmp_path / "one.backup"))
    assert code == 0, output
    engine = make_engine(elsewhere)
    with engine.connect() as connection:
        answers = connection.scalar(select(func.count()).select_from(SealedAnswer))
        receipts = connection.scalar(select(func.count()).select_from(SubmissionReceipt))
        assert schema.drift(connection) == []
        assert schema.schema_is_current(connection)
    assert answers == receipts
    assert 40 <= answers <= sent[0]
    # The triggers are back, and PostgreSQL counts on from where it was.
    copy = Database(elsewhere)
    with pytest.raises(Exception, match="wording"), copy.transaction() as session:
        session.execute(text("UPDATE wave_wordings SET sha256 = 'x'"))
    code, output = run(app, "backup", str(tmp_path / "one.backup"))
    assert code == 1
    assert "never written over" in output
    engine.dispose()
    copy.engine.dispose()


def test_what_is_restored_is_what_was_there(
    app: Flask, database: Database, elsewhere: str, tmp_path: Path
) -> None:
    fill(database)
    with snapshot(database.engine) as connection:
        before = prove(connection)
    key = tmp_path / "away" / "backup.key"
    make_pair(key)
    file = str(tmp_path / "locked.backup")
    assert run(app, "backup", file, "--to", str(key.with_suffix(".pub")))[0] == 0
    assert run(app, "verify-backup", file)[0] == 1
    assert run(app, "verify-backup", file, "--key", str(key))[0] == 0
    code, output = restored(app, elsewhere, file, "--key", str(key))
    assert code == 0, output
    engine = make_engine(elsewhere)
    with snapshot(engine) as connection:
        assert prove(connection) == before
    engine.dispose()
    code, output = restored(app, elsewhere, file, "--key", str(key))
    assert code == 1, "a database that holds something is never written over"


def test_a_changed_or_cut_backup_is_refused(sqlite_app: Flask, tmp_path: Path) -> None:
    fill(sqlite_app.extensions["database"])
    (tmp_path / "words").write_text("a passphrase of some length\n")
    (tmp_path / "other").write_text("another passphrase, as long\n")
    lock = ("--passphrase-file", str(tmp_path / "words"))
    file = tmp_path / "b"
    assert run(sqlite_app, "backup", str(file), *lock)[0] == 0
    assert run(sqlite_app, "verify-backup", str(file), *lock)[0] == 0
    assert run(sqlite_app, "verify-backup", str(file), "--passphrase-file", str(tmp_path / "other"))[0]
    make_pair(tmp_path / "pair")
    locked, opens = tmp_path / "c", ("--key", str(tmp_path / "pair"))
    assert run(sqlite_app, "backup", str(locked), "--to", str(tmp_path / "pair.pub"))[0] == 0
    whole = locked.read_bytes()
    for broken in (whole[:-1], whole[:-70_000], whole[:5000] + b"x" + whole[5001:], whole[:40], b""):
        file.write_bytes(broken)
        code, output = run(sqlite_app, "verify-backup", str(file), *opens)
        assert code == 1, output
        assert "Traceback" not in output


def test_no_key_and_no_order_is_in_a_backup(app: Flask, database: Database, tmp_path: Path) -> None:
    """The attacker has a backup: neither a key, nor what was deleted, nor who came first."""
    fill(database)
    config = app.extensions["config"]
    make_pair(config.release_key_file)
    came: list[str] = []
    with database.transaction() as session:
        session.add(SubmissionReceipt(receipt="canary" * 10, expires_on=date(2030, 1, 1)))
    for _ in range(30):
        with database.transaction() as session:
            came.append(secrets.token_hex(16))
            session.add(SealedAnswer(id=came[-1], wave_id=WAVE, ciphertext=secrets.token_bytes(700)))
    with database.transaction() as session:
        session.execute(text("DELETE FROM submission_receipts WHERE receipt LIKE 'canary%'"))
    code, output = run(app, "backup", str(tmp_path / "b"))
    assert code == 0, output
    with tarfile.open(tmp_path / "b") as tar:
        assert tar.getnames() == ["manifest.json", "city.db"]
        tar.extract("city.db", tmp_path / "out", filter="data")
    content = (tmp_path / "out" / "city.db").read_bytes()
    private = config.release_key_file.read_text()
    assert private.encode() not in content
    assert bytes.fromhex(private) not in content
    assert b"canarycanary" not in content
    with closing(sqlite3.connect(tmp_path / "out" / "city.db")) as connection:
        kept = [row[0] for row in connection.execute("SELECT id FROM sealed_answers")]
    assert kept == sorted(kept)


def test_the_order_in_which_rows_came_makes_no_difference(
    migrated_sqlite: Path, tmp_path: Path
) -> None:
    """The same answers in another order give the same bytes (but for SQLite's count of changes)."""
    answers = [(secrets.token_hex(16), secrets.token_bytes(700)) for _ in range(200)]
    pages = []
    for name, rows in (("one", answers), ("other", answers[::-1])):
        path = tmp_path / f"{name}.db"
        shutil.copy(migrated_sqlite, path)
        database = Database(f"sqlite:///{path}")
        with database.transaction() as session:
            add_wave(session)
        for row in rows:
            with database.transaction() as session:
                session.add(SealedAnswer(id=row[0], wave_id=WAVE, ciphertext=row[1]))
        backup._copy_sqlite(database.engine, tmp_path / f"{name}.copy")
        backup._settle(tmp_path / f"{name}.copy")
        database.engine.dispose()
        pages.append((tmp_path / f"{name}.copy").read_bytes()[100:])
    assert pages[0] == pages[1]
