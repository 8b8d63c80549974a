"""A kiosk in a real browser: who walks away leaves nothing, and who reads slowly is asked first."""

from __future__ import annotations

import secrets
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import func, select

from survey_app.accounts.services import create_account
from survey_app.survey.models import Draft
from tests.journeys.server import Server

pytestmark = pytest.mark.browser
PASSWORD = "a-long-enough-password"


@pytest.fixture
def kiosk(browser: Browser, server: Server) -> Iterator[Page]:
    """A device that a facilitator has made a kiosk, at its first question, with a clock we move."""
    name = f"kiosk-{secrets.token_hex(4)}"
    with server.app.app_context(), server.database.transaction() as session:
        create_account(
            session, sign_in_name=name, display_name="Kit", role="facilitator", password=PASSWORD
        )
    context = browser.new_context(locale="en")
    page = context.new_page()
    page.clock.install()
    page.goto(f"{server.url}/en/staff/sign-in")
    page.fill("#sign_in_name", name)
    page.fill("#password", PASSWORD)
    page.click("main button")
    page.goto(f"{server.url}/en/staff/kiosk")
    page.locator("main form button").last.click()
    for box in ("adult", "city"):
        page.locator(f"#survey input[name='{box}']").first.check()
    page.locator("#survey button:not([name])").click()
    yield page
    context.close()


def drafts(server: Server) -> int:
    with server.database.session(read_only=True) as session:
        return session.scalar(select(func.count()).select_from(Draft)) or 0


def test_who_walks_away_leaves_nothing(kiosk: Page, server: Server) -> None:
    kiosk.locator("#survey input[type=radio]").first.check()
    kiosk.locator("#survey button:not([name])").first.click()
    expect(kiosk.locator("main h1")).to_be_visible()
    before = drafts(server)
    assert before
    kiosk.clock.fast_forward(61_000)
    expect(kiosk.get_by_role("dialog")).to_be_visible()
    kiosk.clock.fast_forward(31_000)
    expect(kiosk.locator("#survey input[name='adult']").first).to_be_visible()
    assert drafts(server) == before - 1
    assert kiosk.locator("#survey input:checked").count() == 0
    kiosk.go_back()
    assert kiosk.locator("#survey input:checked").count() == 0


def test_who_reads_slowly_goes_on(kiosk: Page) -> None:
    kiosk.locator("#survey input[type=radio]").first.check()
    where = kiosk.url
    kiosk.clock.fast_forward(61_000)
    kiosk.locator("#still-yes").click()
    expect(kiosk.get_by_role("dialog")).to_be_hidden()
    kiosk.clock.fast_forward(45_000)
    assert kiosk.url == where
    assert kiosk.locator("#survey input:checked").count() == 1
