"""A phone that loses its signal: the survey goes on, waits, is sent once, and leaves nothing behind."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, BrowserContext, Page
from sqlalchemy import func, select

from survey_app.survey.models import Draft, SealedAnswer
from tests.journeys.cutting import Line, cutting_line
from tests.journeys.seen import sound
from tests.journeys.server import Server

pytestmark = pytest.mark.browser
PHONE = {"width": 360, "height": 740}
WHAT_IS_LEFT = """async () => [
  await caches.keys(), (await indexedDB.databases()).map((one) => one.name),
  (await navigator.serviceWorker.getRegistrations()).length,
  localStorage.length, sessionStorage.length]"""

KEPT = "async (name) => Boolean(((await store.read('survey')) || { answers: {} }).answers[name])"


@dataclass
class Carried:
    """A phone whose survey the worker answers, and its line to the server."""

    server: Server
    line: Line
    context: BrowserContext
    page: Page

    def go_on(self) -> None:
        with self.page.expect_navigation():
            self.page.click("#survey button:not([name])")

    def at(self) -> str:
        return self.page.url.split("#")[0].rsplit("/", 1)[1]

    def begin(self) -> None:
        self.page.check("#adult-1")
        self.page.check("#city-1")
        self.go_on()

    def to_review(self) -> None:
        while self.at() != "review":
            before = self.page.url
            self.go_on()
            assert self.page.url != before

    def count(self, table: type) -> int:
        with self.server.database.session(read_only=True) as session:
            return session.scalar(select(func.count()).select_from(table)) or 0


@contextmanager
def carried(server: Server, browser: Browser, language: str = "en") -> Iterator[Carried]:
    with cutting_line(server.address) as line:
        context = browser.new_context(viewport=PHONE, locale=language)  # type: ignore[arg-type]
        page = context.new_page()
        page.goto(f"{line.url}/{language}/survey")
        wait_until(lambda: bool(page.evaluate("!!navigator.serviceWorker.controller")))
        yield Carried(server, line, context, page)
        context.close()


def wait_until(holds: Callable[[], bool]) -> None:
    limit = time.monotonic() + 20
    while not holds():
        assert time.monotonic() < limit
        time.sleep(0.05)


@pytest.fixture
def phone(server: Server, browser: Browser) -> Iterator[Carried]:
    with carried(server, browser) as found:
        yield found


@pytest.mark.parametrize("language", ["en", "ar"])
def test_a_whole_survey_without_signal_is_sent_when_it_returns(
    server: Server, browser: Browser, language: str
) -> None:
    with carried(server, browser, language) as phone:
        page, before = phone.page, phone.count(SealedAnswer)
        phone.line.set("cut")
        phone.begin()
        while phone.at() != "review":
            sound(page, language=language, direction="rtl" if language == "ar" else "ltr")
            if phone.at() == "near_home":
                page.check("#safe_by_day-2")
                page.reload()
                assert page.is_checked("#safe_by_day-2"), "kept as it was given"
            if phone.at() == "city_work":
                page.check("#violence_workers_aware-1")
            if phone.at() == "experience":
                assert page.locator("#violence_workers_trust-1").count(), "asked because of the answer"
                assert not page.locator("#plan_going-1").count()
                page.fill("#own_words-text", "a <b>light</b> & more")
            if phone.at() == "your_home" and not page.locator("#errors").count():
                page.fill("#adults_in_household-number", "77")
                phone.go_on()
                assert page.evaluate("document.activeElement.id") == "errors"
                assert page.input_value("#adults_in_household-number") == "77"
                page.fill("#adults_in_household-number", "2")
            if phone.at() == "area":
                page.select_option("#area-name", "Barre Circle")
            if phone.at() == "area_district":
                page.check("#area_district-9")
            phone.go_on()
        assert page.locator(".written").inner_text() == "a <b>light</b> & more"
        assert page.locator("dd span:not(.hide)").count() >= 5
        phone.go_on()
        assert phone.at() == "waiting"
        assert page.locator("body").get_attribute("data-page") == "waiting"
        assert phone.count(SealedAnswer) == before
        page.reload()
        assert phone.at() == "waiting"
        phone.line.set("open")
        page.wait_for_url("**/thank-you", timeout=20_000)
        assert phone.count(SealedAnswer) == before + 1


def test_a_finished_survey_leaves_nothing_on_a_shared_phone(phone: Carried) -> None:
    phone.begin()
    phone.page.check("#safe_by_day-1")
    phone.to_review()
    drafts = phone.count(Draft)
    phone.go_on()
    assert phone.page.get_attribute("body", "data-page") == "thank-you"
    wait_until(lambda: phone.page.evaluate(WHAT_IS_LEFT) == [[], [], 0, 0, 0])
    assert phone.context.cookies() == []
    assert phone.count(Draft) == drafts - 1
    phone.page.go_back()
    assert not phone.page.locator("dd").count()


def test_what_the_phone_holds_reaches_the_server_page_by_page(phone: Carried) -> None:
    drafts = phone.count(Draft)
    phone.begin()
    wait_until(lambda: phone.count(Draft) == drafts + 1)
    wait_until(lambda: phone.context.cookies() != [])
    phone.page.check("#safe_by_day-3")
    phone.go_on()
    time.sleep(0.5)
    other = phone.context.browser.new_context(viewport=PHONE, java_script_enabled=False)  # type: ignore
    other.add_cookies(phone.context.cookies())  # type: ignore[arg-type]
    page = other.new_page()
    page.goto(f"{phone.line.url}/en/survey/near_home")
    assert page.is_checked("#safe_by_day-3"), "the server has what was given on the phone"
    other.close()


def test_a_reply_lost_after_the_commit_is_asked_for_again_and_counts_once(phone: Carried) -> None:
    before = phone.count(SealedAnswer)
    phone.begin()
    phone.to_review()
    phone.line.set("deaf")
    phone.go_on()
    assert phone.at() == "waiting", "without the server's word nothing is said to be sent"
    wait_until(lambda: phone.count(SealedAnswer) == before + 1)
    phone.line.set("open")
    phone.page.wait_for_url("**/thank-you", timeout=20_000)
    assert phone.count(SealedAnswer) == before + 1


def test_a_form_of_another_site_changes_nothing_on_the_phone(phone: Carried) -> None:
    """The worker answers in the server's place, so what the server refuses must not stop at it."""
    phone.begin()
    name, value = phone.page.evaluate(
        "() => { const { name, value } = document.querySelector('#survey input[type=radio]');"
        " return [name, value]; }"
    )
    attacker = phone.context.new_page()
    attacker.set_content(
        f'<form method="post" action="{phone.page.url}"><input name="{name}" value="{value}"></form>'
    )
    with attacker.expect_navigation() as went:
        attacker.evaluate("document.forms[0].submit()")
    assert went.value.status == 403
    assert not phone.page.evaluate(KEPT, name)


