"""By keyboard alone, with large text, forced colours and no motion; axe on every page of the survey."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from tests.journeys.server import Server

pytestmark = pytest.mark.browser

PHONE = {"width": 360, "height": 740}
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
RULES = {"runOnly": {"type": "tag", "values": TAGS}, "resultTypes": ["violations"]}
WAYS: dict[str, dict[str, Any]] = {
    "light": {"color_scheme": "light"},
    "dark": {"color_scheme": "dark"},
    "forced colours": {"forced_colors": "active"},
    "no motion": {"reduced_motion": "reduce"},
}
#: What is cut off: text that its own box hides, or that lies outside the page.
CUT_OFF = """() => [...document.querySelectorAll("main *, .leave *, .foot *")]
  .filter((item) => !item.closest(".hide, .trap") && item.getClientRects().length)
  .filter((item) => { const box = item.getBoundingClientRect();
    return box.left < -1 || box.right > innerWidth + 1
      || (getComputedStyle(item).overflowX === "hidden" && item.scrollWidth > item.clientWidth + 1) })
  .map((item) => item.outerHTML.slice(0, 120))"""


@contextmanager
def survey(browser: Browser, server: Server, language: str, **way: Any) -> Iterator[Page]:
    context = browser.new_context(viewport=PHONE, **way)  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(f"{server.url}/{language}/survey")
    yield page
    context.close()


def at(page: Page) -> str:
    return page.url.rsplit("/", 1)[1]


def press(page: Page, key: str) -> None:
    with page.expect_navigation():
        page.keyboard.press(key)


def tab_to(page: Page, selector: str) -> None:
    """Tab until the focus is on a control that matches; each stop must be seen."""
    for _stop in range(90):
        page.keyboard.press("Tab")
        where = page.evaluate(
            """(selector) => { const now = document.activeElement, style = getComputedStyle(now);
              return [now.matches(selector), now.tabIndex >= 0 && style.outlineStyle !== "none",
                now.outerHTML.slice(0, 120)] }""",
            selector,
        )
        assert where[1], f"the focus cannot be seen on {where[2]}"
        if where[0]:
            return
    raise AssertionError(f"Tab does not reach {selector} on {page.url}")


@pytest.mark.parametrize("language", ["en", "ar", "zh"])
def test_the_whole_survey_by_keyboard_alone(server: Server, browser: Browser, language: str) -> None:
    assert language in server.languages, "run `make catalogues` first"
    with survey(browser, server, language, java_script_enabled=False) as page:
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.className") == "skip"
        tab_to(page, "#survey button:not([name])")
        press(page, "Enter")
        assert page.evaluate("document.activeElement.id") == "errors", "the summary has the focus"
        tab_to(page, "#errors a")
        page.keyboard.press("Enter")
        assert page.evaluate("document.activeElement.id") == "adult-1", "its link leads to the control"
        page.keyboard.press("Space")
        tab_to(page, "#city-1")
        page.keyboard.press("Space")
        press(page, "Enter")
        while at(page) != "review":
            if at(page) == "near_home":
                tab_to(page, "#safe_by_day-1")
                page.keyboard.press("Space")
                page.keyboard.press("ArrowDown")
                assert page.is_checked("#safe_by_day-2")
            if at(page) == "experience":
                tab_to(page, "textarea")
                page.keyboard.type("a light on our corner")
            before = page.url
            tab_to(page, "#survey button:not([name])")
            press(page, "Enter")
            assert page.url != before
        tab_to(page, "dd a")
        press(page, "Enter")
        assert at(page).startswith("near_home")
        assert page.is_checked("#safe_by_day-2")
        tab_to(page, "#survey button:not([name])")
        press(page, "Enter")
        tab_to(page, "#survey button:not([name])")
        press(page, "Space")
        assert page.get_attribute("body", "data-page") == "thank-you"


@pytest.mark.parametrize(
    # Ways are matters of style sheets, which all languages share; tools/walk.py sees them all in light.
    ("language", "way"),
    [*(("en", way) for way in WAYS), ("ar", "dark"), ("ar", "forced colours"), ("zh", "light")],
)
def test_axe_finds_nothing_on_any_page(
    server: Server, browser: Browser, language: str, way: str
) -> None:
    axe, pages = Axe(), 0
    with survey(browser, server, language, **WAYS[way]) as page:
        while True:
            found = axe.run(page, options=RULES).response["violations"]
            assert [(one["id"], one["nodes"][0]["html"][:150]) for one in found] == [], page.url
            pages += 1
            if page.get_attribute("body", "data-page") == "thank-you":
                break
            if at(page) == "survey":
                page.check("#adult-1")
                page.check("#city-1")
            page.click("#survey button:not([name])")
            page.wait_for_load_state()
    assert pages >= 11


@pytest.mark.parametrize("language", ["en", "ar", "ru"])
def test_text_of_twice_the_size_is_not_cut_off(server: Server, browser: Browser, language: str) -> None:
    with survey(browser, server, language) as page:
        while True:
            page.evaluate("document.documentElement.style.fontSize = '200%'")
            assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"], page.url
            assert page.evaluate(CUT_OFF) == [], page.url
            if page.get_attribute("body", "data-page") == "thank-you":
                break
            if at(page) == "survey":
                page.check("#adult-1")
                page.check("#city-1")
            page.click("#survey button:not([name])")
            page.wait_for_load_state()


def test_nothing_moves_for_those_who_ask_for_it(server: Server, browser: Browser) -> None:
    seconds = "getComputedStyle(document.querySelector('.choice')).transitionDuration"
    with survey(browser, server, "en", reduced_motion="reduce") as page:
        assert page.evaluate(seconds) == "0s"


def test_what_is_ticked_is_seen_in_forced_colours(server: Server, browser: Browser) -> None:
    outline = "getComputedStyle(document.querySelector('#adult-1').parentElement).outlineStyle"
    with survey(browser, server, "en", forced_colors="active") as page:
        assert page.evaluate(outline) == "none"
        page.check("#adult-1")
        assert page.evaluate(outline) == "solid"
