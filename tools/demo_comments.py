"""Choose the comments that the demonstration's sessions are filled with.

    python tools/demo_comments.py ../shared/data/comments/polis/american-assembly.bowling-green

Real comments of a civic conversation in another city (CC BY 4.0, attribution in docs/data.md),
verbatim. Left out: what the moderators took out (moderated = -1), what names a place or an office
there, what may lead to a person, what is too short or too long to read on a phone. The rest is drawn
with a seed, at most so many a theme, and dealt to the sessions.
"""

from __future__ import annotations

import argparse
import csv
import random
import re
from collections import Counter
from pathlib import Path

from analysis.themes.codebook import SPECIAL
from analysis.themes.tagger import Tagger
from survey_app.community.pii import find_personal

ROOT = Path(__file__).resolve().parent.parent
OUT = ROOT / "survey_app" / "demo" / "data" / "session_comments.csv"
SEED, SESSIONS, EACH = 11, 7, 18
#: Most comments a theme: safety and trust are what the demonstration is about.
CAP, CAP_FAR, CAP_NONE = 30, 11, 6
FAR = {
    "traffic_and_streets",
    "parks_and_recreation",
    "neighborhood_upkeep",
    "jobs_and_economy",
    "housing_cost_and_displacement",
}

PLACES = re.compile(
    r"bowling|kentucky|\bky\b|western|warren|scottsville|campbell|nashville|louisville|smiths"
    r"|lost river|russellville|fairview|lovers lane|smallhouse|\brd\b|\bst\.|\bdr\b|\bdrive\b"
    r"|\bavenue\b|\bave\b|31-?w"
    r"|greenwood|square|corvette|natcher|veterans|by-?pass|holley|college st|broadway|medical center"
    r"|tennessee|commission|trump|bevin|bears|spencer|kroger|walmart|target|foods|costco|trader|hartland"
    r"|downing|texas|atmos|elvis|holly|butler|simpson|jennings|barren|lincoln|regional|transpark|jackson"
    r"|tuckertown|potter|owensboro|steamers|chandler|houston|mesonet|montessori|airport|room at the inn"
    r"|county|belgium|obamacare|flowers in my own",
    re.IGNORECASE,
)
INITIALS = re.compile(r"\b[A-Z]{2,}[a-z]?\b")


def usable(row: dict[str, str]) -> bool:
    body = row["comment-body"].strip()
    return (
        row["moderated"] != "-1"
        and 25 <= len(body) <= 240
        and "\n" not in body
        and not PLACES.search(body)
        and not INITIALS.search(body)
        and not find_personal(body, "en")
    )


def cap(code: str) -> int:
    if code in SPECIAL:
        return CAP_NONE
    return CAP_FAR if code in FAR else CAP


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    folder: Path = parser.parse_args().folder
    with (folder / "comments.csv").open(encoding="utf-8", newline="") as stream:
        bodies = [row["comment-body"].strip() for row in csv.DictReader(stream) if usable(row)]
    bodies = sorted(set(bodies))
    random.Random(SEED).shuffle(bodies)
    tagger, taken = Tagger(), Counter[str]()
    chosen = []
    for body in bodies:
        codes = [one.code for one in tagger.suggest(body, "en")]
        if all(taken[code] < cap(code) for code in codes):
            chosen.append(body)
            taken.update(codes)
    chosen = chosen[: SESSIONS * EACH]
    with OUT.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(["session", "comment"])
        writer.writerows([at % SESSIONS + 1, body] for at, body in enumerate(chosen))
    print(f"{len(chosen)} comments of {len(bodies)} usable ones; themes: {dict(taken)}")


if __name__ == "__main__":
    main()
