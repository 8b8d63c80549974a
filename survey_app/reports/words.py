"""Words from numbers. No sentence claims more than the interval allows.

Everything goes through gettext in the language of the page (or of the picture being drawn). Rules:
a share is put in words only as far as its interval lets one say it; a change is up or down only when
its test, corrected for its family, says so; otherwise there is "no clear change", and how large a
change could have been missed.
"""

from __future__ import annotations

from typing import Literal

from . import speech
from .snapshot import (
    PRIVACY,
    Change,
    Figure,
    Link,
    OpenFigure,
    SessionFigures,
    ThemeFigure,
)
from .speech import gettext as _
from .speech import ngettext

Verdict = Literal["better", "worse", "up", "down", "same", "unknown"]


def percent(share: float) -> str:
    """A share as whole percent."""
    return speech.percent(round(share, 2))


def whole(number: float) -> str:
    return speech.decimal(round(number))


def points(difference: float) -> str:
    """A difference of shares in whole percentage points, without its sign."""
    number = round(abs(difference) * 100)
    if number == 0:
        return _("less than 1 point")
    return ngettext("%(number)s point", "%(number)s points", number, number=whole(number))


def signed_points(difference: float) -> str:
    """A difference with its sign, for tables."""
    return speech.signed(round(difference * 100))


def share_in_words(figure: Figure) -> str:
    """How many people, roughly, standing on its own; empty for a withheld figure.

    "Under half", "fewer than" and "more than" are said only when the whole interval agrees.
    """
    share, low, high = figure.estimate, figure.low, figure.high
    if share is None or low is None or high is None:
        return ""
    if high < 0.1:
        return _("Fewer than one in ten")
    if low > 0.9:
        return _("More than nine in ten")
    if 0.44 <= share < 0.5 and high < 0.5:
        return _("A little under half")
    if 0.5 < share < 0.56 and low > 0.5:
        return _("A little over half")
    return _nearest(share)


def _nearest(share: float) -> str:
    rungs = (
        (0.15, _("About one in ten")),
        (0.225, _("About two in ten")),
        (0.275, _("About a quarter")),
        (0.315, _("About three in ten")),
        (0.36, _("About a third")),
        (0.44, _("About four in ten")),
        (0.56, _("About half")),
        (0.635, _("About six in ten")),
        (0.685, _("About two thirds")),
        (0.725, _("About seven in ten")),
        (0.775, _("About three quarters")),
        (0.85, _("About eight in ten")),
    )
    for top, words in rungs:
        if share < top:
            return words
    return _("About nine in ten")


def interval(figure: Figure) -> str:
    """The interval as two percentages."""
    if figure.low is None or figure.high is None:
        return ""
    return _("%(low)s to %(high)s", low=percent(figure.low), high=percent(figure.high))


def withheld(figure: Figure) -> str:
    """Why a figure is not shown, in a sentence; empty when it is."""
    if figure.shown:
        return ""
    if figure.withheld == PRIVACY:
        return _(
            "Not shown: so few people answered, here or in a group beside it, "
            "that it could point to a person."
        )
    return _("Not shown: too few people answered to say anything reliable.")


def verdict(change: Change | None, direction: str) -> Verdict:
    """What a change means for residents; `direction` says which way is good."""
    if change is None:
        return "unknown"
    if change.direction == "none":
        return "same"
    if direction == "context":
        return change.direction
    good = change.direction == ("up" if direction == "higher_better" else "down")
    return "better" if good else "worse"


def verdict_word(found: Verdict) -> str:
    """A word for the eye; empty where only the sentence may speak."""
    return {
        "better": _("Better"),
        "worse": _("Worse"),
        "up": _("Up"),
        "down": _("Down"),
        "same": "",
        "unknown": "",
    }[found]


