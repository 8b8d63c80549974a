"""A resident on a small phone, without JavaScript, through the real server, in three languages."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page, Route
from sqlalchemy import func, select

from survey_app.survey.models import Draft, SealedAnswer
from tests.journeys.seen import sound
from tests.journeys.server import Server

pytestmark = pytest.mark.browser

PHONE = {"width": 360, "height": 740}
DIRECTIONS = {"en": "ltr", "es": "ltr", "ar": "rtl"}


def pending(server: Server) -> int:
    with server.database.session(read_only=True) as session:
        return session.scalar(select(func.count()).select_from(SealedAnswer)) or 0


def look(page: Page, language: str) -> None:
    """What must hold on every page somebody sees."""
    sound(page, language=language, direction=DIRECTIONS[language])
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= PHONE["width"], f"{page.url} scrolls sideways"
    small = page.evaluate(
        """(controls) => [...document.querySelectorAll(controls)]
        .filter((item) => !item.classList.contains("hide"))
        .filter((item) => { const box = item.getBoundingClientRect();
          return box.height < 44 || box.width < 44 })
        .map((item) => item.outerHTML)""",
        "main button, main .choice, main select, .leave a, .leave button, .langs button",
    )
    assert small == [], page.url


def press(page: Page, selector: str) -> None:
    """Press what leads to another page, and wait for that page."""
    with page.expect_navigation():
        page.click(selector)


def go_on(page: Page) -> None:
    press(page, "#survey button:not([name])")


def at(page: Page) -> str:
    return page.url.rsplit("/", 1)[1]


@pytest.mark.parametrize("language", list(DIRECTIONS))
def test_a_whole_response_without_javascript(server: Server, browser: Browser, language: str) -> None:
    assert set(DIRECTIONS) <= set(server.languages), "run `make catalogues` first"
    before = pending(server)
    other = "es" if language == "en" else "en"
    context = browser.new_context(viewport=PHONE, locale=language, java_script_enabled=False)
    page = context.new_page()

    page.goto(server.url)
    assert page.url == f"{server.url}/{language}/", "the browser's language is taken"
    press(page, f"main a[href='/{language}/survey']")
    look(page, language)

    go_on(page)
    look(page, language)
    assert page.evaluate("document.activeElement.id") == "errors"
    page.click("#errors a >> nth=1")
    assert page.evaluate("document.activeElement.id") == "city-1"
    page.check("#adult-1")
    page.check("#city-1")
    press(page, f"button[name=language][value={other}]")
    look(page, other)
    assert page.is_checked("#adult-1")
    press(page, f"button[name=language][value={language}]")
    look(page, language)
    go_on(page)

    assert at(page) == "near_home"
    look(page, language)
    page.check("#safe_by_day-3")
    page.check("#safe_after_dark--2")
    press(page, f"button[name=language][value={other}]")
    look(page, other)
    assert page.url.endswith(f"/{other}/survey/near_home")
    assert page.is_checked("#safe_by_day-3"), "a change of language keeps what is ticked"
    press(page, f"button[name=language][value={language}]")
    go_on(page)

    assert at(page) == "around_city"
    page.check("#safe_transit-1")
    press(page, "#survey button[name=back]")
    assert page.is_checked("#safe_by_day-3")
    assert page.is_checked("#safe_after_dark--2")
    go_on(page)
    assert page.is_checked("#safe_transit-1"), "going back keeps what is ticked"

    while at(page) != "your_home":
        look(page, language)
        if page.locator("#violence_workers_aware-1").count():
            page.check("#violence_workers_aware-1")
        if at(page) == "experience":
            page.check("#violence_workers_trust-2")
            page.check("#violence_seen-1")
            page.check("#violence_seen-6")
            page.fill("#own_words-text", "Más luz. نور <b>more</b>")
            go_on(page)
            assert at(page) == "experience"
            look(page, language)
            assert page.evaluate("document.activeElement.id") == "errors"
            assert page.is_checked("#violence_seen-1")
            page.uncheck("#violence_seen-6")
        go_on(page)

    page.fill("#adults_in_household-number", "2")
    page.press("#adults_in_household-number", "Enter")
    assert page.url.endswith(f"/{language}/survey/area"), "Enter goes on; it changes no language"
    look(page, language)
    page.select_option("#area-name", "Barre Circle")
    go_on(page)
    assert at(page) == "area_district"
    look(page, language)
    page.check("#area_district-9")
    go_on(page)

    assert at(page) == "review"
    look(page, language)
    assert page.locator(".written").inner_text() == "Más luz. نور <b>more</b>"
    press(page, f"a[href='/{language}/survey/police#trust_police']")
    page.check("#trust_police-1")
    go_on(page)
    assert at(page) == "review"

    go_on(page)
    assert page.get_attribute("body", "data-page") == "thank-you"
    look(page, language)
    assert page.locator("a[href='tel:988']").count()
    assert pending(server) == before + 1
    assert context.cookies() == [], "a finished survey leaves nothing on the phone"
    page.goto(f"{server.url}/{language}/survey/police")
    assert not page.locator("#trust_police-1").count()
    context.close()


@pytest.mark.parametrize("javascript", [False, True])
def test_leaving_at_once_erases_and_covers(server: Server, browser: Browser, javascript: bool) -> None:
    context = browser.new_context(viewport=PHONE, java_script_enabled=javascript)
    page = context.new_page()

    def weather(route: Route) -> None:
        """The outside world is not there in a test; its requests are looked at instead."""
        assert "referer" not in route.request.headers
        route.fulfill(body="<title>Weather</title>sunny", content_type="text/html")

    context.route("https://www.weather.gov/", weather)
    page.goto(f"{server.url}/en/survey")
    page.check("#adult-1")
    page.check("#city-1")
    go_on(page)
    page.check("#safe_by_day-4")
    with server.database.session(read_only=True) as session:
        drafts = session.scalar(select(func.count()).select_from(Draft))
    with page.expect_navigation(url="https://www.weather.gov/"):
        page.click("button[name=exit]")
    assert page.title() == "Weather"
    _wait_until(lambda: context.cookies() == [])
    with server.database.session(read_only=True) as session:
        assert session.scalar(select(func.count()).select_from(Draft)) == (drafts or 0) - 1
    page.go_back()
    assert not page.locator("#safe_by_day-4").count(), "the page before does not come back"
    context.close()


def test_the_front_page_lets_one_leave_without_a_trace(server: Server, browser: Browser) -> None:
    context = browser.new_context(viewport=PHONE)
    page = context.new_page()
    context.route(
        "https://www.weather.gov/",
        lambda route: route.fulfill(body="<title>Weather</title>", content_type="text/html"),
    )
    page.goto(f"{server.url}/en/survey")
    with page.expect_navigation(url="https://www.weather.gov/"):
        page.click("[data-exit]")
    assert page.evaluate("history.length") <= 2
    context.close()


def test_all_of_it_by_keyboard_alone(server: Server, browser: Browser) -> None:
    """Tab, arrows, space and Enter reach and send the first pages."""
    context = browser.new_context(viewport=PHONE, java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{server.url}/en/survey")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    _tab_to(page, "adult-1")
    page.keyboard.press("Space")
    _tab_to(page, "city-1")
    page.keyboard.press("Space")
    _enter(page)
    assert at(page) == "near_home"
    _tab_to(page, "safe_by_day-1")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    assert page.is_checked("#safe_by_day-2") or page.is_checked("#safe_by_day-3")
    _enter(page)
    assert at(page) == "around_city"
    context.close()


def _wait_until(holds: Callable[[], bool]) -> None:
    """With JavaScript the screen is cleared first and the draft a moment later."""
    limit = time.monotonic() + 10
    while not holds():
        assert time.monotonic() < limit
        time.sleep(0.05)


def _enter(page: Page) -> None:
    with page.expect_navigation():
        page.keyboard.press("Enter")


def _tab_to(page: Page, control: str) -> None:
    for _step in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.id") == control:
            return
    raise AssertionError(f"Tab does not reach {control}")
