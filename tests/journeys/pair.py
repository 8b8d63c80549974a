"""Two note-takers in two browsers at one session of the real server, for a journey and for a tool."""

from __future__ import annotations

import random
import time

from playwright.sync_api import Browser, Page, expect

from tests.journeys.notebook import open_notes, painted
from tests.journeys.server import Server
from tests.survey_app.community.note_takers import every_wording, on_server

#: The cards of a page as they are shown: id to words, without what is taken out.
SHOWN = """() => Object.fromEntries([...document.querySelectorAll('.note-card')]
  .filter((card) => !card.hidden && card.querySelector('[data-body]'))
  .map((card) => [card.id.slice(2), card.querySelector('[data-body]').textContent]))"""
QUIET = "() => !document.querySelector('.note-card.waiting')"


class Pair:
    """Two open capture screens of one session, and all that was typed in them."""

    def __init__(self, server: Server, browser: Browser, name: str, password: str, seed: int) -> None:
        self.server = server
        self.chance = random.Random(seed)
        contexts = [browser.new_context(viewport={"width": 1280, "height": 800}) for _ in range(2)]
        self.pages = [context.new_page() for context in contexts]
        open_notes(self.pages[0], server, name, password=password)
        self.session_id = self.pages[0].url.split("/sessions/")[1].split("/")[0]
        contexts[1].add_cookies(contexts[0].cookies())
        self.pages[1].goto(self.pages[0].url)
        expect(self.pages[1].locator("#keys:not([hidden])")).to_have_count(1)
        self.typed: set[str] = set()

    def play(self, steps: int) -> None:
        """Type and edit in turn; each device loses the network now and then."""
        for _ in range(steps):
            page = self.chance.choice(self.pages)
            if self.chance.random() < 0.3:
                page.context.set_offline(self.chance.random() < 0.5)
            body = f"word {self.chance.randrange(10**9)}"
            cards = page.locator(".note-card:not([hidden]) [data-edit]")
            if self.chance.random() < 0.55 and cards.count():
                self._edit(page, self.chance.randrange(cards.count()), body)
            else:
                page.locator("#note-body").focus()
                page.keyboard.type(body)
                page.keyboard.press("Enter")
            self.typed.add(body)

    def _edit(self, page: Page, number: int, body: str) -> None:
        card = page.locator(".note-card:not([hidden])").filter(has=page.locator("[data-edit]"))
        card.nth(number).locator("[data-edit]").click()
        field = page.locator("form.inline textarea[name=body]")
        field.fill(body)
        field.press("Enter")
        expect(page.locator("form.inline")).to_have_count(0)

    def come_together(self) -> None:
        """Both have the network again; waits until both screens and the server say the same.

        Raises AssertionError when they do not within a minute, or when something typed is nowhere.
        """
        for page in self.pages:
            page.context.set_offline(False)
        for page in self.pages:
            painted(page)
            page.wait_for_function(QUIET, timeout=60_000)
        limit = time.monotonic() + 60
        while time.monotonic() < limit:
            server = on_server(self.server.database, self.session_id)
            screens = [page.evaluate(SHOWN) for page in self.pages]
            if all(screen == server for screen in screens):
                break
            self.pages[0].wait_for_timeout(300)
        assert screens == [server, server]
        lost = self.typed - every_wording(self.server.database, self.session_id)
        assert not lost, f"typed and nowhere: {lost}"

    def close(self) -> None:
        for page in self.pages:
            page.context.close()
