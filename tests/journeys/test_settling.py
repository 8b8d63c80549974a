"""Two people read a draw blind; a third settles where they differ, on a phone and at a desk."""

from __future__ import annotations

import secrets
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from survey_app.accounts.services import create_account
from survey_app.community.models import Comment
from survey_app.community.theme_work import services
from survey_app.community.theme_work.collections import find_collection
from survey_app.community.theme_work.queries import list_drawn
from survey_app.i18n import languages
from tests.journeys.seen import sound
from tests.journeys.server import Server
from tests.survey_app.community.theme_work.conftest import fill

pytestmark = pytest.mark.browser

SEEN = {"phone": ({"width": 360, "height": 740}, "ar"), "desk": ({"width": 1280, "height": 900}, "en")}
SIZE = 30


def read_by_two(server: Server) -> tuple[str, str, str]:
    """A draw that two people read alike but for one comment: its id, that comment, and its words."""
    fill(server.app)
    with server.app.app_context(), server.database.transaction() as session:
        readers = [account(session, "facilitator")[0] for _reader in range(2)]
        draw = services.create_draw(
            session, collection=find_collection(session, "2026"), size=SIZE, actor=readers[0]
        )
        drawn = [one.comment_id for one in list_drawn(session, draw.id)]
        for number, reader in enumerate(readers):
            services.join_draw(session, draw.id, reader)
            for comment in drawn:
                other = number == 1 and comment == drawn[0]
                codes = {"reentry" if other else "gun_violence"}
                services.code_blind(session, draw.id, comment, codes, account=reader)
        return draw.id, drawn[0], session.get_one(Comment, drawn[0]).body


def account(session: Any, role: str) -> tuple[Any, str]:
    name = f"{role}-{secrets.token_hex(6)}"
    made = create_account(
        session, sign_in_name=name, display_name=role.title(), role=role, password=name
    )
    return made, name


def signed_in(browser: Browser, server: Server, role: str, seen: str) -> tuple[Page, str]:
    """A page of a new account of this role, and the language it is looked at in."""
    with server.app.app_context(), server.database.transaction() as session:
        _made, name = account(session, role)
    size, language = SEEN[seen]
    page = browser.new_context(viewport=size).new_page()  # type: ignore[arg-type]
    page.goto(f"{server.url}/{language}/staff/sign-in")
    page.fill("#sign_in_name", name)
    page.fill("#password", name)
    with page.expect_navigation():
        page.locator("main button").click()
    return page, language


def look(page: Page, language: str) -> None:
    sound(page, language=language, direction=languages()[language].direction)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), page.url


@pytest.mark.parametrize("seen", SEEN)
def test_a_difference_is_settled_and_what_stands_is_shown(
    browser: Browser, server: Server, seen: str
) -> None:
    draw, comment, words = read_by_two(server)
    page, language = signed_in(browser, server, "analyst", seen)
    page.goto(f"{server.url}/{language}/staff/themes/draws/{draw}")
    look(page, language)
    page.locator(f"a[href$='{draw}/disagreements']").first.click()
    look(page, language)
    cards = page.locator(".note-card")
    expect(cards).to_have_count(1)
    expect(cards.locator(".words").first).to_have_text(words)
    expect(cards.locator(".sides > div")).to_have_count(2)  # only A, only B
    cards.locator(f"a[href$='{comment}']").click()
    look(page, language)

    # Nothing ticked is no decision.
    ticked = [box.input_value() for box in page.locator("input[name=theme]:checked").all()]
    assert set(ticked) == {"gun_violence", "reentry"}
    for code in ticked:
        page.locator(f"label:has(input[value={code}])").click()
    page.locator("[data-save]").click()
    look(page, language)
    expect(page.get_by_role("alert")).to_be_visible()
    page.locator("label:has(input[value=reentry])").click()
    page.locator("[data-save]").click()
    look(page, language)
    expect(page.locator(".note-card .tag.good")).to_have_count(1)
    page.locator(f".note-card a[href$='{comment}']").click()
    look(page, language)
    expect(page.locator("input[name=theme]:checked")).to_have_value("reentry")
    page.context.close()
