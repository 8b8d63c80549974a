"""Walk every page of the product: each GET route, each offered language, phone and desk, in Chromium.

    .venv/bin/python tools/walk.py [--instance FOLDER] [--languages en,ar] [--sizes phone]

What a page must hold stands in `tools/looking.py`. A route that nothing here reaches fails as well:
pages are found at every address that needs no more than a language, by following links from there and
from the desk of each role, and by taking the survey behind every door.
"""

from __future__ import annotations

import argparse
import multiprocessing
import re
import sys
import tempfile
import time
from collections import Counter, deque
from concurrent.futures import ProcessPoolExecutor, as_completed
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from city import chromium, running_city, sign_in, sign_ins
from looking import Errand, Place, endpoint_of, url_map, walk_language
from playwright.sync_api import Browser, BrowserContext

from survey_app.accounts.permissions import may
from survey_app.app import create_app
from survey_app.config import Config
from survey_app.db import Database
from survey_app.i18n import offered
from survey_app.invitations.codes import digest_of, make_code
from survey_app.invitations.keys import load_keys
from survey_app.invitations.models import InvitationCase, InvitationCell, InvitationSample
from survey_app.waves.models import Wave
from survey_app.waves.queries import find_open_wave
from survey_app.waves.services import create_wave, open_wave

#: Asked for by programs, or only by people who mistype; each is reached by no link.
EXTRA = ("/static/staff.css", "/en/staff/paper/city-2026/kept/once")
#: They lead to a page in the language of the browser, which is looked at by itself.
LEAD_ON = {"pages.root", "room.enter"}
#: Addresses of one endpoint that are read; the first is looked at in the browser, the rest look alike.
EACH = 2
#: Browsers that are nobody's account.
ANYBODY, KIOSK, HALF = "", "kiosk", "half signed in"


class Preparation:
    """Everybody's browser signed in once, and what must be there before pages can be looked at."""

    def __init__(self, browser: Browser, address: str, instance: Path) -> None:
        self.browser, self.address, self.instance = browser, address, instance
        self.states: dict[str, Any] = {}
        #: pages that stand behind something done first, and are reached by no link afterwards
        self.made: list[str] = []

    def sign_everybody_in(self) -> None:
        for role, known in sign_ins(self.instance).items():
            context = self.browser.new_context()
            sign_in(context.new_page(), self.address, *known)
            self.states[role] = context.storage_state()
            context.close()
        # With a password and no code yet.
        context = self.browser.new_context()
        name, password, _secret = sign_ins(self.instance)["publisher"]
        sign_in(context.new_page(), self.address, name, password)
        self.states[HALF] = context.storage_state()
        context.close()

    def open(self, who: str) -> BrowserContext:
        return self.browser.new_context(locale="en", storage_state=self.states.get(who))

    def make_kiosk(self) -> None:
        """Becoming a kiosk signs the device out: it takes a sign-in of its own."""
        context = self.browser.new_context()
        page = context.new_page()
        sign_in(page, self.address, *sign_ins(self.instance)["facilitator"])
        page.goto(f"{self.address}/en/staff/kiosk")
        with page.expect_navigation():
            page.locator("main form button").last.click()
        self.states[KIOSK] = context.storage_state()
        context.close()

    def open_other_surveys(self) -> dict[str, str]:
        """The pulse and the partners' survey; a partner's code for each language."""
        app = create_app(Config.from_environment({"SURVEY_INSTANCE": str(self.instance)}))
        database: Database = app.extensions["database"]
        with app.app_context(), database.transaction() as session:
            for series in ("pulse", "partners"):
                if find_open_wave(session, series=series) is None:
                    wave = create_wave(session, questionnaire=series, demo=True)
                    open_wave(session, wave, production=False)
            partners = find_open_wave(session, series="partners")
            if partners is None:
                sys.exit("the partners' survey did not open")
            return _invite(session, app.extensions["config"], partners)

    def build_report(self) -> None:
        """A job and a draft edition to look at: an analyst builds a report again."""
        context = self.open("analyst")
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

    def invite_colleague(self) -> None:
        """An invitation to look at: an administrator makes an account."""
        context = self.open("administrator")
        page = context.new_page()
        page.goto(f"{self.address}/en/staff/accounts")
        page.fill("#sign_in_name", f"guest{time.time_ns()}")
        with page.expect_navigation():
            page.locator("form:has(#sign_in_name) button").click()
        self.made.append(urlsplit(page.locator("code").inner_text()).path)
        context.close()

    def find(self) -> list[Place]:
        """Every endpoint that somebody's browser reaches in English, at most EACH addresses of one."""
        found: dict[str, list[Place]] = {}
        bare = [
            rule.rule.replace("<lang>", "en")
            for rule in url_map(str(self.instance)).iter_rules()
            if "GET" in (rule.methods or ()) and set(rule.arguments) <= {"lang"}
        ]
        for who in (ANYBODY, KIOSK, HALF, *sign_ins(self.instance)):
            context = self.open(who)
            queue = deque((*EXTRA, *self.made, *bare))
            seen: set[str] = set(queue)
            asked: Counter[str] = Counter()
            while queue:
                path = queue.popleft()
                endpoint = endpoint_of(str(self.instance), path)
                if endpoint is None or not may(who or None, endpoint):
                    continue
                asked[endpoint] += 1
                if asked[endpoint] > EACH:
                    continue
                answer = context.request.get(self.address + path, max_redirects=5)
                # Pages inside a survey lead back to its front; the survey itself is taken later.
                at = endpoint_of(str(self.instance), urlsplit(answer.url).path)
                if answer.status != 200 or (at != endpoint and endpoint not in LEAD_ON):
                    continue
                is_page = "text/html" in answer.headers.get("content-type", "")
                is_page = is_page and endpoint not in LEAD_ON
                places = found.setdefault(endpoint, [])
                if len(places) < EACH:
                    places.append(Place(endpoint, path, who, is_page, first=not places))
                if not is_page:
                    continue
                for link in re.findall(r'(?:href|src)="(/[^"#?]*)', answer.text()):
                    if link not in seen and not re.match(r"/(?!en/|static/|api/)[a-zA-Z-]{2,6}/", link):
                        seen.add(link)
                        queue.append(link)
            context.close()
        return [place for places in found.values() for place in places]


