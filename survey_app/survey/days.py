"""The day, from a clock that may jump.

A machine's clock is set wrong for a moment now and then (a bad time server, a restored machine). Were
it believed at once, receipts would be purged as old, or written as old, and a survey that a phone sends
again would count twice. So another day is believed only after the clock has shown it for an hour; until
then whatever expires does so by the earlier of the two, and what is written is kept by the later.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import UTC, date, datetime

#: Seconds of the monotonic clock, which does not jump, that a new day must have been shown.
PROOF = 3600


def _day_now() -> date:
    return datetime.now(UTC).date()


class Days:
    """What one process believes. Safe to use from several threads."""

    def __init__(
        self, calendar: Callable[[], date] = _day_now, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._calendar, self._clock = calendar, clock
        self._lock = threading.Lock()
        self._believed = calendar()
        self._shown, self._since = self._believed, clock()

    def bounds(self) -> tuple[date, date]:
        """The earliest and the latest that today may be; the same day nearly always."""
        with self._lock:
            shown = self._calendar()
            if shown != self._shown:
                self._shown, self._since = shown, self._clock()
            if self._clock() - self._since >= PROOF:
                self._believed = shown
            return min(shown, self._believed), max(shown, self._believed)


#: Made when the program is loaded, before the web server forks: a process begun while the clock is
#: wrong so knows the day that was right.
_days = Days()


def earliest_today() -> date:
    """The day (UTC) by which something has expired: in doubt, it has not."""
    return _days.bounds()[0]


def latest_today() -> date:
    """The day (UTC) from which something new is kept: in doubt, longer."""
    return _days.bounds()[1]
