"""First paint of the front page on a slow phone and a slow line, through Chromium's own throttling.

    .venv/bin/python tools/first_paint.py [--languages en,ar,ru] [--runs 3]

Processor four times slower, 2 s latency, 50 kB/s. One round trip after the connection means: the
request takes one latency (longer where the server is slow), and from then to the first paint passes
less than another, because what else it waited for (a style sheet, a font, a script) would take a
round trip of its own. Chromium may note the first byte before it holds the page back by the latency.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tests.conftest import CHROMIUM, QUIET  # noqa: E402
from tests.journeys.server import running_server  # noqa: E402

LATENCY = 2.0
SPEED = {"downloadThroughput": 50_000, "uploadThroughput": 50_000}
LINE = {"offline": False, "latency": LATENCY * 1000, **SPEED}
TIMES = """() => { const nav = performance.getEntriesByType("navigation")[0];
  const paint = performance.getEntriesByName("first-contentful-paint")[0];
  return [nav.responseStart, paint.startTime].map((at) => (at - nav.requestStart) / 1000) }"""


def measure(browser: Browser, url: str) -> tuple[float, float]:
    """Seconds from the request to the first byte, and to the first paint, of a cold visit."""
    context = browser.new_context(viewport={"width": 360, "height": 740})
    page = context.new_page()
    devtools = context.new_cdp_session(page)
    devtools.send("Network.enable")
    devtools.send("Network.emulateNetworkConditions", LINE)
    devtools.send("Emulation.setCPUThrottlingRate", {"rate": 4})
    page.goto(url, wait_until="load", timeout=120_000)
    page.wait_for_timeout(500)
    first, paint = page.evaluate(TIMES)
    context.close()
    return first, paint


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--languages", default="en,ar,ru")
    parser.add_argument("--runs", type=int, default=3)
    given = parser.parse_args()
    with (
        tempfile.TemporaryDirectory() as folder,
        running_server(Path(folder)) as server,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        for language in given.languages.split(","):
            found = [measure(browser, f"{server.url}/{language}/survey") for _run in range(given.runs)]
            first = statistics.median(one for one, _paint in found)
            paint = statistics.median(paint for _one, paint in found)
            arrived = max(first, LATENCY)
            says = "one round trip" if paint - arrived < LATENCY else "more than one round trip"
            print(f"{language}: first byte {first:.2f} s, first paint {paint:.2f} s: {says}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
