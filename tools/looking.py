"""What every page must hold, checked in a real Chromium: one language on one screen, every door.

A page fails when axe finds a violation of WCAG 2.0, 2.1 or 2.2 (A, AA), when it scrolls sideways, when
`lang` or `dir` is wrong, when a sentence stands there untranslated, when its HTML is invalid, or when
the browser reports an error. `tools/walk.py` runs this in processes side by side.
"""

from __future__ import annotations

import re
import time
from dataclasses import dataclass, field
from functools import cache
from typing import Any
from urllib.parse import urlsplit

from axe_playwright_python.sync_playwright import Axe
from babel.messages.pofile import read_po
from city import DESK, PHONE, ROOT, chromium, go_on
from playwright.sync_api import Browser, BrowserContext, Error, Page
from werkzeug.exceptions import HTTPException
from werkzeug.routing import Map, RequestRedirect

from survey_app.app import create_app
from survey_app.config import Config
from survey_app.i18n import languages
from survey_app.survey.doors import DOORS, Door
from tests.html import problems

SIZES = {"phone": PHONE, "desk": DESK}
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
AXE = {"runOnly": {"type": "tag", "values": TAGS}, "resultTypes": ["violations"]}
OTHER_SCRIPTS = {"ar", "zh", "ko", "ru"}
#: Latin words that stay in every script: names, formats, and what is typed as it stands.
LATIN = re.compile(
    r"(?<![A-Za-z])(MONSE|Safe Streets|House of Ruth(?: Maryland)?|Baltimore Area Survey|"
    r"consent decree|LGBTQ|CSV|"
    r"SVG|PNG|PDF|ZIP|JSON|XLSX|DOCX|QR|API|SHA|UTF|safety survey|"
    r"Enter|Ctrl|Alt|Shift|Esc|Tab|English|Español|Français|Kiswahili|SMS|GPL|CC BY|Johns Hopkins|"
    r"Polis|AAPOR|NCHS|TOTP|UTC|CC0)(?![A-Za-z])"
)
#: The visible words of a page with nearest `lang`, without those marked as being in another language.
WORDS = """language => {
  const found = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const parent = node.parentElement, text = node.textContent.trim();
    const skip = "script,style,noscript,template,code,kbd,bdi,textarea,[translate=no]";
    if (!text || parent.closest(skip)) continue;
    if (parent.closest("[lang]").lang !== language) continue;
    found.push(text.replace(/\\s+/g, " "));
  }
  for (const item of document.querySelectorAll("[alt],[title],[aria-label],[placeholder]"))
    for (const name of ["alt", "title", "aria-label", "placeholder"])
      if (item.getAttribute(name) && item.closest("[lang]").lang === language
          && !item.closest("[translate=no]")) found.push(item.getAttribute(name));
  return found;
}"""


@dataclass(frozen=True)
class Place:
    """An address in English, and whose browser may open it. `first`: looked at; others only read."""

    endpoint: str
    path: str
    who: str
    is_page: bool
    first: bool


@dataclass(frozen=True)
class Errand:
    """What a process is sent out with: `cookies` of everybody, signed in once;
    `codes`: (language, screen) -> a code of the partners' survey."""

    address: str
    instance: str
    places: tuple[Place, ...]
    cookies: dict[str, list[Any]]
    codes: dict[tuple[str, str], str]


@dataclass
class Report:
    """What a process brings back of one language on one screen."""

    language: str
    size: str
    pages: int = 0
    seen: set[str] = field(default_factory=set)
    failed: list[str] = field(default_factory=list)


@cache
def url_map(instance: str) -> Map:
    return create_app(Config.from_environment({"SURVEY_INSTANCE": instance})).url_map


def endpoint_of(instance: str, path: str) -> str | None:
    try:
        return str(url_map(instance).bind("localhost").match(path)[0])
    except (HTTPException, RequestRedirect):
        return None


@cache
def english() -> frozenset[str]:
    """Every sentence of the interface with a blank in it, as written."""
    with (ROOT / "translations" / "interface.pot").open("rb") as file:
        return frozenset(
            text
            for message in read_po(file)
            for text in ([message.id] if isinstance(message.id, str) else message.id)
            if " " in text.strip()
        )


def walk_language(errand: Errand, language: str, size: str) -> Report:
    """Visit every place and take every survey in one language, with a browser of its own."""
    with chromium() as browser:
        walk = Walk(browser, errand, language, size)
        for door in DOORS.values():
            walk.answer(door)
        walk.visit()
        return walk.report


