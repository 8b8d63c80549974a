"""What must be there before every page can be looked at: people signed in, work begun, files made.

Each is done through the pages, as its people do it; only codes for a partners' survey, which are shown
to nobody twice, are made in the database.
"""

from __future__ import annotations

import secrets
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from itertools import product
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from city import begun_session, sign_in, sign_ins
from looking import SIZES
from playwright.sync_api import Browser, BrowserContext, Page
from sqlalchemy import func, select

from survey_app.app import create_app
from survey_app.config import Config
from survey_app.db import Database
from survey_app.i18n import offered
from survey_app.invitations.codes import digest_of, make_code
from survey_app.invitations.keys import load_keys
from survey_app.invitations.models import InvitationCase, InvitationCell, InvitationSample
from survey_app.jobs import count_live
from survey_app.waves.models import Wave
from survey_app.waves.queries import find_open_wave
from survey_app.waves.services import create_wave, open_wave

#: Browsers that are nobody's account.
ANYBODY, KIOSK, HALF = "", "kiosk", "half signed in"
#: Seconds that jobs may take: drawing the reports of the demonstration as PDF.
PATIENCE = 1200
#: A page of notes to bring in, as a colleague might paste it.
PASTED = "The lamps on the corner are out again.\n\nMore for young people to do after school.\n"


