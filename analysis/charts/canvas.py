"""A sheet measured in CSS pixels, and how it becomes SVG bytes.

The sheet is 360 pixels wide: the width of a small phone. Coordinates count from the top left, as on
a page; in a right-to-left language the sheet is mirrored, so that what is read first stands first.
"""

from __future__ import annotations

import io
import re
import warnings
from collections.abc import Sequence
from functools import cache
from typing import Any, Literal

import matplotlib as mpl
from matplotlib import font_manager
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Polygon
from matplotlib.text import Text

from analysis.charts.palette import LIGHT, swaps

WIDTH = 360.0
SMALL, NORMAL, LARGE = 11.5, 12.5, 14.0
#: what the browser picks from, in this order; the picture holds no font
FONTS = (
    "system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', 'Noto Naskh Arabic', "
    "'Noto Sans SC', 'Noto Sans KR', sans-serif"
)
_POINTS_PER_PIXEL = 0.75
_ISOLATE_RTL, _ISOLATE_LTR, _END_ISOLATE = "\u2067", "\u2066", "\u2069"
_ISOLATES = _ISOLATE_RTL + _ISOLATE_LTR + _END_ISOLATE
_SALT = "baltimore-trust-survey"
_NO_METADATA: dict[str, Any] = {"Date": None, "Creator": None, "Format": None, "Type": None}

Anchor = Literal["start", "middle", "end"]
_Side = Literal["left", "center", "right"]
_SIDES: dict[Anchor, _Side] = {"start": "left", "middle": "center", "end": "right"}
_MIRRORED: dict[Anchor, _Side] = {"start": "right", "middle": "center", "end": "left"}


#: pixels of a PNG for each CSS pixel
_FINE = 3


class Canvas:
    """Lines, dots and words on a sheet of `height` pixels; `rtl` mirrors it."""

    def __init__(self, height: float, *, rtl: bool = False) -> None:
        self.height = height
        self.rtl = rtl
        self._figure = Figure(
            figsize=(WIDTH / 96, height / 96), dpi=96, facecolor=LIGHT.paper, frameon=True
        )

    def _at(self, x: float, y: float) -> tuple[float, float]:
        return (WIDTH - x if self.rtl else x) / WIDTH, 1 - y / self.height

    def line(
        self,
        *points: tuple[float, float],
        colour: str,
        width: float = 1.0,
        dashed: bool = False,
    ) -> None:
        """A line through the points (x, y) in pixels."""
        xs, ys = zip(*(self._at(x, y) for x, y in points), strict=True)
        self._figure.add_artist(
            Line2D(
                xs,
                ys,
                color=colour,
                linewidth=width * _POINTS_PER_PIXEL,
                linestyle=(0, (3, 3)) if dashed else "solid",
                solid_capstyle="butt",
                transform=self._figure.transFigure,
                clip_on=False,
            )
        )

    def dot(self, x: float, y: float, *, colour: str, square: bool = False, size: float = 8.0) -> None:
        """A filled circle, or a hollow square for what is not our own figure."""
        at = self._at(x, y)
        self._figure.add_artist(
            Line2D(
                [at[0]],
                [at[1]],
                linestyle="none",
                marker="s" if square else "o",
                markersize=size * _POINTS_PER_PIXEL,
                markerfacecolor=LIGHT.paper if square else colour,
                markeredgecolor=colour,
                markeredgewidth=2 * _POINTS_PER_PIXEL,
                transform=self._figure.transFigure,
                clip_on=False,
            )
        )

    def shape(self, points: Sequence[tuple[float, float]], *, fill: str, edge: str) -> None:
        """A filled polygon with a border, through the points (x, y) in pixels."""
        self._figure.add_artist(
            Polygon(
                [self._at(x, y) for x, y in points],
                closed=True,
                facecolor=fill,
                edgecolor=edge,
                linewidth=_POINTS_PER_PIXEL,
                joinstyle="round",
                transform=self._figure.transFigure,
                clip_on=False,
            )
        )

    def text(
        self,
        x: float,
        y: float,
        words: str,
        *,
        colour: str = LIGHT.ink,
        size: float = NORMAL,
        bold: bool = False,
        anchor: Anchor = "start",
    ) -> None:
        """Words with their baseline at y. `start` is where reading starts: right when mirrored."""
        side = _MIRRORED[anchor] if self.rtl else _SIDES[anchor]
        at = self._at(x, y)
        isolate = _ISOLATE_RTL if self.rtl else _ISOLATE_LTR
        self._figure.add_artist(
            Text(
                at[0],
                at[1],
                f"{isolate}{words}{_END_ISOLATE}",
                color=colour,
                fontsize=size * _POINTS_PER_PIXEL,
                fontweight="bold" if bold else "normal",
                horizontalalignment=side,
                verticalalignment="baseline",
                transform=self._figure.transFigure,
                parse_math=False,
                clip_on=False,
            )
        )

    def svg(self, title: str) -> bytes:
        """The picture, light: the same bytes for the same drawing on any day and machine."""
        with warnings.catch_warnings(), mpl.rc_context({"svg.fonttype": "none", "svg.hashsalt": _SALT}):
            # Fonts of this machine measure the words; the browser's fonts draw them.
            warnings.filterwarnings("ignore", message="Glyph .* missing from font")
            buffer = io.BytesIO()
            self._figure.savefig(buffer, format="svg", metadata={**_NO_METADATA, "Title": title})
        return _tidy(buffer.getvalue().decode(), self.height).encode()

    def outlined(self) -> bytes:
        """The picture as SVG whose letters are shapes, for programs that cannot join Arabic letters."""
        self._speak_installed()
        buffer = io.BytesIO()
        with mpl.rc_context({"svg.fonttype": "path", "svg.hashsalt": _SALT}):
            self._figure.savefig(buffer, format="svg", metadata=_NO_METADATA)
        return buffer.getvalue()

    def png(self) -> bytes:
        """The picture for slides, light. It holds its letters, so the fonts of this machine draw
        them: without Noto fonts, Chinese and Korean stay boxes (docs/report.md says which to
        install)."""
        self._speak_installed()
        buffer = io.BytesIO()
        self._figure.savefig(buffer, format="png", dpi=96 * _FINE, metadata={"Software": None})
        return buffer.getvalue()

    def _speak_installed(self) -> None:
        """Let fonts of this machine draw the words; they would draw the marks of direction too."""
        for artist in self._figure.findobj(Text):
            artist.set_fontfamily(_installed_fonts())
            artist.set_text(artist.get_text().strip(_ISOLATES))


