"""A partner leaves a remark on a draft, staff answer it, and the partner reads the answer."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, expect

from tests.journeys.server import Server
from tests.journeys.test_settling import SEEN, look, signed_in

pytestmark = pytest.mark.browser

SAID = {"en": "Say it shorter: people read this on a bus.", "ar": "كلمة «المنطقة» غير واضحة هنا."}
ANSWERED = "Shorter now, in every language."


@pytest.mark.parametrize("seen", SEEN)
def test_a_remark_is_answered_and_its_partner_sees_it(
    browser: Browser, server: Server, seen: str
) -> None:
    partner, language = signed_in(browser, server, "partner", seen)
    partner.goto(f"{server.url}/{language}/staff/remarks")
    look(partner, language)
    partner.locator("main ul a[href*='/instrument/']").first.click()
    look(partner, language)
    partner.locator("main a[href*='place=']").nth(1).click()
    look(partner, language)
    assert partner.input_value("#place") != ""
    partner.fill("#body", SAID[language])
    partner.locator("main form button").click()
    look(partner, language)
    expect(partner.locator(".written")).to_have_text(SAID[language])
    expect(partner.locator(".tag.wait")).to_be_visible()
    expect(partner.locator("#answer")).to_have_count(0)
    address = partner.url.split("#")[0]

    staff, _language = signed_in(browser, server, "analyst", seen)
    staff.goto(f"{server.url}/{language}/staff/remarks")
    look(staff, language)
    staff.get_by_role("link", name=SAID[language]).click()
    look(staff, language)
    staff.evaluate("document.querySelector('#answer').removeAttribute('maxlength')")
    staff.fill("#answer", "x" * 5000)
    staff.locator("main form button").click()
    look(staff, language)
    assert len(staff.input_value("#answer")) == 5000, "what was typed is not lost with the error"
    staff.fill("#answer", ANSWERED)
    staff.locator("main form button").click()
    look(staff, language)

    partner.goto(address)
    look(partner, language)
    expect(partner.locator(".written").nth(1)).to_have_text(ANSWERED)
    expect(partner.locator(".tag.wait")).to_have_count(0)
    partner.goto(f"{server.url}/{language}/staff/remarks")
    expect(partner.locator("tr", has_text=SAID[language]).locator(".tag.good")).to_be_visible()
    for page in (partner, staff):
        page.context.close()
