"""Walk every page of the product: each GET route, each offered language, phone and desk, in Chromium.

    .venv/bin/python tools/walk.py [--instance FOLDER] [--languages en,ar] [--sizes phone]

A page fails when axe finds a violation of WCAG 2.0, 2.1 or 2.2 (A, AA), when it scrolls sideways, when
`lang` or `dir` is wrong, when a sentence stands there untranslated, when its HTML is invalid, or when
the browser reports an error. A route that nothing here reaches fails as well: pages are found by
following links from the front door and from the desk of each role, by taking the survey, and EXTRA.
"""

from __future__ import annotations

import argparse
import re
import sys
import tempfile
import time
from collections import Counter, deque
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from axe_playwright_python.sync_playwright import Axe
from babel.messages.pofile import read_po
from city import DESK, PHONE, ROOT, begin_survey, chromium, go_on, running_city, sign_in, sign_ins
from playwright.sync_api import Browser, BrowserContext, Page
from werkzeug.exceptions import HTTPException
from werkzeug.routing import MapAdapter, RequestRedirect

from survey_app.accounts.permissions import may
from survey_app.app import create_app
from survey_app.config import Config
from survey_app.i18n import languages, offered
from tests.html import problems

#: Reached by no link: asked for by programs, or only by people who mistype.
EXTRA = (
    "/",
    "/healthz",
    "/robots.txt",
    "/api/v1/indicators.json",
    "/api/v1/indicators.csv",
    "/api/v1/openapi.json",
    "/static/staff.css",
    "/en/staff/sign-in",
    "/en/survey/not-eligible",
    "/en/survey/kept",
    "/en/survey/erased",
    "/en/survey/thank-you",
    "/en/survey/code-used",
    "/en/survey/forgotten",
    "/en/survey/waiting",
    "/en/survey/worker.js",
    "/en/survey/pack",
    "/en/survey/device",
    "/en/gift-card",
    "/en/gift-card/asked",
)
#: Pages of one endpoint that are looked at; the rest look alike.
EACH = 2
SIZES = {"phone": PHONE, "desk": DESK}
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
AXE = {"runOnly": {"type": "tag", "values": TAGS}, "resultTypes": ["violations"]}
OTHER_SCRIPTS = {"ar", "zh", "ko", "ru"}
#: Latin words that stay in every script: names, formats, and what is typed as it stands.
LATIN = re.compile(
    r"(?<![A-Za-z])(MONSE|Safe Streets|House of Ruth|Baltimore Area Survey|consent decree|LGBTQ|CSV|"
    r"SVG|PNG|PDF|ZIP|JSON|XLSX|DOCX|QR|API|"
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
    """An address without its language, and who may open it."""

    endpoint: str
    path: str
    role: str | None
    is_page: bool


class Walk:
    def __init__(self, browser: Browser, address: str, instance: Path) -> None:
        self.browser, self.address, self.instance = browser, address, instance
        app = create_app(Config.from_environment({"SURVEY_INSTANCE": str(instance)}))
        self.rules = {
            rule.endpoint for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ())
        }
        self.urls: MapAdapter = app.url_map.bind("localhost")
        self.axe = Axe()
        self.failed: list[str] = []
        self.pages = 0
        #: pages that stand behind something done first, and are reached by no link afterwards
        self.made: list[str] = []
        with (ROOT / "translations" / "interface.pot").open("rb") as file:
            self.english = {
                text
                for message in read_po(file)
                for text in ([message.id] if isinstance(message.id, str) else message.id)
                if " " in text.strip()
            }

    # -- finding the pages ---------------------------------------------------------------------

    def find(self) -> list[Place]:
        """Every endpoint that links reach in English, at most EACH pages of one, by a role that may."""
        found: dict[str, list[Place]] = {}
        for role in (None, *sign_ins(self.instance)):
            context = self.open("en", PHONE, role)
            queue = deque((*EXTRA, *self.made, "/en/") if role is None else ("/en/staff/",))
            seen: set[str] = set(queue)
            asked: Counter[str] = Counter()
            while queue:
                path = queue.popleft()
                endpoint = self.endpoint(path)
                if endpoint is None or not may(role, endpoint):
                    continue
                asked[endpoint] += 1
                if asked[endpoint] > EACH:
                    continue
                answer = context.request.get(self.address + path, max_redirects=5)
                if answer.status != 200:
                    # Pages inside a survey lead back to its front; the survey itself is walked below.
                    continue
                if self.endpoint(urlsplit(answer.url).path) != endpoint and endpoint != "pages.root":
                    continue
                is_page = "text/html" in answer.headers.get("content-type", "")
                # The root leads to the language of the browser: that page is looked at by itself.
                is_page = is_page and endpoint != "pages.root"
                places = found.setdefault(endpoint, [])
                if len(places) < EACH:
                    places.append(Place(endpoint, path, role, is_page))
                if not is_page:
                    continue
                for link in re.findall(r'(?:href|src)="(/[^"#?]*)', answer.text()):
                    if link not in seen and not re.match(r"/(?!en/|static/|api/)[a-z]{2}/", link):
                        seen.add(link)
                        queue.append(link)
            context.close()
        return [place for places in found.values() for place in places]

    def build_report(self) -> None:
        """A job and a draft edition to look at: an analyst builds a report again."""
        context = self.open("en", PHONE, "analyst")
        page = context.new_page()
        page.goto(f"{self.address}/en/staff/reports")
        form = page.locator("form", has=page.locator("input[name='year']")).last
        if form.locator("textarea").count():
            form.locator("textarea").fill("A figure was rounded wrongly.")
        with page.expect_navigation():
            form.locator("button").click()
        deadline = time.monotonic() + 300
        while page.locator("progress").count() and time.monotonic() < deadline:
            time.sleep(1)
            page.reload()
        context.close()

    def invite(self) -> None:
        """An invitation to look at: an administrator makes an account."""
        context = self.open("en", PHONE, "administrator")
        page = context.new_page()
        page.goto(f"{self.address}/en/staff/accounts")
        page.fill("#sign_in_name", f"guest{time.time_ns()}")
        with page.expect_navigation():
            page.locator("form:has(#sign_in_name) button").click()
        self.look(page, "the invitation", "en")
        self.made.append(urlsplit(page.locator("code").inner_text()).path)
        context.close()

    def second_step(self, language: str, size: str) -> set[str]:
        """Look at the page that asks for a code; which endpoint that is."""
        context = self.open(language, SIZES[size], None)
        page = context.new_page()
        name, password, _secret = sign_ins(self.instance)["publisher"]
        sign_in(page, self.address, name, password)
        page.goto(f"{self.address}/{language}/staff/sign-in/code")
        self.look(page, f"{size} second step", language)
        context.close()
        return {"accounts.give_code"}

    def endpoint(self, path: str) -> str | None:
        try:
            return str(self.urls.match(path)[0])
        except (HTTPException, RequestRedirect):
            return None

    def open(self, language: str, size: dict[str, int], role: str | None) -> BrowserContext:
        context = self.browser.new_context(viewport=size, locale=language)  # type: ignore[arg-type]
        if role is not None:
            page = context.new_page()
            sign_in(page, self.address, *sign_ins(self.instance)[role])
            page.close()
        return context

    # -- looking at them -----------------------------------------------------------------------

    def look(self, page: Page, what: str, language: str) -> None:
        """Check the page as it stands in the browser."""
        self.pages += 1
        found: list[str] = []
        wide, high = page.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")
        if wide > high:
            found.append(f"scrolls sideways: {wide} > {high}")
        direction = languages()[language].direction
        html = page.evaluate("() => ['lang', 'dir'].map(n => document.documentElement.getAttribute(n))")
        if html != [language, direction]:
            found.append(f"lang and dir are {html}")
        result: dict[str, Any] = self.axe.run(page, options=AXE).response
        for violation in result["violations"]:
            nodes = violation["nodes"]
            found.append(f"axe {violation['id']} ({len(nodes)}): {nodes[0]['html'][:150]}")
        found += self.untranslated(page, language)
        for line in found:
            self.failed.append(f"{what}: {line}")
            print(f"  {what}: {line}", flush=True)

    def untranslated(self, page: Page, language: str) -> list[str]:
        if language == "en":
            return []
        words: list[str] = page.evaluate(WORDS, language)
        found = {text for text in words if text in self.english}
        if language in OTHER_SCRIPTS:
            found |= {text for text in words if _mostly_latin(LATIN.sub("", text))}
        return [f"untranslated: {text[:90]}" for text in sorted(found)]

    def visit(self, places: list[Place], language: str, size: str) -> None:
        by_role: dict[str | None, list[Place]] = {}
        for place in places:
            by_role.setdefault(place.role, []).append(place)
        for role, those in by_role.items():
            context = self.open(language, SIZES[size], role)
            page = context.new_page()
            page.on("pageerror", lambda error: self.failed.append(f"script: {error}"))
            for place in those:
                path = re.sub(r"^/en/", f"/{language}/", place.path)
                what = f"{size} {path}"
                asked = context.request.get(self.address + path)
                if asked.status != 200:
                    self.failed.append(f"{what}: status {asked.status}")
                elif place.is_page:
                    page.goto(self.address + path, wait_until="load")
                    direction = languages()[language].direction
                    invalid = problems(asked.text(), language=language, direction=direction)
                    self.failed += [f"{what}: {line}" for line in invalid]
                    self.look(page, what, language)
            context.close()

    def answer(self, language: str, size: str) -> set[str]:
        """Take the survey, looking at every page; which endpoints were seen."""
        context = self.open(language, SIZES[size], None)
        page = context.new_page()
        begin_survey(page, self.address, language)
        # A resident who comes back is led on to where they were.
        page.goto(f"{self.address}/{language}/survey/continue")
        seen = {"survey.resume"}
        for _ in range(30):
            path = urlsplit(page.url).path
            seen.add(self.endpoint(path) or "")
            self.look(page, f"{size} {path}", language)
            if page.locator("body[data-page='thank-you']").count():
                break
            go_on(page)
        else:
            self.failed.append(f"{size} {language}: the survey does not end")
        context.close()
        return seen


