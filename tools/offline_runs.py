"""Residents on a line that is cut: how often is a survey counted, and is what they are told true?

    .venv/bin/python tools/offline_runs.py [--runs 200] [--first 0] [--show]

Each run is a phone of its own (a real Chromium) that takes the survey through a proxy
(tests/journeys/cutting.py) to a real server. Its number is its seed. Odd runs lose the reply to the
sending: the server has committed, the phone does not know. Even runs are cut at random moments,
several times. In both, pages are reloaded, "Send" is pressed twice, a second tab sends as well, and
one phone in eight has no worker yet when it starts. The words that a run writes in its own words tell
it from all others: sealed answers are opened afterwards, with the release key, and counted.

Wrong would be: a survey that was confirmed (the page with data-page="thank-you") and is not there, or
is there twice; and a page that says "sent" while the server does not have it. Exits with 1 then.
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import sys
import tempfile
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Error, Page, sync_playwright
from sqlalchemy import select

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from survey_app.survey.keys import load_private_key  # noqa: E402
from survey_app.survey.models import SealedAnswer  # noqa: E402
from survey_app.survey.sealing import unseal  # noqa: E402
from tests.conftest import CHROMIUM, QUIET  # noqa: E402
from tests.journeys.cutting import Line, cutting_line  # noqa: E402
from tests.journeys.server import Server, running_server  # noqa: E402

PHONE = {"width": 360, "height": 740}
LONGEST = 120


@dataclass
class Run:
    """One phone. `announced`: a page said "sent"; `early`: and the server did not have it then."""

    number: int
    kind: str
    announced: bool = False
    early: bool = False
    gone: bool = False
    counted: int = 0
    lost: int = 0
    seconds: float = 0.0
    events: Counter[str] = field(default_factory=Counter)

    @property
    def words(self) -> str:
        return f"words of run {self.number:05d}"

    @property
    def wrong(self) -> bool:
        return self.early or self.counted > 1 or (self.announced and self.counted != 1)


def counted(server: Server, words: str) -> int:
    """How many sealed answers hold these words."""
    key = load_private_key(server.app.extensions["config"])
    with server.database.session(read_only=True) as session:
        bodies = [
            json.loads(unseal(key, row.ciphertext)) for row in session.scalars(select(SealedAnswer))
        ]
    return sum(words in body["texts"].values() for body in bodies)


class Phone:
    def __init__(self, server: Server, line: Line, context: BrowserContext, run: Run) -> None:
        self.server, self.line, self.context, self.run = server, line, context, run
        self.chance = random.Random(run.number)
        self.page = context.new_page()
        self.sent_once = False

    def go(self) -> None:
        self.try_(lambda: self.page.goto(f"{self.line.url}/en/survey", timeout=15_000))
        if self.chance.random() < 7 / 8:
            self.wait_for_worker()
        else:
            self.run.events["no worker at first"] += 1
        limit = time.monotonic() + LONGEST
        while time.monotonic() < limit and not self.run.announced and not self.run.gone:
            self.step()
        self.line.set("open")

    def wait_for_worker(self) -> None:
        limit = time.monotonic() + 15
        while time.monotonic() < limit:
            if self.try_(lambda: self.page.evaluate("!!navigator.serviceWorker.controller")):
                return
            time.sleep(0.1)

    def try_(self, action):  # type: ignore[no-untyped-def]
        """A page may go away at any moment here: then the next step looks again."""
        try:
            return action()
        except Error:
            return None

    def step(self) -> None:
        """Look at the page and do what a resident would do; sometimes the line is cut meanwhile."""
        pages = [page for page in self.context.pages if "/survey" in page.url]
        for page in pages:
            # By the address: on a busy machine asking the page itself may take too long.
            if page.url.endswith(("/thank-you", "/code-used")):
                self.run.announced = True
                self.run.early = counted(self.server, self.run.words) != 1
                return
        page = self.page
        if self.run.kind == "random" and self.chance.random() < 0.3:
            self.cut_soon()
        if self.chance.random() < 0.08:
            self.run.events["reload"] += 1
            self.try_(lambda: page.reload(timeout=5_000))
        if not self.try_(lambda: page.locator("h1").count()):
            # The browser's own page for a dead line: a resident tries again.
            time.sleep(0.3)
            self.try_(lambda: page.goto(f"{self.line.url}/en/survey/continue", timeout=5_000))
            return
        at = page.url.split("#")[0].rsplit("/", 1)[1]
        if at == "waiting":
            self.run.events["told: not sent yet"] += 1
            if self.chance.random() < 0.3:
                self.press(page, "main form:first-of-type button")
            else:
                time.sleep(self.chance.uniform(0.2, 1.0))
            return
        if at == "survey":
            self.try_(lambda: page.check("#adult-1", timeout=1_000))
            self.try_(lambda: page.check("#city-1", timeout=1_000))
        if at == "experience":
            self.try_(lambda: page.fill("textarea", self.run.words, timeout=1_000))
            if self.try_(lambda: page.input_value("textarea", timeout=1_000)) != self.run.words:
                # On a busy machine the page was not ready; sent without its words it is not found.
                self.run.events["words not written yet"] += 1
                return
        if at == "review":
            self.send(page)
        elif page.locator("#survey button:not([name])").count() > 0:
            self.press(page, "#survey button:not([name])")
        elif self.sent_once and "No unfinished survey" in (self.try_(page.title) or ""):
            # Told that nothing unfinished is here, and that a survey that was sent counts. Not "sent".
            self.run.gone = True
        elif not self.sent_once:  # who has sent a survey does not begin another one
            self.try_(lambda: page.goto(f"{self.line.url}/en/survey", timeout=5_000))

    def send(self, page: Page) -> None:
        self.sent_once = True
        if self.run.kind == "reply lost":
            self.line.set("deaf")
            self.later(self.chance.uniform(0.5, 4), "open")
        if self.chance.random() < 0.3:
            self.run.events["second tab"] += 1
            other = self.context.new_page()
            self.try_(lambda: other.goto(f"{self.line.url}/en/survey/review", timeout=3_000))
            self.try_(
                lambda: other.click("#survey button:not([name])", timeout=1_000, no_wait_after=True)
            )
        if self.chance.random() < 0.4:
            self.run.events["double tap"] += 1
            self.try_(lambda: page.dblclick("#survey button:not([name])", timeout=1_000))
        self.press(page, "#survey button:not([name])")

    def press(self, page: Page, selector: str) -> None:
        def pressed() -> None:
            with page.expect_navigation(timeout=4_000):
                page.locator(selector).first.click(timeout=1_000, no_wait_after=True)

        self.try_(pressed)

    def cut_soon(self) -> None:
        """Cut within the next moments, in the middle of whatever happens then, and come back later."""
        self.run.events["cut"] += 1
        first = self.chance.uniform(0, 0.4)
        self.later(first, self.chance.choice(["cut", "cut", "deaf"]))
        self.later(first + self.chance.uniform(0.1, 3), "open")

    def later(self, seconds: float, state: str) -> None:
        timer = threading.Timer(seconds, self.line.set, (state,))
        timer.daemon = True
        timer.start()


def take(browser: Browser, server: Server, number: int) -> Run:
    run = Run(number, "reply lost" if number % 2 else "random")
    begun = time.monotonic()
    with cutting_line(server.address) as line:
        context = browser.new_context(viewport=PHONE, locale="en")  # type: ignore[arg-type]
        Phone(server, line, context, run).go()
        run.lost = line.lost
        context.close()
    run.seconds = time.monotonic() - begun
    run.counted = counted(server, run.words)
    return run


def report(runs: list[Run]) -> None:
    print("\n| | reply lost | random cuts | all |\n|---|---|---|---|")
    groups = [[one for one in runs if one.kind == kind] for kind in ("reply lost", "random")] + [runs]

    def row(title: str, figures: list[object]) -> None:
        print(f"| {title} | " + " | ".join(str(figure) for figure in figures) + " |")

    row("runs", [len(group) for group in groups])
    row("said to be sent", [sum(one.announced for one in group) for group in groups])
    row(
        "of these counted once",
        [sum(one.announced and one.counted == 1 for one in group) for group in groups],
    )
    row("counted twice", [sum(one.counted > 1 for one in group) for group in groups])
    row("said to be sent before it was", [sum(one.early for one in group) for group in groups])
    row(
        "counted, the resident told only that nothing unfinished is left",
        [sum(one.gone and one.counted == 1 for one in group) for group in groups],
    )
    row(
        "not sent at the end, and not said to be",
        [sum(not one.announced and one.counted == 0 for one in group) for group in groups],
    )
    row("replies lost on the line", [sum(one.lost for one in group) for group in groups])
    for event in (
        "cut",
        "reload",
        "double tap",
        "second tab",
        "told: not sent yet",
        "no worker at first",
    ):
        row(event, [sum(one.events[event] for one in group) for group in groups])
    row(
        "median seconds",
        [f"{statistics.median([one.seconds for one in group] or [0]):.1f}" for group in groups],
    )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=200)
    parser.add_argument("--first", type=int, default=0, help="seed of the first run")
    parser.add_argument("--show", action="store_true", help="a line for each run")
    given = parser.parse_args()
    runs = []
    with (
        tempfile.TemporaryDirectory() as folder,
        running_server(Path(folder)) as server,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        for number in range(given.first, given.first + given.runs):
            runs.append(take(browser, server, number))
            last = runs[-1]
            if given.show or last.wrong:
                print(f"{'WRONG ' if last.wrong else ''}{last}", flush=True)
            elif len(runs) % 10 == 0:
                print(f"{len(runs)} of {given.runs} runs", flush=True)
    report(runs)
    return 1 if any(one.wrong for one in runs) else 0


if __name__ == "__main__":
    sys.exit(main())
