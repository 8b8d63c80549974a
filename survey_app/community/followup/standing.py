"""Where a commitment stands on a day. Pure: days and states in, one of five standings out."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from .models import DROPPED, KEPT, OPEN, UNDER_WAY

IN_TIME, KEPT_LATE, RUNNING, LATE, GIVEN_UP = "in_time", "kept_late", "running", "late", "given_up"
STANDINGS = (IN_TIME, KEPT_LATE, RUNNING, LATE, GIVEN_UP)


def standing(steps: Iterable[tuple[date, str]], due_on: date, *, as_of: date) -> str:
    """From the day and state of every step, oldest first: kept in time or late, running, late (past
    its day and not kept), or given up. Steps after `as_of` have not happened yet."""
    state, day = OPEN, due_on
    for happened_on, became in steps:
        if happened_on <= as_of:
            state, day = became, happened_on
    if state == KEPT:
        return IN_TIME if day <= due_on else KEPT_LATE
    if state == DROPPED:
        return GIVEN_UP
    assert state in {OPEN, UNDER_WAY}  # noqa: S101 - the table allows no other
    return LATE if due_on < as_of else RUNNING
