"""The browser finds exactly what the server finds: every line of both sheets, and lines made worse."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Route

from survey_app.pii.rules import find, mask
from survey_app.security import POLICY
from tests.shared import ROOT

from .sheet import Line, read

pytestmark = pytest.mark.browser

LINES = read("lines.toml") + read("unseen.toml")
ADDRESS = "http://pii.test/"
PAGE = (
    '<!doctype html><html lang="en"><title>Lines</title>'
    '<script src="pii-rules.js"></script><script src="pii.js"></script>'
)


def serve(route: Route) -> None:
    """The two scripts as they are, under the policy of the product; nothing else is answered."""
    name = route.request.url.removeprefix(ADDRESS)
    if name == "":
        route.fulfill(body=PAGE, content_type="text/html", headers={"Content-Security-Policy": POLICY})
    elif name in {"pii.js", "pii-rules.js"}:
        route.fulfill(path=ROOT / "static" / name, content_type="text/javascript")
    else:
        route.fulfill(status=404)


@pytest.fixture(scope="module")
def page(browser: Browser) -> Iterator[Page]:
    page = browser.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda message: complaints.append(message.text))
    page.route("**/*", serve)
    page.goto(ADDRESS)
    # The icon that a browser asks for by itself is not ours to serve here.
    assert not [text for text in complaints if "404" not in text], complaints
    yield page
    page.close()


def in_browser(page: Page, lines: list[tuple[str, str | None]]) -> list[list[dict[str, Any]]]:
    found: list[list[dict[str, Any]]] = page.evaluate(
        "lines => lines.map(([text, language]) => window.pii.find(text, language))",
        [list(line) for line in lines],
    )
    return found


def on_server(lines: list[tuple[str, str | None]]) -> list[list[dict[str, Any]]]:
    return [
        [
            {"start": f.start, "end": f.end, "kind": f.kind, "rule": f.rule, "why": f.why}
            for f in find(text, language)
        ]
        for text, language in lines
    ]


def compare(page: Page, lines: list[tuple[str, str | None]]) -> None:
    there, here = in_browser(page, lines), on_server(lines)
    differing = [
        (line, browser, server)
        for line, browser, server in zip(lines, there, here, strict=True)
        if browser != server
    ]
    assert not differing, f"{len(differing)} of {len(lines)} lines differ, first {differing[0]}"


def test_both_agree_on_every_line(page: Page) -> None:
    compare(page, [(line.text, line.language) for line in LINES])


def test_both_agree_when_the_language_is_not_known(page: Page) -> None:
    compare(page, [(line.text, None) for line in LINES])


def worsened(line: Line, chance: random.Random) -> str:
    """What hurried typing, other keyboards and pasting do to a line; also characters beyond 16 bits."""
    text = list(line.text)
    for _ in range(chance.randint(1, 4)):
        place = chance.randrange(len(text))
        match chance.randrange(6):
            case 0:
                text.insert(place, chance.choice("🙂𝟜  \u200b\u202f—’«»\n\tİıſKß٣３é́"))
            case 1:
                text[place] = text[place].upper()
            case 2:
                text[place] = text[place].lower()
            case 3:
                del text[place]
                text = text or ["-"]
            case 4:
                text[place:place] = text[max(0, place - 12) : place]
            case _:
                text = [*text, " ", *chance.choice(LINES).text]
    return "".join(text)


def test_both_agree_on_worsened_lines(page: Page) -> None:
    chance = random.Random(20261124)
    lines: list[tuple[str, str | None]] = []
    for _ in range(4):
        lines += [(worsened(line, chance), line.language) for line in LINES]
    compare(page, lines)


def test_both_mask_alike(page: Page) -> None:
    lines = [(f"🙂 {line.text}", line.language) for line in LINES]
    masked = page.evaluate(
        "lines => lines.map(([text, spoken]) => window.pii.mask(text, window.pii.find(text, spoken)))",
        [list(line) for line in lines],
    )
    assert masked == [mask(text, find(text, language)) for text, language in lines]
