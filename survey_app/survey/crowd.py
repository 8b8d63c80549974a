"""Many requests from one address: counted in memory for minutes, written nowhere.

A library, a shelter or a town hall is many people behind one address, so a crowd is not turned
away: beyond `flag_after` responses are flagged (`suspicion.py`), and only beyond what no room of
people can do are requests refused for a while. An address is known here only as a keyed digest;
the key is made when the process starts and is lost with it.
"""

from __future__ import annotations

import ipaddress
import secrets
import threading
import time
from collections import deque
from collections.abc import Callable
from hashlib import blake2b

#: Seconds that are looked back on.
WINDOW = 600
#: Surveys sent from one address within the window, to one process, until they are flagged.
FLAG_AFTER = 60
#: Surveys begun or sent from one address within the window, to one process, until some are refused.
REFUSE_AFTER = 1200
#: Wrong return codes from one address, and from all addresses together, within the window.
WRONG_CODES = 30
WRONG_CODES_IN_ALL = 300


class Crowd:
    """Counts by purpose and address; safe to use from several threads."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._key = secrets.token_bytes(32)
        self._clock = clock
        self._lock = threading.Lock()
        self._seen: dict[tuple[str, bytes], deque[float]] = {}
        self._swept = clock()

    def add(self, purpose: str, address: str | None) -> int:
        """Count one more; how many there are now within the window."""
        with self._lock:
            now = self._clock()
            self._forget(now)
            place = (purpose, self._digest(address))
            times = self._seen.setdefault(place, deque(maxlen=REFUSE_AFTER + 1))
            times.append(now)
            return _trim(times, now)

    def count(self, purpose: str, address: str | None) -> int:
        """How many were counted within the window."""
        with self._lock:
            return _trim(self._seen.get((purpose, self._digest(address)), deque()), self._clock())

    def _digest(self, address: str | None) -> bytes:
        return blake2b(network_of(address).encode(), key=self._key, digest_size=16).digest()

    def _forget(self, now: float) -> None:
        """Once a minute: drop the addresses nobody came from within the window."""
        if now < self._swept + 60:
            return
        self._swept = now
        self._seen = {place: times for place, times in self._seen.items() if _trim(times, now)}


def _trim(times: deque[float], now: float) -> int:
    while times and times[0] <= now - WINDOW:
        times.popleft()
    return len(times)


def network_of(address: str | None) -> str:
    """The address, or the /64 network of an IPv6 address: one household, one library."""
    try:
        parsed = ipaddress.ip_address(address or "")
    except ValueError:
        return ""
    if isinstance(parsed, ipaddress.IPv6Address):
        return str(ipaddress.ip_network((parsed, 64), strict=False))
    return str(parsed)
