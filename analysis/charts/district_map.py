"""One year's share by police district on a map: the figure stands in its district.

Colour tells only what the interval allows: a district whose interval lies above (or below) the city's
share is tinted, every other one is plain. Shades of a share would show differences that are chance.
A district whose figure is withheld keeps its outline and says so. North is up in every language.
"""

from __future__ import annotations

import json
import textwrap
from dataclasses import dataclass
from functools import cache
from typing import Literal

from analysis.charts.canvas import LARGE, NORMAL, SMALL, WIDTH, Canvas
from analysis.charts.palette import LIGHT
from analysis.data.recode import FOLDER

Stand = Literal["higher", "lower", "neither", "hidden"]
_SCALE, _TOP = 300.0, 10.0
_LEFT = (WIDTH - _SCALE) / 2
_KEY_LINE, _LINE, _TINY = 24.0, 12.0, 10.5
_LETTERS_A_LINE = 14
_FILLS: dict[Stand, str] = {
    "higher": LIGHT.higher,
    "lower": LIGHT.lower,
    "neither": LIGHT.neither,
    "hidden": LIGHT.paper,
}


@dataclass(frozen=True)
class District:
    """One district: its name as stored and as read, its share in words, and how it stands."""

    id: str
    name: str
    words: str
    stand: Stand


@dataclass(frozen=True)
class DistrictMap:
    """Everything the picture says. `key`: what each colour means, those that occur."""

    title: str
    districts: tuple[District, ...]
    key: tuple[tuple[Stand, str], ...]
    mark: str = ""
    rtl: bool = False

    @property
    def height(self) -> float:
        """CSS pixels of a picture 360 wide."""
        outlines = _outlines()
        tall = max(y for one in outlines.values() for ring in one.rings for _x, y in ring)
        return _TOP + tall * _SCALE + 20 + _KEY_LINE * len(self.key) + (24 if self.mark else 0)


@dataclass(frozen=True)
class _Outline:
    rings: tuple[tuple[tuple[float, float], ...], ...]
    label: tuple[float, float]


@cache
def _outlines() -> dict[str, _Outline]:
    """Outlines by name (tools/districts_build.py), from 0 to 1 across the city, y downwards."""
    stored = json.loads((FOLDER / "police_districts_2023.json").read_text(encoding="utf-8"))
    return {
        name: _Outline(
            tuple(tuple((x, y) for x, y in ring) for ring in one["rings"]),
            (one["label"][0], one["label"][1]),
        )
        for name, one in stored.items()
    }


def stand_of(interval: tuple[float, float] | None, city: float | None) -> Stand:
    """Where a district's interval lies beside the city's share; `None` is not shown."""
    if interval is None:
        return "hidden"
    if city is None:
        return "neither"
    low, high = interval
    return "higher" if low > city else "lower" if high < city else "neither"


def paint_district_map(drawn: DistrictMap) -> Canvas:
    """The picture, light. Raises ValueError for a district without an outline."""
    unknown = {one.id for one in drawn.districts} - set(_outlines())
    if unknown:
        raise ValueError(f"{drawn.title}: there is no outline of {', '.join(sorted(unknown))}.")
    canvas = Canvas(drawn.height, rtl=drawn.rtl)

    def place(point: tuple[float, float]) -> tuple[float, float]:
        x = _LEFT + point[0] * _SCALE
        # The canvas mirrors what is read from right to left; a map it must not.
        return (WIDTH - x if drawn.rtl else x), _TOP + point[1] * _SCALE

    for one in drawn.districts:
        for ring in _outlines()[one.id].rings:
            edge = LIGHT.grid if one.stand == "hidden" else LIGHT.soft
            canvas.shape([place(point) for point in ring], fill=_FILLS[one.stand], edge=edge)
    for one in drawn.districts:
        x, y = place(_outlines()[one.id].label)
        lines = textwrap.wrap(one.name, _LETTERS_A_LINE)
        y += (len(lines) - 1) * _LINE / 2 - 4
        for number, words in enumerate(reversed(lines)):
            canvas.text(x, y - 2 - number * _LINE, words, size=_TINY, anchor="middle")
        hidden = one.stand == "hidden"
        size = SMALL if hidden else LARGE
        colour = LIGHT.soft if hidden else LIGHT.ink
        canvas.text(x, y + 13, one.words, size=size, bold=not hidden, colour=colour, anchor="middle")
    y = _TOP + max(y for one in _outlines().values() for ring in one.rings for _x, y in ring) * _SCALE
    for stand, words in drawn.key:
        y += _KEY_LINE
        box = [(10.0, y - 11), (26.0, y - 11), (26.0, y + 3), (10.0, y + 3)]
        canvas.shape(box, fill=_FILLS[stand], edge=LIGHT.soft)
        canvas.text(34, y, words, size=NORMAL)
    if drawn.mark:
        canvas.text(WIDTH / 2, canvas.height - 8, drawn.mark, size=NORMAL, bold=True, anchor="middle")
    return canvas
