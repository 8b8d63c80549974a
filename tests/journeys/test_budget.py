"""What the first page costs a resident: bytes on the wire and requests, in the worst language."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

from survey_app.i18n import offered
from tests.journeys.phone import Phone
from tests.journeys.server import Server

pytestmark = pytest.mark.browser

MOST_BYTES = 14_600
MOST_REQUESTS = 3
MOST_LATER = 6_000


def cost(browser: Browser, url: str) -> tuple[int, int]:
    """Bytes received (headers and bodies, redirects too) and requests of a cold visit."""
    context = browser.new_context(viewport={"width": 360, "height": 740})
    page = context.new_page()
    devtools = context.new_cdp_session(page)
    devtools.send("Network.enable")
    received: dict[str, int] = {}
    redirected: list[int] = []
    devtools.on(
        "Network.requestWillBeSent",
        lambda event: (
            redirected.append(event["redirectResponse"]["encodedDataLength"])
            if "redirectResponse" in event
            else None
        ),
    )
    devtools.on(
        "Network.loadingFinished",
        lambda event: received.update({event["requestId"]: int(event["encodedDataLength"])}),
    )
    page.goto(url, wait_until="networkidle")
    context.close()
    return sum(received.values()) + sum(redirected), len(received) + len(redirected)


@pytest.mark.parametrize("language", list(offered()))
def test_the_first_page_fits_one_round_trip(server: Server, browser: Browser, language: str) -> None:
    size, requests = cost(browser, f"{server.url}/{language}/survey")
    print(f"first page, {language}: {size} bytes in {requests} requests")
    assert 1_000 < size <= MOST_BYTES
    assert 1 <= requests <= MOST_REQUESTS


@pytest.mark.parametrize("language", list(offered()))
def test_later_pages_are_lighter_still(server: Server, language: str) -> None:
    """Headers and compressed body of every page but the list of neighborhoods, as sent."""
    phone = Phone(server, headers={"Accept-Encoding": "gzip, deflate, br"})
    path, sizes = phone.begin(language), {}
    while not path.endswith("review"):
        sizes[path.rsplit("/", 1)[1]] = phone.weigh(path)
        path = phone.send(path)
    sizes["review"] = phone.weigh(path)
    area = sizes.pop("area")
    print(f"later pages, {language}: heaviest {max(sizes.values())} bytes, neighborhoods {area}")
    assert len(sizes) > 5
    assert max(sizes.values()) <= MOST_LATER
    assert area <= MOST_BYTES