def _invite(session: Any, config: Config, wave: Wave) -> dict[str, str]:
    keys = load_keys(config)
    if session.get(InvitationSample, wave.id) is None:
        session.add(
            InvitationSample(
                wave_id=wave.id,
                addresses=len(offered()),
                expected_percent=60,
                languages=["en", "es"],
                imported_on=date.today(),
            )
        )
        cell = InvitationCell(
            id=f"walk-{wave.id}"[:32], wave_id=wave.id, stratum="partners", base_weight=1, addresses=9
        )
        session.add(cell)
        session.flush()
        for number in range(1, len(offered()) + 1):
            code = make_code(keys.making, wave.id, number)
            session.add(
                InvitationCase(
                    wave_id=wave.id,
                    number=number,
                    digest=digest_of(keys.finding, wave.id, code),
                    cell_id=cell.id,
                    base_weight=1,
                    batch="1",
                )
            )
    return {
        language: make_code(keys.making, wave.id, number)
        for number, language in enumerate(offered(), start=1)
    }


def prepare(address: str, instance: Path, sizes: tuple[str, ...]) -> Errand:
    with chromium() as browser:
        ready = Preparation(browser, address, instance)
        codes = ready.open_other_surveys()
        ready.sign_everybody_in()
        ready.make_kiosk()
        ready.build_report()
        ready.invite_colleague()
        places = ready.find()
        return Errand(address, str(instance), sizes, tuple(places), ready.states, codes)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--instance", type=Path, help="use this installation's data")
    parser.add_argument("--languages", help="of those offered; all without this")
    parser.add_argument("--sizes", default="phone,desk")
    parser.add_argument("--processes", type=int, default=2)
    options = parser.parse_args()
    instance = options.instance or Path(tempfile.mkdtemp(prefix="city"))
    chosen = options.languages.split(",") if options.languages else list(offered())
    began = time.monotonic()
    pages, failed, seen = 0, [], set()
    with running_city(instance) as address:
        errand = prepare(address, instance, tuple(options.sizes.split(",")))
        seen |= {place.endpoint for place in errand.places}
        print(f"{len(errand.places)} addresses of {len(seen)} routes to look at", flush=True)
        context = multiprocessing.get_context("spawn")
        with ProcessPoolExecutor(options.processes, mp_context=context) as pool:
            running = [pool.submit(walk_language, errand, language) for language in chosen]
            for number, done in enumerate(as_completed(running), start=1):
                report = done.result()
                pages, seen = pages + report.pages, seen | report.seen
                failed += report.failed
                spent = time.monotonic() - began
                print(
                    f"{number} of {len(chosen)} languages, {report.language}: {report.pages} pages, "
                    f"{len(report.failed)} failures, {spent / 60:.0f} minutes so far",
                    flush=True,
                )
    rules = {
        rule.endpoint for rule in url_map(str(instance)).iter_rules() if "GET" in (rule.methods or ())
    }
    failed += [f"no page of {endpoint} was visited" for endpoint in sorted(rules - seen)]
    for line in failed:
        print(line)
    print(
        f"{pages} pages, {len(rules & seen)} routes, {len(chosen)} languages in "
        f"{time.monotonic() - began:.0f} s: {len(failed)} failures"
    )
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