class Preparation:
    """Everybody's browser signed in once, and the work of an installation begun."""

    def __init__(self, browser: Browser, address: str, instance: Path) -> None:
        self.browser, self.address, self.instance = browser, address, instance
        self.cookies: dict[str, list[Any]] = {}
        #: where to look first, and pages that stand behind something done first
        self.made: list[str] = []
        self.codes: dict[tuple[str, str], str] = {}
        app = create_app(Config.from_environment({"SURVEY_INSTANCE": str(instance)}))
        self.config: Config = app.extensions["config"]
        self.database: Database = app.extensions["database"]

    def all(self) -> None:
        self.open_other_surveys()
        self.sign_everybody_in()
        self.make_kiosk()
        self.invite_colleague()
        self.go_on_with_a_session()
        self.leave_a_remark()
        self.begin_jobs()
        self.wait_for_jobs()

    def open(self, who: str) -> BrowserContext:
        context = self.browser.new_context(locale="en")
        context.add_cookies(self.cookies.get(who, []))
        return context

    @contextmanager
    def page(self, who: str, path: str) -> Iterator[Page]:
        context = self.open(who)
        page = context.new_page()
        page.goto(f"{self.address}/en/{path}")
        yield page
        context.close()

    def open_other_surveys(self) -> None:
        """The pulse and the partners' survey; a partner's code for each language and screen."""
        with self.database.transaction() as session:
            for series in ("pulse", "partners"):
                if find_open_wave(session, series=series) is None:
                    wave = create_wave(session, questionnaire=series, demo=True)
                    open_wave(session, wave, production=False)
            partners = find_open_wave(session, series="partners")
            if partners is None:
                sys.exit("the partners' survey did not open")
            self.codes = _invite(session, self.config, partners)

    def sign_everybody_in(self) -> None:
        for role, known in sign_ins(self.instance).items():
            context = self.browser.new_context()
            sign_in(context.new_page(), self.address, *known)
            self.cookies[role] = context.cookies()
            context.close()
        # With a password and no code yet.
        context = self.browser.new_context()
        name, password, _secret = sign_ins(self.instance)["publisher"]
        sign_in(context.new_page(), self.address, name, password)
        self.cookies[HALF] = context.cookies()
        context.close()

    def make_kiosk(self) -> None:
        """Becoming a kiosk signs the device out: it takes a sign-in of its own."""
        context = self.browser.new_context()
        page = context.new_page()
        sign_in(page, self.address, *sign_ins(self.instance)["facilitator"])
        page.goto(f"{self.address}/en/staff/kiosk")
        _send(page, "main form button")
        self.cookies[KIOSK] = context.cookies()
        context.close()

    def invite_colleague(self) -> None:
        """An invitation to look at: an administrator makes an account."""
        with self.page("administrator", "staff/accounts") as page:
            page.fill("#sign_in_name", f"guest{time.time_ns()}")
            _send(page, "form:has(#sign_in_name) button")
            self.made.append(urlsplit(page.locator("code").inner_text()).path)

    def go_on_with_a_session(self) -> None:
        """The session being written up: its room opened to residents, and a page of notes brought."""
        at = f"staff/sessions/{begun_session(self.instance)}"
        self.made.append(f"/en/{at}")
        with self.page("facilitator", f"{at}/room") as page:
            if page.locator("form[action$='/room/open'] button").count():
                _send(page, "form[action$='/room/open'] button")
            code = urlsplit(page.locator("a[href$='/wall']").get_attribute("href") or "").path.split(
                "/"
            )
            self.made += [f"/r/{code[3]}", f"/en/room/{code[3]}", f"/en/room/{code[3]}/wall"]
        with self.page("facilitator", f"{at}/imports") as page:
            page.fill("#page", PASTED)
            _send(page, "form:has(#page) button")
        self.made.append(f"/en/{at}/notes/changes")

    def leave_a_remark(self) -> None:
        with self.page("partner", "staff/remarks") as page:
            page.fill("#body", "Say in the first question which streets are meant.")
            _send(page, "form:has(#body) button")

    def begin_jobs(self) -> None:
        """A report built again, letters and paper questionnaires laid out."""
        with self.database.session(read_only=True) as session:
            # The partners' sample is small: the city's 7,560 letters take a quarter of an hour.
            slugs = {
                w.series: w.slug
                for name in ("city", "partners")
                if (w := find_open_wave(session, series=name))
            }
        letters = f"staff/invitations/{slugs['partners']}/letters"
        with self.page("administrator", letters) as page:
            _send(page, "main form button")
        self.made.append(f"/en/{letters}")
        with self.page("interviewer", f"staff/paper/{slugs['city']}") as page:
            _send(page, "form[action*='/staff/paper/'] button")
        with self.page("analyst", "staff/reports") as page:
            form = page.locator("form", has=page.locator("input[name='year']")).last
            if form.locator("textarea").count():
                form.locator("textarea").fill("A figure was rounded wrongly.")
            with page.expect_navigation():
                form.locator("button").click()
            self.made.append(urlsplit(page.url).path)

    def wait_for_jobs(self) -> None:
        deadline, told = time.monotonic() + PATIENCE, 0
        while time.monotonic() < deadline:
            with self.database.session(read_only=True) as session:
                live = count_live(session)
            if not live:
                return
            if live != told:
                print(f"waiting for {live} jobs", flush=True)
                told = live
            time.sleep(2)
        sys.exit(f"jobs did not end within {PATIENCE} s")


def _send(page: Page, button: str) -> None:
    with page.expect_navigation():
        page.locator(button).last.click()


def _invite(session: Any, config: Config, wave: Wave) -> dict[tuple[str, str], str]:
    """A fresh code for each language and screen: one that was used opens no second survey."""
    keys = load_keys(config)
    if session.get(InvitationSample, wave.id) is None:
        session.add(
            InvitationSample(
                wave_id=wave.id,
                addresses=99,
                expected_percent=60,
                languages=["en", "es"],
                imported_on=date.today(),
            )
        )
    cell = InvitationCell(
        id=secrets.token_hex(16), wave_id=wave.id, stratum="partners", base_weight=1, addresses=99
    )
    session.add(cell)
    session.flush()
    last = session.scalar(
        select(func.max(InvitationCase.number)).where(InvitationCase.wave_id == wave.id)
    )
    codes = {}
    for number, partner in enumerate(product(offered(), SIZES), start=(last or 0) + 1):
        codes[partner] = make_code(keys.making, wave.id, number)
        session.add(
            InvitationCase(
                wave_id=wave.id,
                number=number,
                digest=digest_of(keys.finding, wave.id, codes[partner]),
                cell_id=cell.id,
                base_weight=1,
                batch="1",
            )
        )
    return codes