class Walk:
    def __init__(self, browser: Browser, errand: Errand, language: str, size: str) -> None:
        self.browser, self.errand, self.language, self.size = browser, errand, language, size
        self.report = Report(language, size)
        self.axe = Axe()
        self.began = time.monotonic()

    def say(self, line: str) -> None:
        spent = time.monotonic() - self.began
        print(f"{self.language} {self.size} {spent:4.0f} s  {line}", flush=True)

    def fail(self, line: str) -> None:
        self.report.failed.append(f"{self.language} {self.size} {line}")
        self.say(line)

    def open(self, who: str) -> BrowserContext:
        context = self.browser.new_context(
            locale=self.language,
            viewport=SIZES[self.size],  # type: ignore[arg-type]
        )
        context.add_cookies(self.errand.cookies.get(who, []))
        context.set_default_timeout(60_000)
        return context

    def new_page(self, context: BrowserContext) -> Page:
        page = context.new_page()
        page.on("pageerror", lambda error: self.fail(f"script: {error}"))
        return page

    def look(self, page: Page, what: str) -> None:
        """Check the page as it stands in the browser."""
        found = self._flaws(page)
        self.report.pages += 1
        for line in found:
            self.fail(f"{what}: {line}")

    def _flaws(self, page: Page) -> list[str]:
        found = []
        wide, high = page.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")
        if wide > high:
            found.append(f"scrolls sideways: {wide} > {high}")
        html = page.evaluate("() => ['lang', 'dir'].map(n => document.documentElement.getAttribute(n))")
        if html != [self.language, languages()[self.language].direction]:
            found.append(f"lang and dir are {html}")
        for violation in self._violations(page):
            nodes = violation["nodes"]
            found.append(f"axe {violation['id']} ({len(nodes)}): {nodes[0]['html'][:150]}")
        return found + self._untranslated(page)

    def _violations(self, page: Page) -> list[dict[str, Any]]:
        """What axe finds. Raises TimeoutError where a page goes on by itself and takes axe along."""
        page.evaluate(self.axe.axe_script)
        page.evaluate(
            "options => { window.axeFound = null; axe.run(options).then(found => {"
            " window.axeFound = found.violations }) }",
            AXE,
        )
        page.wait_for_function("window.axeFound", timeout=20_000, polling=100)
        found: list[dict[str, Any]] = page.evaluate("window.axeFound")
        return found

    def _untranslated(self, page: Page) -> list[str]:
        if self.language == "en":
            return []
        words: list[str] = page.evaluate(WORDS, self.language)
        found = {text for text in words if text in english()}
        if self.language in OTHER_SCRIPTS:
            found |= {text for text in words if _mostly_latin(LATIN.sub("", text))}
        return [f"untranslated: {text[:90]}" for text in sorted(found)]

    def visit(self) -> None:
        by_who: dict[str, list[Place]] = {}
        for place in self.errand.places:
            by_who.setdefault(place.who, []).append(place)
        done = 0
        for who, places in by_who.items():
            context = self.open(who)
            page = self.new_page(context)
            for place in places:
                self._visit(context, page, place)
                done += 1
                if done % 25 == 0:
                    self.say(f"{done} of {len(self.errand.places)} addresses")
            context.close()

    def _visit(self, context: BrowserContext, page: Page, place: Place) -> None:
        path = re.sub(r"^/en/", f"/{self.language}/", place.path)
        address = self.errand.address + path
        if place.is_page and place.first:
            try:
                answer = page.goto(address, wait_until="load")
            except Error:  # what the page before still had to do came in between
                try:
                    answer = page.goto(address, wait_until="load")
                except Error as error:
                    self.fail(f"{path}: {error.message.splitlines()[0]}")
                    return
        else:
            answer = context.request.get(address)  # type: ignore[assignment]
        if answer is None or answer.status != 200:
            self.fail(f"{path}: status {answer.status if answer else 'none'}")
            return
        if place.is_page:
            direction = languages()[self.language].direction
            try:
                html = answer.text()
            except Error:  # it has gone on by itself meanwhile
                html = context.request.get(address).text()
            for line in problems(html, language=self.language, direction=direction):
                self.fail(f"{path}: {line}")
        if place.is_page and place.first:
            try:
                self.look(page, path)
            except Error:
                self._look_without_scripts(place, path)

    def _look_without_scripts(self, place: Place, path: str) -> None:
        """A page that goes on by itself is looked at as it stands, without the scripts it asks for.

        With scripts switched off as a whole nothing that waits would end, axe among it.
        """
        context = self.browser.new_context(
            locale=self.language,
            viewport=SIZES[self.size],  # type: ignore[arg-type]
            service_workers="block",
        )
        context.route("**/*.js*", lambda route: route.abort())
        context.add_cookies(self.errand.cookies.get(place.who, []))
        page = context.new_page()
        page.goto(self.errand.address + path, wait_until="load")
        try:
            self.look(page, path)
        except Error as error:
            self.fail(f"{path}: could not be looked at: {error}")
        context.close()

    def answer(self, door: Door) -> None:
        """Take the survey behind a door, looking at every page."""
        context = self.open({"kiosk": "kiosk", "interview": "interviewer"}.get(door.name, ""))
        page = self.new_page(context)
        self._begin(page, door)
        if endpoint_of(self.errand.instance, urlsplit(page.url).path) != f"{door.name}.page":
            self.fail(f"{door.path}: the survey does not begin")
            return
        if door.has("resume"):
            # A resident who comes back is led on to where they were.
            page.goto(f"{self.errand.address}/{self.language}/{door.path}/continue")
            self.report.seen.add(f"{door.name}.resume")
        for _ in range(30):
            path = urlsplit(page.url).path
            endpoint = endpoint_of(self.errand.instance, path) or ""
            self.report.seen.add(endpoint)
            self.look(page, path)
            if endpoint == f"{door.name}.thank_you":
                break
            go_on(page)
        else:
            self.fail(f"{door.path}: the survey does not end")
        context.close()

    def _begin(self, page: Page, door: Door) -> None:
        """From the front page to the first question: yes to everything, with a code where needed."""
        page.goto(f"{self.errand.address}/{self.language}/{door.path}")
        for name in page.locator("#survey input[type=radio]").evaluate_all(
            "all => [...new Set(all.map(one => one.name))]"
        ):
            page.locator(f"#survey input[name='{name}']").first.check()
        if door.by_invitation:
            page.locator("#code").fill(self.errand.codes[self.language, self.size])
        go_on(page)


def _mostly_latin(text: str) -> bool:
    """Whether a text in another script is mostly Latin words: a name in a sentence is not."""
    latin = sum(len(word) for word in re.findall(r"[A-Za-z]{3,}", text))
    return latin * 2 > sum(letter.isalpha() for letter in text)
