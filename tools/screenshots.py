"""Pictures of the product for README and docs, made from a fresh demo city at 360x740.

    .venv/bin/python tools/screenshots.py [--out docs/pictures] [--instance FOLDER]

Needs Chromium (Debian: apt-get install chromium) and the development requirements.
"""

from __future__ import annotations

import argparse
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

PHONE = {"width": 360, "height": 740}
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running_city(instance: Path) -> Iterator[str]:
    """`make run` on this folder's data; yields the address."""
    port = free_port()
    environment = {**os.environ, "SURVEY_INSTANCE": str(instance), "PORT": str(port)}
    server = subprocess.Popen([sys.executable, "-m", "survey_app.serve"], cwd=ROOT, env=environment)
    address = f"http://127.0.0.1:{port}"
    try:
        deadline = time.monotonic() + 600
        while time.monotonic() < deadline:
            try:
                with urllib.request.urlopen(f"{address}/healthz", timeout=5):  # noqa: S310
                    break
            except (urllib.error.URLError, OSError):
                if server.poll() is not None:
                    sys.exit("the city did not start")
                time.sleep(0.3)
        yield address
    finally:
        server.terminate()
        server.wait(timeout=40)


def open_page(browser: Browser, *, dark: bool = False, scripts: bool = True) -> Page:
    context = browser.new_context(
        viewport=PHONE,
        device_scale_factor=2,
        color_scheme="dark" if dark else "light",
        java_script_enabled=scripts,
    )
    return context.new_page()


def first_question(page: Page, address: str, language: str) -> None:
    """From the front page to the first question, as a resident without JavaScript."""
    page.goto(f"{address}/{language}/survey")
    for name in ("adult", "city"):
        page.locator(f"#survey input[name='{name}']").first.check()
    page.locator("#survey button:not([name])").first.click()
    page.wait_for_load_state()


def sign_in(page: Page, address: str, name: str, password: str) -> None:
    page.goto(f"{address}/en/staff/sign-in")
    page.fill("#sign_in_name", name)
    page.fill("#password", password)
    page.click("main button")
    page.wait_for_load_state()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=ROOT / "docs" / "pictures")
    parser.add_argument("--instance", type=Path, help="use this installation's data")
    options = parser.parse_args()
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        sys.exit("Chromium is not installed here (Debian: apt-get install chromium)")
    options.out.mkdir(parents=True, exist_ok=True)
    instance = options.instance or Path(tempfile.mkdtemp(prefix="city"))
    with running_city(instance) as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        take(browser, address, instance, options.out)
        browser.close()
    return 0


def take(browser: Browser, address: str, instance: Path, out: Path) -> None:
    from survey_app.config import Config
    from survey_app.demo.sign_ins import read_sign_ins

    for language in ("en", "es", "ar"):
        page = open_page(browser, scripts=False)
        page.goto(f"{address}/{language}/survey")
        page.screenshot(path=out / f"survey-front-{language}.png")
        first_question(page, address, language)
        page.screenshot(path=out / f"survey-question-{language}.png")
        page.goto(f"{address}/{language}/results/2025")
        page.screenshot(path=out / f"results-{language}.png")
    page = open_page(browser, dark=True)
    first_question(page, address, "en")
    page.screenshot(path=out / "survey-question-dark.png")
    config = Config.from_environment({"SURVEY_INSTANCE": str(instance)})
    sign_ins = {role: (name, password) for name, role, password in read_sign_ins(config)}
    page = open_page(browser)
    sign_in(page, address, *sign_ins["facilitator"])
    page.goto(f"{address}/en/staff/sessions")
    page.screenshot(path=out / "sessions.png")


if __name__ == "__main__":
    sys.exit(main())
