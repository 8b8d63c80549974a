"""How often the rules for personal data speak up on real comments that were public already.

    .venv/bin/python tools/pii_real_comments.py --shared ../shared [--show 20]

Prints a table for docs/pii.md: comments read, reports per 1,000 comments by kind. With --show, the
first reports of each corpus with some text around them, for a person to judge; not for the docs.
"""

from __future__ import annotations

import argparse
import csv
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from survey_app.pii.compose import KINDS  # noqa: E402
from survey_app.pii.rules import find  # noqa: E402

#: folder below data/comments: language, file pattern, columns with text
CORPORA = {
    "Polis, three conversations": ("en", "polis/*/comments.csv", ("comment-body",)),
    "Boston, street safety": ("en", "vision_zero_boston/*.csv", ("text",)),
    "Madrid, comments 2019": ("es", "decide_madrid_es/*2019*.csv", ("text",)),
    "Madrid, proposals 2024-25": ("es", "decide_madrid_es/*2024*.csv", ("title", "description")),
    "Taipei, proposals": ("zh", "taipei_ivoting_zh_en/*.csv", ("title_zh", "proposal_zh")),
    "Korea, petitions": ("ko", "korea_petitions_sample/*.csv", ("title", "text")),
}


def comments(folder: Path, pattern: str, columns: tuple[str, ...]) -> Iterator[str]:
    for path in sorted(folder.glob(pattern)):
        with path.open(encoding="utf-8-sig", newline="") as file:
            for row in csv.DictReader(file):
                text = " ".join(row[column] or "" for column in columns).strip()
                if text:
                    yield text


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--shared", type=Path, default=ROOT.parent / "shared")
    parser.add_argument("--show", type=int, default=0)
    wanted = parser.parse_args()
    folder = wanted.shared / "data" / "comments"
    if not folder.is_dir():
        raise SystemExit(f"There are no comments in {folder}; name the folder with --shared.")
    csv.field_size_limit(10**7)
    print(f"| Comments | Language | n | {' | '.join(KINDS)} |")
    print(f"| --- | --- | ---: | {' | '.join('---:' for _ in KINDS)} |")
    for title, (language, pattern, columns) in CORPORA.items():
        total, reports, shown = 0, Counter[str](), []
        for text in comments(folder, pattern, columns):
            total += 1
            for found in find(text, language):
                reports[found.kind] += 1
                around = text[max(0, found.start - 25) : found.end + 15].replace("\n", " ")
                shown.append(f"    {found.rule}: «{text[found.start : found.end]}» in …{around}…")
        rates = " | ".join(f"{1000 * reports[kind] / total:.1f}" for kind in KINDS)
        print(f"| {title} | {language} | {total:,} | {rates} |")
        step = max(1, len(shown) // wanted.show) if wanted.show else 1
        print(*shown[::step][: wanted.show], sep="\n", end="\n" if wanted.show else "")


if __name__ == "__main__":
    main()
