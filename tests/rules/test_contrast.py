"""Every pair of colours that text is set in has a contrast of 4.5 or more, in light and in dark."""

from __future__ import annotations

import re

import pytest

from tests.shared import ROOT

SHEET = (ROOT / "static" / "site.css").read_text(encoding="utf-8")
#: Text on ground, by the names in the style sheet.
PAIRS = [
    *[(text, ground) for text in ("ink", "soft", "sea", "bad", "good") for ground in ("paper", "card")],
    ("ink", "sea-wash"),
    ("sea", "sea-wash"),
    ("bad", "bad-wash"),
    ("ink", "bad-wash"),
    ("on-sea", "sea"),
    ("on-sea", "sea-deep"),
    ("paper", "ink"),
]


def colours(block: str) -> dict[str, str]:
    found = dict(re.findall(r"--([\w-]+):(#[0-9a-f]{3,6})\b", block))
    return {
        name: f"#{''.join(2 * c for c in code[1:])}" if len(code) == 4 else code
        for name, code in found.items()
    }


def luminance(code: str) -> float:
    """Relative luminance of an sRGB colour (WCAG 2.2)."""
    parts = [int(code[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


LIGHT, DARK = (colours(line) for line in SHEET.splitlines()[:2])


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("text", "ground"), PAIRS)
def test_text_can_be_read(text: str, ground: str, theme: str) -> None:
    palette = LIGHT if theme == "light" else {**LIGHT, **DARK}
    assert contrast(palette[text], palette[ground]) >= 4.5


@pytest.mark.parametrize(("text", "ground"), [("#ffffff", "#08303f"), ("#15212b", "#f3b63a")])
def test_text_on_the_bar_and_on_gold_can_be_read(text: str, ground: str) -> None:
    assert ground in SHEET
    assert contrast(text, ground) >= 4.5
