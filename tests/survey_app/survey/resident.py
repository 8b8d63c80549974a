"""A resident with a browser that knows forms and cookies: reads a page, ticks, sends."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, field

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.html import problems

_RADIO = re.compile(r'<input type="(?:radio|checkbox)" name="([^"]+)" id="[^"]+" value="([^"]+)"')
_TICKED = re.compile(
    r'<input type="(?:radio|checkbox)" name="([^"]+)" id="[^"]+" value="([^"]+)" checked'
)


@dataclass
class Resident:
    """`page` is the HTML shown now, `url` where it is."""

    client: FlaskClient
    language: str = "en"
    url: str = ""
    page: str = ""
    status: int = 0
    visited: list[str] = field(default_factory=list)

    def open(self, url: str) -> str:
        return self._follow(self.client.get(url), url)

    def send(self, **given: object) -> str:
        """Send the page's form; redirects are followed as a browser does."""
        return self._follow(self.client.post(self.url, data=given), self.url)

    def begin(self) -> str:
        self.open(f"/{self.language}/survey")
        return self.send(adult="1", city="1")

    def answer_all(self, answers: dict[str, object], *, until: str = "review") -> str:
        """Answer what is in `answers`, skip the rest, up to a page."""
        while not self.url.endswith(until):
            before = self.url
            self.send(**{name: answers[name] for name in self.names() if name in answers})
            assert self.url != before, self.page
        return self.page

    def names(self) -> set[str]:
        """Names of the controls on the page."""
        return set(re.findall(r' name="([^"]+)"', self.page))

    def offered(self, name: str) -> list[str]:
        return [value for found, value in _RADIO.findall(self.page) if found == name]

    def ticked(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for name, value in _TICKED.findall(self.page):
            found.setdefault(name, []).append(value)
        return found

    @property
    def text(self) -> str:
        """What the page says, without tags."""
        body = re.sub(r"<(style|script).*?</\1>", "", self.page, flags=re.S)
        return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", body)))

    @property
    def title(self) -> str:
        return html.unescape(self.page.split("<title>")[1].split("</title>")[0])

    def _follow(self, answer: TestResponse, url: str) -> str:
        for _hop in range(5):
            if answer.status_code not in {302, 303}:
                break
            url = answer.headers["Location"]
            answer = self.client.get(url)
        self.url, self.page, self.status = url, answer.get_data(as_text=True), answer.status_code
        self.visited.append(url)
        assert problems(self.page) == [], url
        return self.page
