"""Colours of the pictures, light and dark, told apart with any kind of colour vision.

The pairs own/foreign are blue and orange (after Okabe and Ito, 2008: safe for red-green and
blue-yellow deficiency) and differ in shape as well. Text and marks have a contrast of at least
4.5:1 on the paper of their variant; a test computes it.
"""

from __future__ import annotations

from dataclasses import dataclass, fields


@dataclass(frozen=True)
class Palette:
    """Hex colours by role. All values of one palette differ, so that one can be swapped for another."""

    paper: str
    ink: str
    soft: str
    grid: str
    own: str
    foreign: str
    #: areas of a map whose figure is clearly higher, clearly lower, or neither; words stand on them
    higher: str
    lower: str
    neither: str


LIGHT = Palette(
    paper="#ffffff",
    ink="#1a2530",
    soft="#4d5a66",
    grid="#d8dde1",
    own="#0f5a8a",
    foreign="#a34a00",
    higher="#9fd0ee",
    lower="#f6c89f",
    neither="#edf0f2",
)
DARK = Palette(
    paper="#182530",
    ink="#eef2f4",
    soft="#b4c0ca",
    grid="#3a4954",
    own="#7cc4ea",
    foreign="#f0a35e",
    higher="#1f5f86",
    lower="#7d4413",
    neither="#2b3a46",
)


def swaps() -> tuple[tuple[str, str], ...]:
    """Pairs (light, dark) of the colour with the same role."""
    return tuple((getattr(LIGHT, f.name), getattr(DARK, f.name)) for f in fields(Palette))
