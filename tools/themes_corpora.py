"""The labelled real comments of ../shared for the theme studies; a sentence and exit where absent.

Imported before `analysis`, which it lets be found.
"""

from __future__ import annotations

import csv
import os
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CACHE = ROOT / "build" / "themes_embeddings"
sys.path.insert(0, str(ROOT))


@dataclass(frozen=True)
class Labelled:
    """Texts with their labels; `strata` is what a draw is stratified by."""

    texts: list[str]
    labels: list[frozenset[str]]
    strata: list[str]


def comments(*parts: str) -> Path:
    """A path below shared/data/comments; ends the program with a sentence where it is missing."""
    shared = Path(os.environ.get("SHARED", ROOT.parent / "shared"))
    path = shared.joinpath("data", "comments", *parts)
    if not path.exists():
        sys.exit(f"Skipped: {path} is not here; this study needs the reference folder `shared`.")
    return path


def boston() -> Labelled:
    """Vision Zero: 13 categories, one each, without 'not listed'; strata are ways of travelling."""
    path = comments("vision_zero_boston", "boston_vision_zero_comments.csv")
    with path.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if "not listed" not in row["category_merged"]]
    return Labelled(
        [row["text"] for row in rows],
        [frozenset({row["category_merged"]}) for row in rows],
        [row["user_type"] for row in rows],
    )


def cycling(level: int) -> Labelled:
    """German cycling dialogues: level 1 has 8 topics, one each; level 2 has 30, several each."""
    path = comments("cimt_cycling_topics_de", "dataset.csv")
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    fine = [name for name in rows[0] if name.startswith("level2_")]
    return Labelled(
        [f"{row['title']}. {row['text']}" for row in rows],
        [
            frozenset({row["main_category_level1"]})
            if level == 1
            else frozenset(name for name in fine if row[name] == "1")
            for row in rows
        ],
        [row["dataset"] for row in rows],
    )
