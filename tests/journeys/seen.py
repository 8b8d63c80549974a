"""What must hold on every page a browser shows."""

from __future__ import annotations

from playwright.sync_api import Page

from tests.html import problems


def sound(page: Page, *, language: str, direction: str) -> None:
    """The page is whole and nothing is wrong with it.

    A click ends when the next page begins to arrive; a page half arrived has no main part yet.
    """
    page.wait_for_load_state()
    found = problems(page.content(), language=language, direction=direction)
    assert found == [], f"{page.url}: {found}"
