"""Estimates to pictures: SVG that is the same bytes every time and that a phone can read.

Every word in a picture is handed in, so a picture speaks whatever language the caller speaks; text
stays text, shaped by the browser that shows it. Nothing here knows a page or a database.
"""

from __future__ import annotations

from analysis.charts.canvas import to_dark
from analysis.charts.groups import Bar, Block, Groups, draw_groups
from analysis.charts.trend import Break, Point, Series, Trend, draw_trend

__all__ = [
    "Bar",
    "Block",
    "Break",
    "Groups",
    "Point",
    "Series",
    "Trend",
    "draw_groups",
    "draw_trend",
    "to_dark",
]