def change_sentence(change: Change | None, link: Link, figure: Figure) -> str:
    """One sentence on the change since the wave before, or why there is none."""
    if change is not None:
        return _change(change)
    if link == "first":
        return _("This is the first year, so there is nothing to compare it with yet.")
    if link == "new":
        return _("This question is new, so there is nothing to compare it with yet.")
    if link == "reworded":
        return _("The question was put in other words before, so the years are not compared.")
    if link == "broken":
        return _("The question or its answers changed, so the years cannot be compared.")
    if not figure.shown:
        return withheld(figure)
    return _("The figure of the year before is not shown, so the years are not compared.")


def _change(change: Change) -> str:
    year = str(change.since)
    if change.direction == "none":
        return _(
            "No clear change since %(year)s. "
            "A change smaller than about %(points)s could have been missed.",
            year=year,
            points=points(change.smallest),
        )
    if change.direction == "up":
        return _(
            "Up %(points)s since %(year)s, more than chance alone would explain.",
            points=points(change.difference),
            year=year,
        )
    return _(
        "Down %(points)s since %(year)s, more than chance alone would explain.",
        points=points(change.difference),
        year=year,
    )


def change_interval(change: Change) -> str:
    """The interval of the change itself, in points with signs."""
    return _("%(low)s to %(high)s", low=signed_points(change.low), high=signed_points(change.high))


def gap_sentence(gap: Change | None) -> str:
    """The gap between Black and White residents in a sentence; it is always said."""
    if gap is None:
        return _("The gap between Black and White residents is not shown: too few people answered.")
    if gap.direction == "none":
        return _("No clear difference between Black and White residents.")
    if gap.direction == "up":
        return _(
            "%(points)s higher among Black residents than among White residents.",
            points=points(gap.difference),
        )
    return _(
        "%(points)s lower among Black residents than among White residents.",
        points=points(gap.difference),
    )


def open_sentence(found: OpenFigure) -> str:
    """What the open link says beside the drawn sample: a gap, never a margin of error."""
    if found.n is None:
        return _("Too few people answered by the open link to say.")
    if found.share is None:
        return ngettext(
            "%(count)s person answered by the open link: too few for a share.",
            "%(count)s people answered by the open link: too few for a share.",
            found.n,
            count=whole(found.n),
        )
    if found.gap is None:
        return _("There is no figure from the drawn sample to set beside it.")
    if round(found.gap * 100) == 0:
        return _("About the same as in the drawn sample.")
    if found.gap > 0:
        return _("%(points)s above the drawn sample.", points=points(found.gap))
    return _("%(points)s below the drawn sample.", points=points(found.gap))


def comments_sentence(theme: ThemeFigure, heard: SessionFigures) -> str:
    """A theme: comments and sessions, never residents."""
    if theme.corrected:
        return _(
            "About %(share)s of comments (likely range: %(low)s to %(high)s), raised in "
            "%(sessions)s of %(all_sessions)s sessions.",
            share=percent(theme.share),
            low=percent(theme.low),
            high=percent(theme.high),
            sessions=whole(theme.sessions),
            all_sessions=whole(heard.sessions),
        )
    return _(
        "%(share)s of comments (%(count)s of %(all_comments)s), raised in %(sessions)s of "
        "%(all_sessions)s sessions.",
        share=percent(theme.share),
        count=whole(theme.comments),
        all_comments=whole(heard.comments),
        sessions=whole(theme.sessions),
        all_sessions=whole(heard.sessions),
    )


def reading_sentence(heard: SessionFigures) -> str:
    """Who decided what the comments are about."""
    if heard.read_blind:
        return _(
            "A program read every comment. Two people read %(count)s of them, drawn at random, without "
            "seeing what it found, and its errors are corrected by that.",
            count=whole(heard.read_blind),
        )
    if heard.decided >= heard.comments:
        return _("People decided what each comment is about.")
    if heard.decided == 0:
        return _("A program decided what each comment is about. Nobody has checked it yet.")
    return _(
        "People decided what %(count)s of the comments are about. A program read the rest.",
        count=whole(heard.decided),
    )