def test_two_tabs_send_one_survey(phone: Carried) -> None:
    before = phone.count(SealedAnswer)
    phone.begin()
    phone.to_review()
    second = phone.context.new_page()
    second.goto(f"{phone.line.url}/en/survey/review")
    second.click("#survey button:not([name])", no_wait_after=True)
    phone.page.click("#survey button:not([name])", no_wait_after=True)
    for page in (second, phone.page):
        page.wait_for_url("**/thank-you", timeout=20_000)
    assert phone.count(SealedAnswer) == before + 1


def test_leaving_at_once_without_signal_erases_here_now_and_there_later(phone: Carried) -> None:
    drafts = phone.count(Draft)
    phone.begin()
    phone.page.check("#safe_by_day-4")
    wait_until(lambda: phone.count(Draft) == drafts + 1)
    phone.context.route(
        "https://www.weather.gov/", lambda route: route.fulfill(body="<title>Weather</title>")
    )
    phone.line.set("cut")
    phone.context.set_offline(True)
    phone.page.click("[data-exit]", no_wait_after=True)
    phone.page.wait_for_url("https://www.weather.gov/", timeout=20_000)
    phone.context.set_offline(False)
    phone.line.set("open")
    phone.page.goto(f"{phone.line.url}/en/survey/near_home")
    assert not phone.page.locator("#safe_by_day-4:checked").count()
    wait_until(lambda: phone.count(Draft) == drafts)


def test_a_survey_begun_before_the_worker_came_goes_on_without_signal(
    server: Server, browser: Browser
) -> None:
    with cutting_line(server.address) as line:
        context = browser.new_context(viewport=PHONE)  # type: ignore[arg-type]
        page = context.new_page()
        page.goto(f"{line.url}/en/survey")
        phone = Carried(server, line, context, page)
        phone.begin()
        page.check("#safe_by_day-2")
        wait_until(lambda: bool(page.evaluate("!!navigator.serviceWorker.controller")))
        wait_until(lambda: bool(page.evaluate("store.read('survey')")))
        line.set("cut")
        phone.go_on()
        assert phone.at() == "around_city"
        page.go_back()
        assert page.is_checked("#safe_by_day-2")
        context.close()


def test_another_language_takes_the_answers_along(phone: Carried) -> None:
    phone.begin()
    phone.page.check("#safe_by_day-3")
    with phone.page.expect_navigation():
        phone.page.click("button[name=language][value=es]")
    assert phone.page.url.endswith("/es/survey/near_home")
    assert phone.page.get_attribute("html", "lang") == "es"
    assert phone.page.is_checked("#safe_by_day-3")
    phone.page.go_back()
    phone.line.set("cut")
    with phone.page.expect_navigation():
        phone.page.click("button[name=language][value=ru]")
    assert phone.page.url.endswith("/en/survey/near_home#no-signal")
    assert phone.page.is_visible("#no-signal")


def test_a_survey_that_closed_meanwhile_is_told(phone: Carried) -> None:
    phone.begin()
    phone.to_review()
    phone.line.set("cut")
    phone.go_on()
    assert phone.at() == "waiting"
    phone.page.evaluate("store.change('survey', (kept) => ({ ...kept, wave: 'another' }))")
    phone.line.set("open")
    wait_until(lambda: phone.page.is_visible("#closed"))
    assert not phone.page.is_visible("#not-yet")
    wait_until(lambda: phone.page.evaluate("store.read('survey')") is None)
