"""A series owes one session in every period: held, planned, due or overdue."""

from __future__ import annotations

from datetime import date

import pytest

from survey_app.community.schedule.duties import Sitting, add_months, periods

TODAY = date(2026, 11, 26)


def states(*sittings: Sitting, months: int = 6, starts_on: date = date(2025, 7, 1)) -> list[str]:
    return [one.state for one in periods(starts_on, months, sittings, today=TODAY)]


def test_every_period_up_to_the_next_is_told() -> None:
    found = periods(date(2025, 7, 1), 6, (), today=TODAY)
    assert [(one.first, one.last) for one in found] == [
        (date(2025, 7, 1), date(2025, 12, 31)),
        (date(2026, 1, 1), date(2026, 6, 30)),
        (date(2026, 7, 1), date(2026, 12, 31)),
        (date(2027, 1, 1), date(2027, 6, 30)),
    ]


def test_a_period_without_a_session_is_overdue_once_it_ended_and_due_before() -> None:
    assert states() == ["overdue", "overdue", "due", "due"]


def test_a_session_counts_when_it_was_held_and_is_planned_until_then() -> None:
    held = Sitting("a", date(2025, 9, 1), True)
    coming = Sitting("b", date(2026, 12, 1), False)
    assert states(held, coming) == ["held", "overdue", "planned", "due"]


def test_a_day_that_passed_without_the_opening_being_read_is_not_held() -> None:
    assert states(Sitting("a", date(2025, 9, 1), False))[0] == "overdue"
    assert states(Sitting("a", date(2026, 9, 1), False))[2] == "due"


def test_a_session_of_today_is_planned_until_it_opens() -> None:
    assert states(Sitting("a", TODAY, False))[2] == "planned"
    assert states(Sitting("a", TODAY, True))[2] == "held"


def test_a_duty_that_ended_owes_nothing_more() -> None:
    found = periods(date(2025, 7, 1), 3, (), today=TODAY, ends_on=date(2025, 12, 31))
    assert [one.last for one in found] == [date(2025, 9, 30), date(2025, 12, 31)]


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2024, 1, 31), 1, date(2024, 2, 29)),
        (date(2026, 11, 30), 3, date(2027, 2, 28)),
        (date(2026, 12, 1), 12, date(2027, 12, 1)),
    ],
)
def test_months_end_where_the_calendar_says(day: date, months: int, later: date) -> None:
    assert add_months(day, months) == later
