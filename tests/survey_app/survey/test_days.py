"""A clock that jumps expires nothing and loses no receipt."""

from __future__ import annotations

from datetime import date, timedelta

from survey_app.survey.days import PROOF, Days

DAY = date(2026, 11, 26)


class Clocks:
    def __init__(self) -> None:
        self.day, self.seconds = DAY, 0.0
        self.days = Days(lambda: self.day, lambda: self.seconds)


def test_on_an_ordinary_day_there_is_one_today() -> None:
    assert Clocks().days.bounds() == (DAY, DAY)


def test_a_clock_that_runs_ahead_for_a_moment_expires_nothing() -> None:
    clocks = Clocks()
    clocks.day = DAY + timedelta(days=400)
    assert clocks.days.bounds() == (DAY, clocks.day)
    clocks.day = DAY
    assert clocks.days.bounds() == (DAY, DAY)


def test_what_is_written_while_the_clock_is_behind_is_kept_as_long() -> None:
    clocks = Clocks()
    clocks.day = DAY - timedelta(days=30)
    assert clocks.days.bounds() == (clocks.day, DAY)


def test_a_day_that_stays_is_believed() -> None:
    clocks = Clocks()
    clocks.day = DAY + timedelta(days=1)
    assert clocks.days.bounds() == (DAY, clocks.day)
    clocks.seconds += PROOF
    assert clocks.days.bounds() == (clocks.day, clocks.day)


def test_a_jump_within_the_hour_begins_it_anew() -> None:
    clocks = Clocks()
    clocks.day = DAY + timedelta(days=1)
    clocks.days.bounds()
    clocks.seconds += PROOF / 2
    clocks.day = DAY + timedelta(days=30)
    clocks.days.bounds()
    clocks.seconds += PROOF / 2
    assert clocks.days.bounds()[0] == DAY
