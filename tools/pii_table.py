"""How much personal data the rules find, and how much they find wrongly: Markdown for docs/pii.md.

    .venv/bin/python tools/pii_table.py

Counts the two sheets in tests/survey_app/pii: lines.toml (the rules were tuned on it) and unseen.toml
(they were not). Recall: marked spans wholly covered by a finding of their kind. Precision: findings
that share at least half their extent with a mark of their kind.
"""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from survey_app.pii.rules import KINDS  # noqa: E402
from tests.survey_app.pii.sheet import Count, count, read  # noqa: E402


def cell(part: int, whole: int) -> str:
    return f"{part}/{whole} ({100 * part / whole:.0f}%)" if whole else "–"


def by(counter: Counter[tuple[str, str]], at: int, name: str) -> int:
    return sum(n for key, n in counter.items() if key[at] == name)


def table(counts: Count, at: int, names: list[str], heading: str) -> list[str]:
    rows = [f"| {heading} | recall | precision |", "|---|---|---|"]
    for name in names:
        recall = cell(by(counts.found, at, name), by(counts.marked, at, name))
        precision = cell(by(counts.right, at, name), by(counts.reported, at, name))
        rows.append(f"| {name} | {recall} | {precision} |")
    return rows


def main() -> int:
    for sheet in ("lines.toml", "unseen.toml"):
        lines = read(sheet)
        counts = count(lines)
        languages = list(dict.fromkeys(line.language for line in lines))
        plain = sum(not line.marks for line in lines)
        print(f"\n**{sheet}**: {len(lines)} lines, {plain} of them tempting negatives\n")
        print("\n".join(table(counts, 1, list(KINDS), "kind")), "\n")
        print("\n".join(table(counts, 0, languages, "language")))
    return 0


if __name__ == "__main__":
    sys.exit(main())
