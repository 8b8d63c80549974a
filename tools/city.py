"""A demonstration city running as `make run` starts it, for the programs here that look at pages."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pyotp
from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tests.conftest import CHROMIUM, QUIET  # noqa: E402

PHONE = {"width": 360, "height": 740}
DESK = {"width": 1280, "height": 900}


@contextmanager
def running_city(instance: Path) -> Iterator[str]:
    """`make run` on this folder's data; yields the address."""
    port = _free_port()
    environment = {**os.environ, "SURVEY_INSTANCE": str(instance), "PORT": str(port)}
    server = subprocess.Popen([sys.executable, "-m", "survey_app.serve"], cwd=ROOT, env=environment)
    address = f"http://127.0.0.1:{port}"
    try:
        deadline = time.monotonic() + 900
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


@contextmanager
def chromium() -> Iterator[Browser]:
    """Debian's Chromium, driven by Playwright."""
    if not CHROMIUM.exists():
        sys.exit("Chromium is not installed here (Debian: apt-get install chromium)")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=QUIET)
        yield browser
        browser.close()


def sign_ins(instance: Path) -> dict[str, tuple[str, str, str]]:
    """Role -> sign-in name, password, secret of the second factor, as this folder keeps them."""
    from survey_app.config import Config
    from survey_app.demo.sign_ins import read_sign_ins

    config = Config.from_environment({"SURVEY_INSTANCE": str(instance)})
    return {role: (name, password, secret) for name, role, password, secret in read_sign_ins(config)}


def begun_session(instance: Path) -> str:
    """The id of the session being written up: opened, and not finalised yet."""
    from sqlalchemy import select

    from survey_app.community.models import DRAFT, CommunitySession
    from survey_app.config import Config
    from survey_app.db import Database

    config = Config.from_environment({"SURVEY_INSTANCE": str(instance)})
    begun = select(CommunitySession.id).where(
        CommunitySession.state == DRAFT, CommunitySession.opening_read_on.is_not(None)
    )
    with Database(config.database_url).session(read_only=True) as session:
        found = session.scalars(begun).first()
    return found or sys.exit("no session is being written up in this city")


def sign_in(page: Page, address: str, name: str, password: str, secret: str = "") -> None:
    """Through the pages, with the second step where the account has one."""
    page.goto(f"{address}/en/staff/sign-in")
    page.fill("#sign_in_name", name)
    page.fill("#password", password)
    with page.expect_navigation():
        page.click("main button")
    if secret:
        page.fill("#code", pyotp.TOTP(secret).now())
        with page.expect_navigation():
            page.click("main form:has(#code) button")


def begin_survey(page: Page, address: str, language: str) -> None:
    """From the front page to the first question, as an adult of the city."""
    page.goto(f"{address}/{language}/survey")
    for name in ("adult", "city"):
        page.locator(f"#survey input[name='{name}']").first.check()
    go_on(page)


def go_on(page: Page) -> None:
    """Send the page of the survey and wait for the next."""
    with page.expect_navigation():
        page.locator("#survey button:not([name])").first.click()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
