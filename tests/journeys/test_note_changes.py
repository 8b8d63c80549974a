"""Notes changed: by keyboard, by two people at once; and what is left behind at finalising."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.notebook import (  # noqa: F401 - two are fixtures
    SAID,
    all_saved,
    facilitator_name,
    facilitator_page,
    look,
    open_notes,
    stored,
    type_notes,
)
from tests.journeys.server import Server

pytestmark = pytest.mark.browser


def test_edit_undo_split_merge_and_take_out_by_keyboard(page: Page, server: Server, name: str) -> None:
    open_notes(page, server, name)
    page.keyboard.press("Alt+Digit2")
    page.keyboard.press("Alt+Shift+Digit1")
    type_notes(page, SAID[0], "Fix the lights. Clean the alley.")
    all_saved(page)
    assert [(one.prompt, one.speaker_group) for one in stored(server, page)] == [
        ("safe_where", "resident"),
        ("safe_where", None),
    ]
    page.keyboard.press("ArrowDown")
    page.keyboard.press("e")
    page.keyboard.press("Control+Home")
    for _ in "Fix the lights.":
        page.keyboard.press("ArrowRight")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".note-card")).to_have_count(3)
    all_saved(page)
    bodies = [one.body for one in stored(server, page)]
    assert bodies == [SAID[0], "Fix the lights.", "Clean the alley."]
    page.keyboard.press("Control+z")
    expect(page.locator(".note-card")).to_have_count(2)
    all_saved(page)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("e")
    look(page)
    page.keyboard.press("End")
    page.keyboard.type(" Soon.")
    page.keyboard.press("Enter")
    all_saved(page)
    assert stored(server, page)[1].body == "Fix the lights. Clean the alley. Soon."
    page.keyboard.press("ArrowDown")
    page.keyboard.press("m")
    expect(page.locator(".note-card:visible")).to_have_count(1)
    all_saved(page)
    assert [one.body for one in stored(server, page)] == [
        f"{SAID[0]}\nFix the lights. Clean the alley. Soon."
    ]
    page.keyboard.press("Escape")
    page.keyboard.press("Control+z")
    expect(page.locator(".note-card:visible")).to_have_count(2)
    all_saved(page)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("x")
    expect(page.locator(".note-card:visible")).to_have_count(1)
    page.keyboard.press("Escape")
    page.keyboard.press("Control+z")
    expect(page.locator(".note-card:visible")).to_have_count(2)
    all_saved(page)
    assert len(stored(server, page)) == 2
