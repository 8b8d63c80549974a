"""A connection that speaks as little HTTP as a survey needs, for thousands of residents at once.

Tools that put load on a server share the machine with it: this costs about a tenth of what a
full client does. It keeps the connection and one cookie, follows no redirect, and unpacks nothing.
"""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from urllib.parse import urlencode

#: Seconds without a word after which a connection is not used again; the server closes it after five.
KEPT = 4.0


@dataclass(frozen=True, slots=True)
class Reply:
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def location(self) -> str:
        return self.headers.get("location", "")


class Connection:
    """`source`: the address it comes from (all of 127.0.0.0/8 is this machine)."""

    def __init__(self, address: tuple[str, int], *, source: str, headers: dict[str, str]) -> None:
        self._address, self._source = address, source
        self._common = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        self._host = f"{address[0]}:{address[1]}"
        self.cookie = ""
        self._used = 0.0
        self._reader: asyncio.StreamReader | None = None
        self._writer: asyncio.StreamWriter | None = None

    async def ask(
        self, method: str, path: str, form: dict[str, str] | list[tuple[str, str]] | None = None
    ) -> Reply:
        """One request and its reply. Raises OSError or EOFError when the line fails."""
        body = urlencode(form or {}).encode()
        head = f"{method} {path} HTTP/1.1\r\nHost: {self._host}\r\n{self._common}"
        if self.cookie:
            head += f"Cookie: {self.cookie}\r\n"
        if method == "POST":
            head += (
                f"Origin: http://{self._host}\r\nContent-Type: application/x-www-form-urlencoded\r\n"
                f"Content-Length: {len(body)}\r\n"
            )
        if time.monotonic() - self._used > KEPT:
            self.close()
        fresh = self._writer is None
        try:
            return await self._once(head.encode() + b"\r\n" + body)
        except (OSError, EOFError):
            self.close()
            # A kept connection may have been closed meanwhile: browsers then repeat a GET unasked.
            if fresh or method == "POST":
                raise
            return await self._once(head.encode() + b"\r\n" + body)

    async def _once(self, request: bytes) -> Reply:
        if self._writer is None:
            self._reader, self._writer = await asyncio.open_connection(
                *self._address, local_addr=(self._source, 0), limit=2**20
            )
        assert self._reader is not None
        self._writer.write(request)
        head = (await self._reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        first, *lines = head.split("\r\n")
        headers: dict[str, str] = {}
        for line in lines:
            name, _colon, value = line.partition(": ")
            headers[name.lower()] = value
            if name.lower() == "set-cookie":
                self.cookie = value.partition(";")[0]
        status = int(first.split(" ", 2)[1])
        body = await self._reader.readexactly(int(headers.get("content-length", 0)))
        if headers.get("connection", "").lower() == "close":
            self.close()
        self._used = time.monotonic()
        return Reply(status, headers, body)

    def close(self) -> None:
        if self._writer is not None:
            self._writer.close()
        self._reader = self._writer = None
