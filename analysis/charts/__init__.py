"""Estimates to pictures: SVG that is the same bytes every time and that a phone can read.

Every word in a picture is handed in, so a picture speaks whatever language the caller speaks; text
stays text, shaped by the browser that shows it. Nothing here knows a page or a database.
"""

from __future__ import annotations

from analysis.charts.canvas import Canvas, to_dark
from analysis.charts.district_map import District, DistrictMap, Stand, paint_district_map, stand_of
from analysis.charts.groups import Bar, Block, Groups, paint_groups
from analysis.charts.trend import Break, Point, Series, Trend, paint_trend

Drawing = Trend | Groups | DistrictMap


def paint(drawing: Drawing) -> Canvas:
    """The drawing on its sheet."""
    if isinstance(drawing, Trend):
        return paint_trend(drawing)
    if isinstance(drawing, Groups):
        return paint_groups(drawing)
    return paint_district_map(drawing)


def draw(drawing: Drawing) -> bytes:
    """The drawing as SVG, light (`to_dark` makes the dark one)."""
    return paint(drawing).svg(drawing.title)


__all__ = [
    "Bar",
    "Block",
    "Break",
    "District",
    "DistrictMap",
    "Drawing",
    "Groups",
    "Point",
    "Series",
    "Stand",
    "Trend",
    "draw",
    "paint",
    "stand_of",
    "to_dark",
]
