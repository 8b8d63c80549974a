"""One year's share by group: a dot and its interval per row, the city's figure as a line to read by.

A group whose figure is withheld keeps its row and says so.
"""

from __future__ import annotations

import textwrap
from dataclasses import dataclass

from analysis.charts.canvas import NORMAL, SMALL, WIDTH, Anchor, Canvas
from analysis.charts.palette import LIGHT

_START, _END = 138.0, WIDTH - 44.0
_TOP, _ROW, _HEAD, _LINE = 40.0, 27.0, 30.0, 15.0
_LETTERS_A_LINE = 20


@dataclass(frozen=True)
class Bar:
    """One group. `figure` is (share, low, high) between 0 and 1, None when withheld; `words` is
    what stands beside it: the share, or that it is not shown."""

    name: str
    figure: tuple[float, float, float] | None
    words: str


@dataclass(frozen=True)
class Block:
    """Groups of one kind under a heading."""

    heading: str
    bars: tuple[Bar, ...]


@dataclass(frozen=True)
class Groups:
    """Everything the picture says. `city`: the share of all and its words, as a line; None leaves
    it out. `ticks` gives the words for shares. Raises ValueError without blocks."""

    title: str
    blocks: tuple[Block, ...]
    city: tuple[float, str] | None
    ticks: tuple[tuple[float, str], ...]
    mark: str = ""
    rtl: bool = False

    @property
    def _bottom(self) -> float:
        rows = sum(_height(bar) for block in self.blocks for bar in block.bars)
        return _TOP + rows + len(self.blocks) * _HEAD

    @property
    def height(self) -> float:
        """CSS pixels of a picture 360 wide."""
        return self._bottom + 24 + (22 if self.mark else 0)


def paint_groups(groups: Groups) -> Canvas:
    """The picture, light. The scale runs from 0 to 100%."""
    if not groups.blocks:
        raise ValueError(f"{groups.title}: there is no group to draw.")
    top, bottom = _TOP, groups._bottom
    canvas = Canvas(groups.height, rtl=groups.rtl)
    for share, label in groups.ticks:
        canvas.line((_x(share), top), (_x(share), bottom), colour=LIGHT.grid)
        canvas.text(_x(share), bottom + 16, label, colour=LIGHT.soft, size=SMALL, anchor="middle")
    if groups.city is not None:
        share, label = groups.city
        canvas.line(
            (_x(share), top - 8), (_x(share), bottom), colour=LIGHT.soft, width=1.5, dashed=True
        )
        anchor: Anchor = "end" if share > 0.7 else "middle"
        canvas.text(_x(share), top - 14, label, colour=LIGHT.soft, bold=True, anchor=anchor)
    y = top
    for block in groups.blocks:
        canvas.text(8, y + 20, block.heading, size=NORMAL, bold=True)
        y += _HEAD
        for bar in block.bars:
            _draw_bar(canvas, bar, y + _height(bar) / 2)
            y += _height(bar)
    if groups.mark:
        canvas.text(WIDTH / 2, canvas.height - 8, groups.mark, size=NORMAL, bold=True, anchor="middle")
    return canvas


def _x(share: float) -> float:
    return _START + share * (_END - _START)


def _lines(bar: Bar) -> list[str]:
    return textwrap.wrap(bar.name, _LETTERS_A_LINE) or [""]


def _height(bar: Bar) -> float:
    return _ROW + (len(_lines(bar)) - 1) * _LINE


def _draw_bar(canvas: Canvas, bar: Bar, y: float) -> None:
    lines = _lines(bar)
    for number, words in enumerate(lines):
        canvas.text(8, y + 4 + (number - (len(lines) - 1) / 2) * _LINE, words, size=NORMAL)
    if bar.figure is None:
        canvas.text(_START + 4, y + 4, bar.words, colour=LIGHT.soft, size=SMALL)
        return
    share, low, high = bar.figure
    canvas.line((_x(low), y), (_x(high), y), colour=LIGHT.own, width=2)
    for end in (low, high):
        canvas.line((_x(end), y - 4), (_x(end), y + 4), colour=LIGHT.own, width=2)
    canvas.dot(_x(share), y, colour=LIGHT.own)
    canvas.text(WIDTH - 6, y + 4, bar.words, colour=LIGHT.own, size=NORMAL, bold=True, anchor="end")
