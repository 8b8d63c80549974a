"""A facilitator at the capture screen, for the journeys about notes."""

from __future__ import annotations

import secrets
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, Route, expect
from sqlalchemy import select

from survey_app.accounts.services import create_account
from survey_app.community.models import Comment
from tests.journeys.seen import sound
from tests.journeys.server import Server

PHONE = {"width": 360, "height": 740}
SAID = (
    "Two boys were shot by the carry-out last week.",
    "The alley behind us is full of trash and nobody picks it up.",
    "Keep the recreation center open until ten.",
    "The officer spoke to my neighbor with respect.",
    "Good evening everybody.",
)


@pytest.fixture(name="name")
def facilitator_name(server: Server) -> str:
    """The sign-in name (and password) of a fresh facilitator."""
    name = f"facilitator-{secrets.token_hex(6)}"
    with server.app.app_context(), server.database.transaction() as session:
        create_account(
            session, sign_in_name=name, display_name="Fay", role="facilitator", password=name
        )
    return name


@pytest.fixture(name="page", params=["phone", "laptop"])
def facilitator_page(request: pytest.FixtureRequest, browser: Browser) -> Iterator[Page]:
    size = PHONE if request.param == "phone" else {"width": 1280, "height": 800}
    context = browser.new_context(viewport=size)
    page = context.new_page()
    failures: list[str] = []
    page.on("pageerror", lambda error: failures.append(str(error)))
    page.on(
        "console",
        lambda line: failures.append(line.text) if "Content Security" in line.text else None,
    )
    yield page
    context.close()
    assert failures == []


def open_notes(
    page: Page,
    server: Server,
    name: str,
    languages: tuple[str, ...] = ("en",),
    *,
    password: str | None = None,
) -> None:
    """Sign in, create a session, read the opening statement: by keyboard where it matters."""
    page.goto(f"{server.url}/en/staff/sessions/new")
    page.get_by_label("Sign-in name").fill(name)
    page.get_by_label("Password").fill(password or name)
    page.keyboard.press("Enter")
    page.get_by_label("Kind of session").select_option("listening_session")
    page.get_by_label("Date").fill("2026-05-12")
    page.get_by_label("Place").fill("Cherry Hill library")
    for language in languages:
        page.locator(f"input[name=languages][value={language}]").check()
    page.get_by_label("People in the room").fill("40")
    look(page)
    page.get_by_role("button", name="Save").click()
    look(page)
    page.get_by_role("button", name="Start taking notes").click()
    expect(page.get_by_label("What was said")).to_be_focused()
    expect(page.locator("#keys:not([hidden])")).to_have_count(1)  # the script is there
    look(page)


def look(page: Page) -> None:
    """What must hold on every page somebody sees, small targets and sideways scrolling included."""
    sound(page, language="en", direction="ltr")
    wide = page.evaluate(
        "() => document.documentElement.scrollWidth <= innerWidth ? [] : "
        "[...document.querySelectorAll('body *')]"
        ".filter((one) => one.getBoundingClientRect().right > innerWidth + 1)"
        ".map((one) => one.outerHTML.slice(0, 90))"
    )
    assert wide == [], f"{page.url}: {wide}"
    small = page.evaluate(
        """(controls) => [...document.querySelectorAll(controls)]
        .filter((item) => item.checkVisibility())
        .filter((item) => item.getBoundingClientRect().height < 44)
        .map((item) => item.outerHTML)""",
        "main button, main .choice, main select, main textarea, main .chips label, .note-card a",
    )
    assert small == [], page.url


def stored(server: Server, page: Page) -> list[Comment]:
    """The notes that are not taken out, opened with the key of their session, in their order."""
    session_id = page.url.split("/sessions/")[1].split("/")[0]
    with server.database.session(read_only=True) as session:
        found = list(
            session.scalars(
                select(Comment)
                .where(Comment.session_id == session_id, Comment.removed == 0)
                .order_by(Comment.position)
            )
        )
        assert all(one.words for one in found)
        return found


def type_notes(page: Page, *texts: str) -> None:
    for text in texts:
        page.keyboard.type(text)
        page.keyboard.press("Enter")


def painted(page: Page) -> None:
    """The page has painted the next empty field, and done what it had put off until then."""
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => setTimeout(done)))")


def all_saved(page: Page) -> None:
    painted(page)
    expect(page.locator(".note-card.waiting")).to_have_count(0, timeout=20_000)


def only_reading(route: Route) -> None:
    if route.request.method == "GET":
        route.continue_()
    else:
        route.abort()


def left_on_the_device(page: Page) -> int:
    """Notes that the browser still keeps, once what it is doing is done."""
    page.wait_for_timeout(200)
    count: int = page.evaluate(
        """() => new Promise((done) => {
          const open = indexedDB.open('session-notes', 2);
          open.onsuccess = () => {
            const count = open.result.transaction('notes').objectStore('notes').count();
            count.onsuccess = () => done(count.result);
          };
        })"""
    )
    return count
