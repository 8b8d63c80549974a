"""Pictures say what they are given, in the same bytes every time, and nothing they are not given."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from xml.etree import ElementTree

import pytest

from analysis.charts import (
    Bar,
    Block,
    Break,
    District,
    DistrictMap,
    Groups,
    Point,
    Series,
    Trend,
    draw,
    paint,
    stand_of,
    to_dark,
)
from analysis.charts.palette import DARK, LIGHT, Palette, swaps
from tests.shared import ROOT

SVG = "{http://www.w3.org/2000/svg}"
TICKS = tuple((tenth / 10, f"{tenth * 10}%") for tenth in range(11))
OWN = Series(
    "Our survey",
    (Point(2024, 0.45, 0.41, 0.49, "45%", False), Point(2025, 0.52, 0.48, 0.56, "52%", True)),
)
OTHER = Series(
    "Another & <older> survey",
    (Point(2023, 0.36, 0.31, 0.41, "36%", False), Point(2024, 0.32, 0.27, 0.37, "32%", False)),
    own=False,
)
TREND = Trend(
    title="Trust",
    series=(OWN, OTHER),
    breaks=(Break(2023, 2024, "reworded", own=False),),
    years=((2023, "2023"), (2024, "2024"), (2025, "2025")),
    ticks=TICKS,
    mark="Demonstration",
)
GROUPS = Groups(
    title="Trust by group",
    blocks=(Block("Race", (Bar("Black", (0.4, 0.35, 0.45), "40%"), Bar("Other", None, "not shown"))),),
    city=(0.45, "City 45%"),
    ticks=TICKS,
)


def tree(svg: bytes) -> ElementTree.Element:
    return ElementTree.fromstring(svg)  # noqa: S314 - drawn by this test


def words(svg: bytes) -> list[str]:
    root = tree(svg)
    return [(node.text or "").strip("\u2066\u2067\u2069") for node in root.iter(f"{SVG}text")]


def strokes(svg: bytes, width: str) -> Counter[str]:
    root = tree(svg)
    return Counter(
        node.get("stroke", "")
        for node in root.iter(f"{SVG}path")
        if node.get("stroke-width") == width and not node.get("id")
    )


def test_a_trend_says_names_shares_years_the_break_and_the_mark() -> None:
    said = words(draw(TREND))
    for expected in (OWN.name, OTHER.name, "45%", "52%", "36%", "2023", "reworded", "Demonstration"):
        assert expected in said


def test_a_line_joins_only_comparable_years() -> None:
    """Joining lines are the ones 2.5 pixels (1.875 points) wide."""
    assert strokes(draw(TREND), "1.875") == {LIGHT.own: 1}
    joined = replace(OTHER, points=(OTHER.points[0], replace(OTHER.points[1], joined=True)))
    assert strokes(draw(replace(TREND, series=(OWN, joined))), "1.875") == {
        LIGHT.own: 1,
        LIGHT.foreign: 1,
    }


def test_every_point_has_its_interval() -> None:
    """An interval is three strokes of 2 pixels (1.5 points): the span and its two ends."""
    assert strokes(draw(TREND), "1.5") == {LIGHT.own: 6, LIGHT.foreign: 6}


def test_a_break_is_dashed() -> None:
    assert draw(TREND).count(b"stroke-dasharray") == 1
    assert draw(replace(TREND, breaks=())).count(b"stroke-dasharray") == 0


def test_a_picture_without_figures_is_refused() -> None:
    with pytest.raises(ValueError, match="no figure"):
        draw(replace(TREND, series=(replace(OWN, points=()),)))
    with pytest.raises(ValueError, match="no group"):
        draw(replace(GROUPS, blocks=()))


def test_a_map_tints_only_what_its_interval_allows() -> None:
    drawn = DistrictMap(
        title="Trust",
        districts=(
            District("Central", "Central District", "62%", stand_of((0.55, 0.7), 0.45)),
            District("Western", "Western District", "30%", stand_of((0.2, 0.4), 0.45)),
            District("Northern", "Northern District", "50%", stand_of((0.4, 0.6), 0.45)),
            District("Eastern", "Eastern District", "not shown", stand_of(None, 0.45)),
        ),
        key=(("higher", "Above"), ("hidden", "Not shown")),
        mark="Demonstration",
    )
    svg = draw(drawn)
    assert {"62%", "30%", "50%", "not shown", "Above", "Demonstration"} <= set(words(svg))
    assert svg.count(f'fill="{LIGHT.lower}"'.encode()) == 1
    assert svg.count(f'fill="{LIGHT.higher}"'.encode()) == 2, "the district and its key"
    assert svg.count(f'fill="{LIGHT.neither}"'.encode()) == 1
    mirrored = draw(replace(drawn, rtl=True))
    outlines = re.compile(rb'd="(M[^"]+)"')
    assert outlines.findall(svg)[1:5] == outlines.findall(mirrored)[1:5], "north stays, west stays"
    with pytest.raises(ValueError, match="no outline of Nowhere"):
        draw(replace(drawn, districts=(District("Nowhere", "Nowhere", "1%", "neither"),)))


@pytest.mark.parametrize("palette", [LIGHT, DARK])
def test_words_can_be_read_on_every_tint(palette: Palette) -> None:
    for fill in (palette.higher, palette.lower, palette.neither):
        high, low = sorted((luminance(palette.ink), luminance(fill)), reverse=True)
        assert (high + 0.05) / (low + 0.05) >= 4.5, fill


def test_a_picture_for_slides_holds_the_same_drawing() -> None:
    png = paint(TREND).png()
    assert png.startswith(b"\x89PNG")
    assert png == paint(TREND).png()


def test_withheld_groups_keep_their_row_and_have_no_mark() -> None:
    svg = draw(GROUPS)
    assert "not shown" in words(svg)
    assert strokes(svg, "1.5") == {LIGHT.own: 3}
    shown = Bar("Other", (0.2, 0.1, 0.3), "20%")
    with_both = replace(GROUPS, blocks=(Block("Race", (GROUPS.blocks[0].bars[0], shown)),))
    assert strokes(draw(with_both), "1.5") == {LIGHT.own: 6}


def test_right_to_left_mirrors_the_sheet_and_isolates_the_words() -> None:
    plain, mirrored = draw(TREND), draw(replace(TREND, rtl=True))

    def place(svg: bytes) -> float:
        root = tree(svg)
        for node in root.iter(f"{SVG}text"):
            if "2025" in (node.text or ""):
                return float(node.get("x", "nan"))
        raise AssertionError("no year")

    assert place(plain) > 135 > place(mirrored)
    assert place(plain) + place(mirrored) == pytest.approx(270)
    assert "\u2067" in mirrored.decode()


def test_the_picture_stands_alone() -> None:
    """No style that a strict policy refuses, no script, no reference outside, no date."""
    for svg in (draw(TREND), draw(GROUPS)):
        text = svg.decode()
        assert "style=" not in text
        assert "<style" not in text
        assert "<script" not in text
        assert "metadata" not in text
        assert text.count("http") == text.count('"http://www.w3.org/')


def test_dark_differs_in_colours_only() -> None:
    svg = draw(TREND)
    dark = to_dark(svg).decode()
    for light_colour, dark_colour in swaps():
        assert light_colour not in dark
        dark = dark.replace(dark_colour, light_colour)
    assert dark == svg.decode()


def luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("palette", [LIGHT, DARK])
def test_words_and_marks_can_be_seen(palette: Palette) -> None:
    """WCAG 2.2: 4.5:1 for text. Names of series are text in their colour."""
    for colour in (palette.ink, palette.soft, palette.own, palette.foreign):
        high, low = sorted((luminance(colour), luminance(palette.paper)), reverse=True)
        assert (high + 0.05) / (low + 0.05) >= 4.5, colour


def test_the_same_bytes_in_another_process_zone_and_hash_seed() -> None:
    program = (
        "import hashlib; from tests.analysis.charts.test_pictures import TREND, GROUPS;"
        "from analysis.charts import draw;"
        "print(hashlib.sha256(draw(TREND) + draw(GROUPS)).hexdigest())"
    )
    digests = set()
    for seed, zone in (("1", "UTC"), ("77", "Asia/Tokyo")):
        environment = {**os.environ, "PYTHONHASHSEED": seed, "TZ": zone}
        digests.add(
            subprocess.run(
                [sys.executable, "-c", program],
                cwd=ROOT,
                env=environment,
                capture_output=True,
                text=True,
                check=True,
            ).stdout
        )
    assert len(digests) == 1
