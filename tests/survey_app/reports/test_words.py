"""Every branch of the words, and that none of them says more than the interval allows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask
from flask_babel import force_locale
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from survey_app.reports import words
from survey_app.reports.snapshot import (
    Change,
    Figure,
    Link,
    OpenFigure,
    SessionFigures,
    ThemeFigure,
)


@pytest.fixture(autouse=True)
def english(sqlite_app: Flask) -> Iterator[None]:
    with sqlite_app.app_context(), force_locale("en"):
        yield


def figure(share: float, half: float = 0.02) -> Figure:
    return Figure(
        None,
        n=900,
        estimate=share,
        se=half / 2,
        low=max(share - half, 0.0),
        high=min(share + half, 1.0),
        n_eff=600.0,
        deff=1.5,
        df=890,
    )


def change(difference: float, direction: str = "none", *, smallest: float = 0.065) -> Change:
    return Change(
        since=2024,
        difference=difference,
        se=0.02,
        low=difference - 0.04,
        high=difference + 0.04,
        df=1700,
        p=0.01,
        p_adjusted=None,
        direction=direction,  # type: ignore[arg-type]
        smallest=smallest,
    )


@pytest.mark.parametrize(
    ("share", "half", "said"),
    [
        (0.05, 0.02, "Fewer than one in ten"),
        (0.08, 0.03, "About one in ten"),
        (0.12, 0.03, "About one in ten"),
        (0.2, 0.03, "About two in ten"),
        (0.25, 0.03, "About a quarter"),
        (0.3, 0.03, "About three in ten"),
        (0.33, 0.03, "About a third"),
        (0.4, 0.03, "About four in ten"),
        (0.46, 0.03, "A little under half"),
        (0.46, 0.05, "About half"),
        (0.5, 0.03, "About half"),
        (0.54, 0.05, "About half"),
        (0.54, 0.03, "A little over half"),
        (0.6, 0.03, "About six in ten"),
        (0.66, 0.03, "About two thirds"),
        (0.7, 0.03, "About seven in ten"),
        (0.75, 0.03, "About three quarters"),
        (0.8, 0.03, "About eight in ten"),
        (0.88, 0.03, "About nine in ten"),
        (0.92, 0.04, "About nine in ten"),
        (0.95, 0.03, "More than nine in ten"),
    ],
)
def test_shares_in_words(share: float, half: float, said: str) -> None:
    assert words.share_in_words(figure(share, half)) == said


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(share=st.floats(0.0, 1.0), half=st.floats(0.001, 0.15))
def test_over_and_under_are_said_only_when_the_whole_interval_agrees(share: float, half: float) -> None:
    shown = figure(share, half)
    said = words.share_in_words(shown)
    assert shown.low is not None
    assert shown.high is not None
    if "under half" in said:
        assert shown.high < 0.5
    if "over half" in said:
        assert shown.low > 0.5
    if said.startswith("Fewer"):
        assert shown.high < 0.1
    if said.startswith("More"):
        assert shown.low > 0.9
    if said == "About half":
        assert abs(share - 0.5) <= 0.0601


def test_a_withheld_figure_has_a_reason_and_no_words() -> None:
    assert words.share_in_words(Figure("privacy")) == ""
    assert words.interval(Figure("privacy")) == ""
    assert "point to a person" in words.withheld(Figure("privacy"))
    assert "too few people answered to say" in words.withheld(Figure("uncertain"))
    assert words.withheld(figure(0.5)) == ""


def test_changes_are_told_only_when_their_test_allows() -> None:
    shown = figure(0.5)
    told = words.change_sentence(change(0.043, "up"), "identical", shown)
    assert told == "Up 4 points since 2024, more than chance alone would explain."
    told = words.change_sentence(change(-0.012, "down"), "identical", shown)
    assert told == "Down 1 point since 2024, more than chance alone would explain."
    told = words.change_sentence(change(0.043), "identical", shown)
    assert told == (
        "No clear change since 2024. A change smaller than about 6 points could have been missed."
    )
    assert "less than 1 point" in words.change_sentence(change(0.003, "up"), "identical", shown)


@pytest.mark.parametrize(
    ("link", "shown", "said"),
    [
        ("first", True, "first year"),
        ("new", True, "new"),
        ("reworded", True, "other words"),
        ("broken", True, "cannot be compared"),
        ("identical", True, "year before is not shown"),
        ("identical", False, "Not shown"),
    ],
)
def test_without_a_change_the_sentence_says_why(link: Link, shown: bool, said: str) -> None:
    found = figure(0.5) if shown else Figure("uncertain")
    assert said in words.change_sentence(None, link, found)


@pytest.mark.parametrize(
    ("direction", "good", "found", "word"),
    [
        ("up", "higher_better", "better", "Better"),
        ("down", "higher_better", "worse", "Worse"),
        ("up", "lower_better", "worse", "Worse"),
        ("down", "lower_better", "better", "Better"),
        ("up", "context", "up", "Up"),
        ("down", "context", "down", "Down"),
        ("none", "higher_better", "same", ""),
    ],
)
def test_verdicts_know_which_way_is_good(direction: str, good: str, found: str, word: str) -> None:
    verdict = words.verdict(change(0.05 if direction == "up" else -0.05, direction), good)
    assert verdict == found
    assert words.verdict_word(verdict) == word
    assert words.verdict(None, good) == "unknown"
    assert words.verdict_word("unknown") == ""


def test_the_gap_is_always_said() -> None:
    assert "12 points lower among Black" in words.gap_sentence(change(-0.12, "down"))
    assert "12 points higher among Black" in words.gap_sentence(change(0.12, "up"))
    assert words.gap_sentence(change(0.02)).startswith("No clear difference")
    assert "not shown" in words.gap_sentence(None)


def test_the_open_link_has_a_gap_and_never_a_margin() -> None:
    said = [
        words.open_sentence(found)
        for found in (
            OpenFigure(None, None, None),
            OpenFigure(12, None, None),
            OpenFigure(60, 0.4, None),
            OpenFigure(60, 0.4, 0.001),
            OpenFigure(60, 0.4, 0.08),
            OpenFigure(60, 0.4, -0.08),
        )
    ]
    assert said == [
        "Too few people answered by the open link to say.",
        "12 people answered by the open link: too few for a share.",
        "There is no figure from the drawn sample to set beside it.",
        "About the same as in the drawn sample.",
        "8 points above the drawn sample.",
        "8 points below the drawn sample.",
    ]


THEME = ThemeFigure("gun_violence", 12, 0.12, 0.05, 0.2, 3, False)
HEARD = SessionFigures(1, 5, 100, 40, 0, 0, (), (THEME,), (), True)


def test_themes_are_shares_of_comments_and_sessions() -> None:
    said = words.comments_sentence(THEME, HEARD)
    assert said == "12% of comments (12 of 100), raised in 3 of 5 sessions."
    assert "resident" not in said
    assert "40 of the comments" in words.reading_sentence(HEARD)
    assert "Nobody has checked" in words.reading_sentence(replace(HEARD, decided=0))
    assert words.reading_sentence(replace(HEARD, decided=100)).startswith("People decided")
    drawn = words.comments_sentence(replace(THEME, corrected=True), HEARD)
    assert drawn == "About 12% of comments (likely range: 5% to 20%), raised in 3 of 5 sessions."
    assert "Two people read 40 of them" in words.reading_sentence(replace(HEARD, read_blind=40))


def test_points_and_signs() -> None:
    assert words.signed_points(0.043) == "+4"
    assert words.signed_points(-0.043) == "-4"
    assert words.signed_points(0.001) == "0"
    assert words.points(-0.01) == "1 point"
    assert words.change_interval(change(0.0)) == "-4 to +4"
    assert words.percent(0.456) == "46%"


def test_a_sign_stays_left_of_its_number_from_right_to_left() -> None:
    """A bare hyphen or plus after Arabic letters would be drawn on the wrong side."""
    with force_locale("ar"):
        assert words.signed_points(-0.043) == "\u200e-4"
        assert words.signed_points(0.043) == "\u200e+4"
        assert "\u200e46%" in words.interval(figure(0.5, 0.04))
