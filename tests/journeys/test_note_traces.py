"""What somebody finds of the notes who takes the database, its log, a backup, the server's folder, and
the note-taker's device: before the session is finalised, and after.

A facilitator types in a real Chromium with a profile on the disk: notes with a name, edited ones, some
while the network is down, one that is never finished. Then every byte is searched.
"""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, expect

from survey_app.accounts.services import create_account
from survey_app.community.note_keys import NoKeyProblem, NoteKeys
from tests.conftest import CHROMIUM, QUIET
from tests.journeys.notebook import all_saved, open_notes
from tests.journeys.server import Server

pytestmark = pytest.mark.browser

SPOKEN = "My son Zebulonius saw the quaxophone robbery"
EARLIER = "an earlier wording with marimbaphone inside"
OFFLINE = "typed with no network about the vuvuzelaphone"
HALF = "half typed about the kazoophonic"
TAKEN_OUT = "taken out again: the glockenphone"
GONE = (b"Zebulonius", b"marimbaphone", b"kazoophonic", b"glockenphone")
KEPT = (b"quaxophone", b"vuvuzelaphone")
#: Left on the device on purpose: the search would find what lies there.
CONTROL = "theremophone"


@pytest.fixture
def device(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[BrowserContext]:
    profile = tmp_path_factory.mktemp("device")
    context = browser.browser_type.launch_persistent_context(
        profile, executable_path=CHROMIUM, args=QUIET, viewport={"width": 1280, "height": 800}
    )
    context.profile = profile  # type: ignore[attr-defined]
    yield context
    context.close()


def found_in(folder: Path, words: tuple[bytes, ...]) -> set[tuple[str, bytes]]:
    """Files with one of the words, as bytes of UTF-8 or UTF-16."""
    found = set()
    for path in folder.rglob("*"):
        content = path.read_bytes() if path.is_file() else b""
        for word in words:
            if word in content or word.decode().encode("utf-16-le") in content:
                found.add((str(path.relative_to(folder)), word))
    return found


def back_up(server: Server, target: Path) -> None:
    with (
        sqlite3.connect(server.instance / "city.db") as source,
        sqlite3.connect(target / "backup.db") as copy,
    ):
        source.backup(copy)
    copy.close()
    source.close()


def test_nothing_that_was_masked_or_taken_out_is_found_anywhere(
    fresh_server: Server, device: BrowserContext, tmp_path_factory: pytest.TempPathFactory
) -> None:
    server, profile = fresh_server, device.profile  # type: ignore[attr-defined]
    before, after = tmp_path_factory.mktemp("before"), tmp_path_factory.mktemp("after")
    keys = NoteKeys(server.app.extensions["config"].note_keys_folder)
    with server.app.app_context(), server.database.transaction() as session:
        create_account(
            session,
            sign_in_name="fay",
            display_name="Fay",
            role="facilitator",
            password="fay-fay-fay-fay",
        )
    page = device.pages[0]
    open_notes(page, server, "fay", password="fay-fay-fay-fay")
    session_id = page.url.split("/sessions/")[1].split("/")[0]
    for text in (SPOKEN, EARLIER, TAKEN_OUT):
        page.keyboard.type(text)
        page.keyboard.press("Enter")
    all_saved(page)
    page.locator(".note-card", has_text="marimbaphone").locator("[data-edit]").click()
    page.locator("form.inline textarea[name=body]").fill("a later wording")
    page.keyboard.press("Enter")
    page.locator(".note-card", has_text="glockenphone").get_by_role("button", name="Take out").click()
    all_saved(page)
    device.set_offline(True)
    page.locator("#note-body").focus()
    page.keyboard.type(OFFLINE)
    page.keyboard.press("Enter")
    page.keyboard.type(HALF)
    page.evaluate("(word) => localStorage.setItem('control', word)", CONTROL)
    page.wait_for_timeout(1000)

    back_up(server, before)
    shutil.copytree(profile, before / "profile", ignore=shutil.ignore_patterns("Singleton*"))
    assert found_in(before, GONE + KEPT) == set(), "sealed on the device and in the backup"
    assert found_in(server.instance, GONE + KEPT) == set()
    assert len(open_all(before / "backup.db", keys, session_id)) == 3, "the key opens it"
    device.set_offline(False)
    page.get_by_text("Saved", exact=True).wait_for(timeout=20_000)
    page.locator("#note-body").fill("")
    page.locator(".note-card", has_text="quaxophone").get_by_role("button", name="Mask it").click()
    expect(page.locator(".note-card mark")).to_have_count(0)
    all_saved(page)
    page.goto(f"{server.url}/en/staff/sessions/{session_id}/finalise")
    page.get_by_role("button", name="Finalise the session").click()
    page.goto(f"{server.url}/en/staff/sessions")
    page.wait_for_timeout(500)

    back_up(server, after)
    device.close()
    assert found_in(profile, GONE + KEPT) == set()
    assert found_in(profile, (CONTROL.encode(),)) != set()
    assert found_in(server.instance, GONE) == set()
    assert found_in(after, GONE) == set()
    assert {word for _file, word in found_in(after, KEPT)} == set(KEPT), "what may stay is there"
    assert session_id not in keys.kept()
    with pytest.raises(NoKeyProblem), server.app.test_request_context("/en/"):
        open_all(before / "backup.db", keys, session_id)


def open_all(database: Path, keys: NoteKeys, session_id: str) -> list[bytes]:
    """What somebody reads who has a backup and whatever keys there are."""
    with sqlite3.connect(database) as connection:
        rows = connection.execute("SELECT sealed FROM comments WHERE sealed IS NOT NULL").fetchall()
    connection.close()
    return [keys.open(session_id, sealed) for (sealed,) in rows]
