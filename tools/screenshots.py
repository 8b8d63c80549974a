"""Pictures of the product for README and docs, made from a fresh demo city: phone and desk.

    .venv/bin/python tools/screenshots.py [--out docs/pictures] [--instance FOLDER]

Needs Chromium (Debian: apt-get install chromium) and the development requirements.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from city import (
    DESK,
    PHONE,
    ROOT,
    begin_survey,
    begun_session,
    chromium,
    running_city,
    sign_in,
    sign_ins,
)
from playwright.sync_api import Browser, Page

#: What the facilitator has just typed in the picture of the capture screen.
TYPED = "The street light on our corner has been out since spring."


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=ROOT / "docs" / "pictures")
    parser.add_argument("--instance", type=Path, help="use this installation's data")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    instance = options.instance or Path(tempfile.mkdtemp(prefix="city"))
    with running_city(instance) as address, chromium() as browser:
        take_public(browser, address, options.out)
        take_staff(browser, address, instance, options.out)
        take_components(browser, address, instance, options.out)
    return 0


def open_page(browser: Browser, *, dark: bool = False, scripts: bool = True) -> Page:
    context = browser.new_context(
        viewport=PHONE,  # type: ignore[arg-type]
        device_scale_factor=2,
        color_scheme="dark" if dark else "light",
        java_script_enabled=scripts,
    )
    return context.new_page()


def take_public(browser: Browser, address: str, out: Path) -> None:
    for language in ("en", "es", "ar"):
        page = open_page(browser, scripts=False)
        page.goto(f"{address}/{language}/survey")
        page.screenshot(path=out / f"survey-front-{language}.png")
        begin_survey(page, address, language)
        page.screenshot(path=out / f"survey-question-{language}.png")
        page.goto(f"{address}/{language}/results/2025")
        page.screenshot(path=out / f"results-{language}.png")
        page.locator("main img").first.scroll_into_view_if_needed()
        page.wait_for_load_state("networkidle")
        page.screenshot(path=out / f"results-chart-{language}.png")
    page = open_page(browser, dark=True)
    begin_survey(page, address, "en")
    page.screenshot(path=out / "survey-question-dark.png")


def take_staff(browser: Browser, address: str, instance: Path, out: Path) -> None:
    page = open_page(browser)
    sign_in(page, address, *sign_ins(instance)["facilitator"])
    page.goto(f"{address}/en/staff/sessions")
    page.screenshot(path=out / "sessions.png")
    page.goto(f"{address}/en/staff/sessions/{begun_session(instance)}/notes")
    page.locator("textarea").first.fill(TYPED)
    page.screenshot(path=out / "capture.png")


def take_components(browser: Browser, address: str, instance: Path, out: Path) -> None:
    """The page of every component, whole: two directions, light and dark."""
    for language, scheme in (("en", "light"), ("ar", "light"), ("en", "dark")):
        context = browser.new_context(viewport=DESK, color_scheme=scheme)  # type: ignore[arg-type]
        page = context.new_page()
        sign_in(page, address, *sign_ins(instance)["facilitator"])
        page.goto(f"{address}/{language}/staff/components")
        page.screenshot(path=out / f"components-{language}-{scheme}.png", full_page=True)
        page.goto(f"{address}/{language}/")
        page.screenshot(path=out / f"front-door-{language}-{scheme}.png")
        context.close()


if __name__ == "__main__":
    sys.exit(main())
