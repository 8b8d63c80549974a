"""A share over the years: interval and dot for each year, a line only between comparable years.

Where the wording changed the line breaks and the picture says so. Figures of another survey are
hollow squares of another colour under that survey's own name.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

from analysis.charts.canvas import LARGE, NORMAL, SMALL, WIDTH, Canvas
from analysis.charts.palette import LIGHT

_START, _END = 44.0, WIDTH - 22.0
_PLOT_HEIGHT = 168.0
_LINE = 18.0
_SMALLEST_SPAN = 0.4


@dataclass(frozen=True)
class Point:
    """One year's share with its interval (0 to 1). `joined`: comparable with the year before it
    in its series, so that a line may lead here. `label` is the share in words or digits."""

    year: int
    value: float
    low: float
    high: float
    label: str
    joined: bool


@dataclass(frozen=True)
class Series:
    """Points of one survey, oldest first. `own` is False for another survey's figures."""

    name: str
    points: tuple[Point, ...]
    own: bool = True


@dataclass(frozen=True)
class Break:
    """Between two years the question changed; `label` says so in a few words."""

    after: int
    before: int
    label: str
    own: bool = True


@dataclass(frozen=True)
class Trend:
    """Everything the picture says. `ticks` gives the words for shares; `mark`: printed across the
    foot (such as that the figures are made up), empty for none. Raises ValueError without points."""

    title: str
    series: tuple[Series, ...]
    breaks: tuple[Break, ...]
    years: tuple[tuple[int, str], ...]
    ticks: tuple[tuple[float, str], ...]
    mark: str = ""
    rtl: bool = False

    @property
    def _heads(self) -> int:
        return sum(1 for series in self.series if series.points)

    @property
    def _top(self) -> float:
        return 12 + self._heads * _LINE + len(self.breaks) * _LINE + 14

    @property
    def height(self) -> float:
        """CSS pixels of a picture 360 wide."""
        return self._top + _PLOT_HEIGHT + 26 + (_LINE + 4 if self.mark else 0)


def paint_trend(trend: Trend) -> Canvas:
    """The picture, light."""
    points = [point for series in trend.series for point in series.points]
    if not points:
        raise ValueError(f"{trend.title}: there is no figure to draw.")
    canvas = Canvas(trend.height, rtl=trend.rtl)
    frame = _Frame(points, trend, trend._top, trend._top + _PLOT_HEIGHT)
    _draw_names(canvas, trend)
    _draw_grid(canvas, trend, frame)
    for number, gap in enumerate(trend.breaks):
        _draw_break(canvas, gap, frame, 12 + (trend._heads + number) * _LINE + 12)
    for series in trend.series:
        _draw_series(canvas, series, frame, trend)
    if trend.mark:
        canvas.text(WIDTH / 2, canvas.height - 8, trend.mark, size=NORMAL, bold=True, anchor="middle")
    return canvas


class _Frame:
    """Where a year and a share stand on the sheet."""

    def __init__(self, points: list[Point], trend: Trend, top: float, bottom: float) -> None:
        self.top, self.bottom = top, bottom
        self.low, self.high = _range(points)
        years = [year for year, _ in trend.years]
        self._first, self._last = min(years), max(years)

    def x(self, year: float) -> float:
        """Pixels from the reading edge; a single year stands in the middle."""
        if self._first == self._last:
            return (_START + _END) / 2
        margin = 26.0
        part = (year - self._first) / (self._last - self._first)
        return _START + margin + part * (_END - _START - 2 * margin)

    def y(self, share: float) -> float:
        """Pixels from the top."""
        part = (share - self.low) / (self.high - self.low)
        return self.bottom - part * (self.bottom - self.top)


def _range(points: list[Point]) -> tuple[float, float]:
    """Tenths around all intervals, at least 40 points wide, so that noise does not look like news."""
    low = math.floor(min(point.low for point in points) * 10 - 0.3) / 10
    high = math.ceil(max(point.high for point in points) * 10 + 0.3) / 10
    while high - low < _SMALLEST_SPAN - 1e-9:
        low, high = low - 0.1, high + 0.1
    if low < 0:
        low, high = 0.0, max(high, _SMALLEST_SPAN)
    if high > 1:
        low, high = min(low, 1 - _SMALLEST_SPAN), 1.0
    return round(max(low, 0.0), 1), round(min(high, 1.0), 1)


def _draw_names(canvas: Canvas, trend: Trend) -> None:
    """The name of each series beside its mark, above the plot."""
    row = 0
    for series in trend.series:
        if not series.points:
            continue
        y = 12 + row * _LINE
        colour = LIGHT.own if series.own else LIGHT.foreign
        canvas.dot(12, y + 4, colour=colour, square=not series.own)
        canvas.text(24, y + 8, series.name, colour=colour, size=NORMAL, bold=True)
        row += 1


def _draw_grid(canvas: Canvas, trend: Trend, frame: _Frame) -> None:
    for share, label in trend.ticks:
        if frame.low - 1e-9 <= share <= frame.high + 1e-9:
            y = frame.y(share)
            canvas.line((_START, y), (_END, y), colour=LIGHT.grid)
            canvas.text(_START - 5, y + 4, label, colour=LIGHT.soft, size=SMALL, anchor="end")
    for year, label in trend.years:
        canvas.text(frame.x(year), frame.bottom + 19, label, size=NORMAL, anchor="middle")


def _draw_break(canvas: Canvas, gap: Break, frame: _Frame, y: float) -> None:
    """A dashed line between the two years, its words above the plot on the side with room."""
    x = frame.x((gap.after + gap.before) / 2)
    colour = LIGHT.own if gap.own else LIGHT.foreign
    canvas.line((x, y - 10), (x, frame.bottom), colour=colour, dashed=True)
    if x < WIDTH / 2:
        canvas.text(x + 6, y, gap.label, colour=colour, size=SMALL)
    else:
        canvas.text(x - 6, y, gap.label, colour=colour, size=SMALL, anchor="end")


def _draw_series(canvas: Canvas, series: Series, frame: _Frame, trend: Trend) -> None:
    colour = LIGHT.own if series.own else LIGHT.foreign
    places = [(_shifted(series, point, frame, trend), frame.y(point.value)) for point in series.points]
    for before, after, point in zip(places, places[1:], series.points[1:], strict=False):
        if point.joined:
            canvas.line(before, after, colour=colour, width=2.5)
    for (x, y), point in zip(places, series.points, strict=True):
        low, high = frame.y(point.low), frame.y(point.high)
        canvas.line((x, low), (x, high), colour=colour, width=2)
        for end in (low, high):
            canvas.line((x - 5, end), (x + 5, end), colour=colour, width=2)
        canvas.dot(x, y, colour=colour, square=not series.own, size=9)
        below = any(other.value > point.value for other in _others(series, point, trend))
        place = low + 15 if below else high - 6
        canvas.text(x, place, point.label, colour=colour, size=LARGE, bold=True, anchor="middle")


def _others(series: Series, point: Point, trend: Trend) -> Iterator[Point]:
    """Figures of other surveys in the same year."""
    for other in trend.series:
        if other is not series:
            yield from (p for p in other.points if p.year == point.year)


def _shifted(series: Series, point: Point, frame: _Frame, trend: Trend) -> float:
    """A little aside where two surveys have a figure for one year."""
    aside = 11.0 if any(True for _ in _others(series, point, trend)) else 0.0
    return frame.x(point.year) + (-aside if series.own else aside)
