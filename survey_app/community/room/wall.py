"""What the projector shows: the question, and the comments in pages that fit a hall's screen.

A wall that scrolls is read by nobody, and no script turns its pages: the browser asks for the next one
after as long as this one takes to read (the Refresh header). How much fits is counted in lines of the
style sheet's type (static/wall.css), which grows with the screen.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from ...i18n import current_language
from ..kinds import direction_of
from ..opening import OpeningText, agenda_texts
from .queries import Said

#: Lines of a screen, letters of a line, and what the frame of a card takes.
_LINES, _LETTERS, _FRAME = 13.0, 42, 1.1
#: Scripts whose lines stand further apart.
_TALL = {"ar": 1.35}
#: A comment of more lines than this stands in smaller type, at this part of the size.
_LONG, _SMALLER = 9, 0.7
#: Seconds of a page: at least, and for each of its lines.
_LEAST, _A_LINE = 8, 1.8
#: Languages in which the question fits beside the comments.
_MOST_LANGUAGES = 2


@dataclass(frozen=True)
class WallCard:
    """A comment on the wall; `long`: in smaller type. `lines` of usual type that it takes."""

    body: str
    language: str
    direction: str
    long: bool
    lines: float


@dataclass(frozen=True)
class WallPage:
    """One screen of `pages`; `next_page` follows it after `seconds`."""

    cards: tuple[WallCard, ...]
    number: int
    pages: int
    seconds: int

    @property
    def next_page(self) -> int:
        return self.number % self.pages + 1


def question_texts(prompt: str | None, spoken: Sequence[str]) -> tuple[OpeningText, ...]:
    """The question in the language of the page and one more of the session."""
    if prompt is None:
        return ()
    wanted = dict.fromkeys([current_language().code, *spoken])
    return agenda_texts([prompt], list(wanted))[:_MOST_LANGUAGES]


def wall_page(said: Sequence[Said], number: int) -> WallPage:
    """The screen with this number; after the last comes the first."""
    pages: list[list[WallCard]] = [[]]
    for card in map(_card, said):
        if pages[-1] and sum(one.lines for one in pages[-1]) + card.lines > _LINES:
            pages.append([])
        pages[-1].append(card)
    number = (max(1, number) - 1) % len(pages) + 1
    cards = tuple(pages[number - 1])
    seconds = max(_LEAST, round(_A_LINE * sum(one.lines for one in cards)))
    return WallPage(cards, number, len(pages), seconds)


def whole_wall(said: Sequence[Said]) -> WallPage:
    """Everything on one page, for whoever reads at their own pace."""
    return WallPage(tuple(map(_card, said)), 1, 1, 0)


def _card(one: Said) -> WallCard:
    lines = _lines(one.body, _LETTERS)
    long = lines > _LONG
    if long:
        lines = _lines(one.body, round(_LETTERS / _SMALLER)) * _SMALLER
    lines = lines * _TALL.get(one.language, 1) + _FRAME
    return WallCard(one.body, one.language, direction_of(one.language), long, lines)


def _lines(text: str, letters: int) -> float:
    return sum(max(1, -(-_width(line) // letters)) for line in text.splitlines())


def _width(text: str) -> int:
    """Letters, the wide ones of Chinese and Korean twice; marks that stand on others not at all."""
    wide = sum(unicodedata.east_asian_width(one) in "WF" for one in text)
    return len(text) + wide - sum(unicodedata.combining(one) > 0 for one in text)