def _mostly_latin(text: str) -> bool:
    """Whether a text in another script is mostly Latin words: a name in a sentence is not."""
    latin = sum(len(word) for word in re.findall(r"[A-Za-z]{3,}", text))
    return latin * 2 > sum(letter.isalpha() for letter in text)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--instance", type=Path, help="use this installation's data")
    parser.add_argument("--languages", help="of those offered; all without this")
    parser.add_argument("--sizes", default="phone,desk")
    options = parser.parse_args()
    instance = options.instance or Path(tempfile.mkdtemp(prefix="city"))
    chosen = options.languages.split(",") if options.languages else list(offered())
    began = time.monotonic()
    with running_city(instance) as address, chromium() as browser:
        walk = Walk(browser, address, instance)
        walk.build_report()
        walk.invite()
        places = walk.find()
        seen = {place.endpoint for place in places}
        for size in options.sizes.split(","):
            for language in chosen:
                print(f"{size} {language} ...", flush=True)
                seen |= walk.answer(language, size)
                seen |= walk.second_step(language, size)
                walk.visit(places, language, size)
    unvisited = sorted(walk.rules - seen)
    walk.failed += [f"no page of {endpoint} was visited" for endpoint in unvisited]
    for line in walk.failed:
        print(line)
    print(
        f"{walk.pages} pages, {len(seen)} routes, {len(chosen)} languages in "
        f"{time.monotonic() - began:.0f} s: {len(walk.failed)} failures"
    )
    return 1 if walk.failed else 0


if __name__ == "__main__":
    sys.exit(main())
