"""What somebody finds who takes the database, its log and a backup, before finalising and after."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from flask import Flask

from survey_app.community import services
from survey_app.community.note_keys import NoKeyProblem, NoteKeys
from survey_app.db import Database

from .conftest import make_session

SAID = (
    "My son Zebulonius saw the quaxophone robbery",
    "an earlier wording with marimbaphone inside",
    "taken out again: the glockenphone",
)
GONE = (b"Zebulonius", b"marimbaphone", b"glockenphone")


def found_in(folder: Path, words: tuple[bytes, ...]) -> set[bytes]:
    files = [path.read_bytes() for path in folder.rglob("*") if path.is_file()]
    return {word for word in words if any(word in content for content in files)}


def back_up(folder: Path, target: Path) -> None:
    source, copy = sqlite3.connect(folder / "city.db"), sqlite3.connect(target)
    source.backup(copy)
    copy.close()
    source.close()


def test_the_key_goes_and_with_it_every_copy_of_what_was_said(
    sqlite_app: Flask, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    database: Database = sqlite_app.extensions["database"]
    keys = NoteKeys(sqlite_app.extensions["config"].note_keys_folder)
    elsewhere = tmp_path_factory.mktemp("backups")
    with sqlite_app.test_request_context("/en/"):
        with database.transaction() as session:
            meeting = make_session(session)
            first, second, third = (
                services.add_comment(session, meeting.id, body=body, language="en") for body in SAID
            )
            services.change_comment(
                session, meeting.id, second.id, body="a later wording", language="en"
            )
            services.remove_comment(session, meeting.id, third.id)
        back_up(tmp_path, elsewhere / "before.db")
        assert found_in(tmp_path, (*GONE, b"quaxophone")) == set()
        assert found_in(elsewhere, (*GONE, b"quaxophone")) == set()
        rows = sealed_rows(elsewhere / "before.db")
        opened = b"".join(keys.open(meeting.id, sealed) for sealed in rows)
        assert all(word in opened for word in GONE), "with the key somebody reads them"
        with database.transaction() as session:
            services.mask_personal(session, meeting.id, first.id)
            services.finalise(session, meeting.id)
        back_up(tmp_path, elsewhere / "after.db")
        assert meeting.id not in keys.kept()
        assert found_in(tmp_path, GONE) == found_in(elsewhere, GONE) == set()
        assert found_in(elsewhere, (b"quaxophone",)) == {b"quaxophone"}, "what may stay is there"
        for sealed in rows:
            with pytest.raises(NoKeyProblem):
                keys.open(meeting.id, sealed)


def sealed_rows(database: Path) -> list[bytes]:
    connection = sqlite3.connect(database)
    rows = connection.execute("SELECT sealed FROM comments WHERE sealed IS NOT NULL").fetchall()
    connection.close()
    return [sealed for (sealed,) in rows]


def test_a_finalising_that_fails_keeps_the_key(sqlite_app: Flask) -> None:
    database: Database = sqlite_app.extensions["database"]
    keys = NoteKeys(sqlite_app.extensions["config"].note_keys_folder)
    with sqlite_app.test_request_context("/en/"):
        with database.transaction() as session:
            meeting = make_session(session)
            services.add_comment(session, meeting.id, body="More lights.", language="en")
        with database.session() as session:
            services.finalise(session, meeting.id)
            session.rollback()
            session.commit()
        assert meeting.id in keys.kept()
        with database.transaction() as session:
            services.finalise(session, meeting.id)
        assert meeting.id not in keys.kept()
