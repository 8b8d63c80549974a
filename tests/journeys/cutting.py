"""A line that is cut when a test says so: a TCP proxy between the browser and the server.

`open`: everything passes. `cut`: what is open is reset, what comes is refused. `deaf`: what the browser
sends arrives and is done, but the reply is lost and the connection reset: after the commit and before
the reply.
"""

from __future__ import annotations

import asyncio
import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager


class Line:
    """The state of the line; `lost` counts the replies that were dropped."""

    def __init__(self, server: tuple[str, int]) -> None:
        self._server = server
        self._state = "open"
        self._writers: set[asyncio.StreamWriter] = set()
        self._loop = asyncio.new_event_loop()
        self._ready = threading.Event()
        self.port = 0
        self.lost = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def set(self, state: str) -> None:
        """Change the state; returns when it holds. Nothing happens once the line is taken down."""
        if self._loop.is_running():
            asyncio.run_coroutine_threadsafe(self._set(state), self._loop).result(10)

    async def _set(self, state: str) -> None:
        self._state = state
        if state == "cut":
            for writer in list(self._writers):
                _reset(writer)

    async def _serve(self) -> None:
        server = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        self._ready.set()

    async def _accept(self, browser: asyncio.StreamReader, to_browser: asyncio.StreamWriter) -> None:
        if self._state == "cut":
            _reset(to_browser)
            return
        try:
            server, to_server = await asyncio.open_connection(*self._server)
        except OSError:
            _reset(to_browser)
            return
        both = {to_browser, to_server}
        self._writers |= both
        try:
            await asyncio.gather(
                self._carry(browser, to_server, replies=False),
                self._carry(server, to_browser, replies=True),
            )
        except asyncio.CancelledError:
            return  # the line is taken down
        self._writers -= both
        for writer in both:
            writer.close()

    async def _carry(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, replies: bool
    ) -> None:
        try:
            while data := await reader.read(65536):
                if replies and self._state == "deaf":
                    self.lost += 1
                    _reset(writer)
                    return
                writer.write(data)
                await writer.drain()
            if writer.can_write_eof():
                writer.write_eof()
        except (OSError, RuntimeError):
            _reset(writer)


def _reset(writer: asyncio.StreamWriter) -> None:
    """Close as a lost signal does: at once, nothing flushed."""
    found: socket.socket | None = writer.get_extra_info("socket")
    if found is not None and found.fileno() >= 0:
        found.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


@contextmanager
def cutting_line(server: tuple[str, int]) -> Iterator[Line]:
    """A line to the server, open at first."""
    line = Line(server)
    thread = threading.Thread(target=_run, args=(line,), daemon=True)
    thread.start()
    line._ready.wait(10)
    yield line
    line.set("cut")
    line._loop.call_soon_threadsafe(line._loop.stop)
    thread.join(10)


def _run(line: Line) -> None:
    asyncio.set_event_loop(line._loop)
    line._loop.create_task(line._serve())
    line._loop.run_forever()
    left = asyncio.all_tasks(line._loop)
    for task in left:
        task.cancel()
    line._loop.run_until_complete(asyncio.gather(*left, return_exceptions=True))
