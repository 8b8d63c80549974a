"""A facilitator's whole evening with no pointer at all: sign in, session, notes, mask, finalise."""

from __future__ import annotations

import secrets

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from survey_app.accounts.services import create_account
from survey_app.community.models import CommunitySession
from tests.journeys.notebook import all_saved, type_notes
from tests.journeys.server import Server

pytestmark = pytest.mark.browser
#: Nobody tabs farther than this to one control.
FAR = 60


def tab_to(page: Page, control: Locator) -> None:
    """Press Tab until the control has the focus; it must then show it."""
    for _ in range(FAR):
        if control.evaluate("(one) => one === document.activeElement"):
            outline = control.evaluate("(one) => getComputedStyle(one).outlineStyle")
            assert outline != "none", "a focus that nobody sees"
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"not reached by Tab: {control}")


def press(page: Page, control: Locator, key: str = "Enter") -> None:
    tab_to(page, control)
    page.keyboard.press(key)


def test_from_sign_in_to_a_finalised_session(server: Server, browser: Browser) -> None:
    name = f"facilitator-{secrets.token_hex(6)}"
    with server.app.app_context(), server.database.transaction() as session:
        create_account(
            session, sign_in_name=name, display_name="Fay", role="facilitator", password=name
        )
    page = browser.new_context(viewport={"width": 1280, "height": 800}).new_page()
    page.goto(f"{server.url}/en/staff/sessions/new")
    tab_to(page, page.get_by_label("Sign-in name"))
    page.keyboard.type(name)
    tab_to(page, page.get_by_label("Password"))
    page.keyboard.type(name)
    page.keyboard.press("Enter")
    press(page, page.get_by_label("Kind of session"), "ArrowDown")
    tab_to(page, page.get_by_label("Date"))
    page.keyboard.type("05122026")
    tab_to(page, page.get_by_label("Place"))
    page.keyboard.type("Cherry Hill library")
    press(page, page.locator("input[name=languages][value=es]"), "Space")
    tab_to(page, page.get_by_label("People in the room"))
    page.keyboard.type("40")
    page.keyboard.press("Enter")
    press(page, page.get_by_role("button", name="Start taking notes"))
    expect(page.get_by_label("What was said")).to_be_focused()
    session_id = page.url.split("/sessions/")[1].split("/")[0]

    type_notes(page, "Two boys were shot last week.", "Call my mother on 410-555-0123")
    all_saved(page)
    page.keyboard.press("ArrowDown")
    expect(page.locator(".note-card mark").first).to_be_visible()
    page.keyboard.press("k")
    expect(page.locator(".note-card mark")).to_have_count(0)
    all_saved(page)
    page.keyboard.press("Escape")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator(".decided")).to_contain_text("Gun violence")
    page.goto(f"{server.url}/en/staff/sessions/{session_id}")
    press(page, page.get_by_role("link", name="Finalise the session"))
    press(page, page.get_by_role("button", name="Finalise the session"))
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    with server.database.session(read_only=True) as session:
        assert session.get_one(CommunitySession, session_id).state == "finalised"
    page.context.close()
