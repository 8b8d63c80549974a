"""A resident's phone at the level of HTTP: one connection, one cookie, forms sent as browsers do."""

from __future__ import annotations

import http.client
import json
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from tests.journeys.server import Server


class Phone:
    """`key` is the value of the draft's cookie; it stays known here after the server took it."""

    def __init__(
        self, server: Server, *, source: str = "127.0.0.1", headers: Mapping[str, str] | None = None
    ) -> None:
        self._connection = http.client.HTTPConnection(*server.address, source_address=(source, 0))
        self._headers = {
            **(headers or {}),
            "Content-Type": "application/x-www-form-urlencoded",
            "Origin": server.url,
        }
        self.key = ""

    def keep(self, key: str) -> None:
        """Use this cookie from now on."""
        self.key = key
        self._headers["Cookie"] = f"survey={key}"

    def get(self, path: str) -> tuple[int, bytes]:
        self._connection.request("GET", path, headers=self._headers)
        answer = self._connection.getresponse()
        return answer.status, answer.read()

    def weigh(self, path: str) -> int:
        """Bytes on the wire of a page: status line, headers and body as it was sent."""
        self._connection.request("GET", path, headers=self._headers)
        answer = self._connection.getresponse()
        assert answer.status == 200, (path, answer.status)
        headers = sum(len(name) + len(value) + 4 for name, value in answer.getheaders())
        return len("HTTP/1.1 200 OK\r\n\r\n") + headers + len(answer.read())

    def send(self, path: str, given: Mapping[str, str] | None = None) -> str:
        """Send a form; the address the answer leads to."""
        self._connection.request("POST", path, urlencode(given or {}), self._headers)
        answer = self._connection.getresponse()
        body = answer.read()
        assert answer.status == 303, (path, answer.status, body[-500:])
        return answer.headers["Location"] or ""

    def tell(self, path: str, given: Mapping[str, str]) -> dict[str, Any]:
        """Send what a worker sends; what the server says to it."""
        self._connection.request("POST", path, urlencode(given), self._headers)
        answer = self._connection.getresponse()
        body = answer.read()
        assert answer.status == 200, (path, answer.status, body[-500:])
        told: dict[str, Any] = json.loads(body)
        return told

    def send_and_lose(self, path: str) -> None:
        """Send a form and hang up before the answer comes."""
        self._connection.request("POST", path, "", self._headers)
        self._connection.close()

    def begin(self, language: str = "en", *, code: str = "") -> str:
        """Answer the first two questions, with the code from a letter; the first page's address."""
        given = {"adult": "1", "city": "1", "code": code}
        self._connection.request("POST", f"/{language}/survey", urlencode(given), self._headers)
        answer = self._connection.getresponse()
        answer.read()
        found = re.match(r"survey=([^;]+)", answer.headers["Set-Cookie"])
        assert found
        self.keep(found.group(1))
        return answer.headers["Location"] or ""

    def answer_all(self, given: Mapping[str, Mapping[str, str]], *, look: bool = False) -> int:
        """From the front page to the review; `given` has the answers by page. Number of requests."""
        path = self.begin()
        requests = 1
        while not path.endswith("review"):
            if look:
                self.get(path)
            path = self.send(path, given.get(path.rsplit("/", 1)[1]))
            requests += 2 if look else 1
        return requests