_INSTALLED = ("Noto Sans", "Noto Naskh Arabic", "Noto Sans CJK SC", "DejaVu Sans")


@cache
def _installed_fonts() -> list[str]:
    """The fonts of _INSTALLED that this machine has; DejaVu Sans comes with matplotlib."""
    held = {font.name for font in font_manager.fontManager.ttflist}
    return [name for name in _INSTALLED if name in held]


def to_dark(svg: bytes) -> bytes:
    """The same picture on dark paper."""
    text = svg.decode()
    for light, dark in swaps():
        text = text.replace(light, dark)
    return text.encode()


def _tidy(svg: str, height: float) -> str:
    """Drop what no browser needs; fonts that exist on phones, said once; lengths in CSS pixels.

    Styles become attributes: a page with a strict content policy refuses inline styles, and the
    picture must look the same when it is opened on its own.
    """
    svg = re.sub(r"<!--.*?-->|<!DOCTYPE.*?>|<metadata>.*?</metadata>", "", svg, flags=re.DOTALL)
    svg = re.sub(r"<defs>\s*<style.*?</style>\s*</defs>", "", svg, flags=re.DOTALL)
    svg = re.sub(r' id="(?:figure|patch|line2d|text)_\d+"', "", svg)
    svg = re.sub(r' width="[\d.]+pt" height="[\d.]+pt"', "", svg, count=1)
    svg = re.sub(r' transform="rotate\(-0 [^"]*\)"', "", svg)
    svg = re.sub(r' style="([^"]*)"', lambda found: _attributes(found.group(1)), svg)
    svg = svg.replace("<svg ", f'<svg width="{WIDTH:g}" height="{height:g}" font-family="{FONTS}" ', 1)
    return re.sub(r"\s*\n\s*", "\n", svg)


def _attributes(style: str) -> str:
    pairs = [part.split(":", 1) for part in style.split(";") if ":" in part]
    kept = [(name.strip(), value.strip()) for name, value in pairs if name.strip() != "font-family"]
    return "".join(f' {name}="{value}"' for name, value in kept)
