"""Where people leave: for each page how many reached it and how many went on, and nothing else.

Each process keeps the events in memory and writes them together, at least BATCH at a time and those of
everybody mixed, in a transaction of its own. A copy of the database before and after a write, or its
log, so shows sums that grew by dozens of events, and never which draft an event belongs to. Events in
memory when a process stops are lost: a few missing from a sum harm nobody.
"""

from __future__ import annotations

import logging
import threading
from collections import Counter
from dataclasses import dataclass

from sqlalchemy import insert, select, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from questionnaires.schema import Instrument

from ..db import Database
from .counts import STEP
from .models import PageCount, Wave

log = logging.getLogger("survey_app")

#: Events that are written together: about ten people's pages.
BATCH = 240
#: Names that are no page of questions.
FRONT, REVIEW = "front", "review"


class Tally:
    """The events of one process that are not written yet."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._events: Counter[tuple[str, str, str]] = Counter()

    def note(self, wave_id: str, *, passed: str, reached: str | None) -> None:
        """Somebody went on from one page, for the first time, and reached another (None: the end)."""
        with self._lock:
            self._events[wave_id, passed, "passed"] += 1
            if reached is not None:
                self._events[wave_id, reached, "reached"] += 1

    def write(self, database: Database, *, least: int = BATCH) -> None:
        """Write the events when there are at least `least`; after the answer of the request is safe."""
        with self._lock:
            if self._events.total() < least or not self._events:
                return
            events, self._events = self._events, Counter()
        try:
            with database.transaction() as session:
                for wave_id, page in sorted({(wave_id, page) for wave_id, page, _what in events}):
                    reached = events[wave_id, page, "reached"]
                    _add(session, wave_id, page, reached, events[wave_id, page, "passed"])
        except DBAPIError as error:  # two processes at once may both add a row: count it the next time
            log.warning("page counts not written: %s", type(error).__name__)
            with self._lock:
                self._events.update(events)


def _add(session: Session, wave_id: str, page: str, reached: int, passed: int) -> None:
    counted = {
        PageCount.reached: PageCount.reached + reached,
        PageCount.passed: PageCount.passed + passed,
    }
    row = (PageCount.wave_id == wave_id, PageCount.page == page)
    done = session.execute(update(PageCount).where(*row).values(counted))
    if not done.rowcount:  # type: ignore[attr-defined]
        session.execute(
            insert(PageCount).values(wave_id=wave_id, page=page, reached=reached, passed=passed)
        )


@dataclass(frozen=True)
class PageLine:
    """A page: at least so many reached it, and of them about so many percent did not go on.

    `left` is None where fewer than fifty reached the page: then the share says nothing.
    """

    page: str
    reached: int
    left: int | None


def list_leaving(session: Session, wave: Wave, instrument: Instrument) -> tuple[PageLine, ...]:
    """Pages in the order of the questionnaire, then the review."""
    query = select(PageCount).where(PageCount.wave_id == wave.id)
    rows = {row.page: row for row in session.scalars(query)}
    order = [page.id for page in instrument.pages]
    areas = [one.id for one in instrument.questions if one.kind == "area"]
    known = [*order, *areas, *(name for name in rows if name not in {*order, *areas, REVIEW}), REVIEW]
    return tuple(
        PageLine(
            page=name,
            reached=rows[name].reached // STEP * STEP,
            left=_left(rows[name]),
        )
        for name in known
        if name in rows and name != FRONT
    )


def _left(row: PageCount) -> int | None:
    if row.reached < 5 * STEP:
        return None
    return round(max(0, row.reached - row.passed) * 20 / row.reached) * 5
