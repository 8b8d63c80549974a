"""Play the intruder on everything published: bounds on withheld cells, over all years and editions.

    .venv/bin/python tools/disclosure_attack.py [--instance FOLDER]

The intruder has every published edition: figures, public files with their weights, how many values were
taken from each characteristic. Files of one wave in several editions are laid on each other, row on
row. For each withheld group of each measure the number of people behind it is bounded by linear
programming (scipy's HiGHS): rows whose level is blank may belong to any level of that characteristic,
or to none. The truth, from the answers themselves, must lie inside; the narrowest bound is printed.

Fails (exit code 1) when a bound of a cell withheld for privacy is narrower than FEWEST people, when
editions laid on each other break a promise of docs/disclosure.md, or when a truth lies outside.
"""

from __future__ import annotations

import argparse
import csv
import io
import json
import os
import sys
import zipfile
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import combinations
from pathlib import Path

import numpy as np
from scipy.optimize import linprog

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from sqlalchemy import select  # noqa: E402
from sqlalchemy.orm import Session  # noqa: E402

from analysis.factors import Factor  # noqa: E402
from survey_app.app import create_app  # noqa: E402
from survey_app.config import Config  # noqa: E402
from survey_app.reports.models import PUBLISHED, Edition  # noqa: E402
from survey_app.reports.public_file import FEWEST, VISIBLE, K  # noqa: E402
from survey_app.reports.queries import find_file  # noqa: E402
from survey_app.waves.models import Wave  # noqa: E402

#: Columns of the file that the characteristics of VISIBLE are told by.
SHOWN_AS = {
    "stratum": "stratum",
    "police_district": "group_police_district",
    "race_ethnicity": "group_race",
    "age_group": "group_age4",
    "gender": "group_gender",
}


@dataclass
class Known:
    """What an intruder knows of a wave: its rows, and which cells are withheld with which reason."""

    rows: list[dict[str, str]] = field(default_factory=list)
    files: int = 0
    gained: int = 0
    withheld: dict[tuple[str, str, str], str] = field(default_factory=dict)
    lost: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True)
class Bound:
    """People behind a withheld cell: from, to, and how many there are in truth."""

    wave: str
    cell: tuple[str, str, str]
    reason: str
    low: int
    high: int
    truth: int

    @property
    def width(self) -> int:
        return self.high - self.low


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--instance", type=Path)
    instance = parser.parse_args().instance
    if instance:
        os.environ["SURVEY_INSTANCE"] = str(instance)
    app = create_app(Config.from_environment())
    with app.app_context(), app.extensions["database"].session(read_only=True) as session:
        known = gather(session)
        truths = {wave: truth_of(session, wave) for wave in known}
    broken = [problem for wave, held in sorted(known.items()) for problem in promises(wave, held)]
    bounds = [
        bound for wave, held in sorted(known.items()) for bound in bound_cells(wave, held, truths[wave])
    ]
    return tell(known, bounds, broken)


def gather(session: Session) -> dict[str, Known]:
    """Everything published, by wave."""
    found: dict[str, Known] = defaultdict(Known)
    editions = session.scalars(
        select(Edition).where(Edition.state == PUBLISHED).order_by(Edition.year, Edition.number)
    )
    for edition in editions:
        package = zipfile.ZipFile(io.BytesIO(find_file(session, edition.id, "edition.zip").body))
        for name in package.namelist():
            if name.startswith("data/"):
                lay_on(found[Path(name).stem], table(package.read(name)))
        for row in table(package.read("figures.csv")):
            if row["withheld"] and row["kind"] == "group":
                found[row["wave"]].withheld[row["measure"], row["group"], row["level"]] = row[
                    "withheld"
                ]
        snapshot = json.loads(edition.snapshot)
        for one in snapshot["protection"]["lost"]:
            found[snapshot["wave"]].lost[one["key"]] = one["n"] or 0
    return dict(found)


def table(body: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(body.decode("utf-8-sig"), newline="")))


def lay_on(known: Known, rows: list[dict[str, str]]) -> None:
    """Rows of another edition: where they stand in the same order, blanks of one are filled from the
    other."""
    known.files += 1
    if not known.rows:
        known.rows = rows
        return
    if len(rows) != len(known.rows):
        raise SystemExit("Two editions hold different numbers of rows of one wave: match them by hand.")
    for mine, other in zip(known.rows, rows, strict=True):
        for column, value in other.items():
            if value and not mine.get(column):
                mine[column] = value
                known.gained += 1


def promises(wave: str, known: Known) -> Iterator[str]:
    """What of docs/disclosure.md does not hold once all editions lie on each other."""
    told = {name: [row[column] for row in known.rows] for name, column in SHOWN_AS.items()}
    for size in range(1, len(VISIBLE) + 1):
        for chosen in combinations(VISIBLE, size):
            held = Counter(zip(*(told[name] for name in chosen), strict=True))
            for values, count in held.items():
                if all(values) and count < K:
                    yield f"{wave}: {count} rows share {dict(zip(chosen, values, strict=True))}"
    for group in groups_of(known):
        for measure in measures_of(known):
            answered = Counter(row[group] for row in known.rows if row[measure])
            for level, count in answered.items():
                if 0 < count < FEWEST:
                    yield f"{wave}: {measure} has {count} answers in {group} {level or 'none'}"


def groups_of(known: Known) -> list[str]:
    return [name for name in known.rows[0] if name.startswith("group_")]


def measures_of(known: Known) -> list[str]:
    return [name for name in known.rows[0] if name.startswith("measure_")]


def truth_of(session: Session, slug: str) -> dict[tuple[str, str, str], int]:
    """How many people stand behind each group of each measure in the answers as they were given."""
    from survey_app.reports.declare import source_of
    from survey_app.waves.answered import read_responses
    from survey_app.waves.columns import design_columns, measure_levels

    wave = session.scalars(select(Wave).where(Wave.slug == slug)).one()
    rows = read_responses(session, wave, source="drawn")
    groups = {
        name: values.labels
        for name, values in design_columns(wave, rows).items()
        if name.startswith("group_") and isinstance(values, Factor)
    }
    found = {}
    for measure in source_of(wave).measures:
        answered = ~measure_levels(rows, measure).missing
        for name, values in groups.items():
            for level in np.unique(values):
                cell = (measure.id, name.removeprefix("group_"), str(level))
                found[cell] = int((answered & (values == level)).sum())
    return found


def bound_cells(wave: str, known: Known, truth: dict[tuple[str, str, str], int]) -> Iterator[Bound]:
    """Least and most people behind each withheld cell.

    Unknowns, for one characteristic: x[level, pattern], how many of the blank rows with one pattern of
    answered measures belong to the level. They are at least 0 and, over the levels, at most the blank
    rows of that pattern.
    """
    measures = measures_of(known)
    by_group: dict[str, list[tuple[str, str, str]]] = defaultdict(list)
    for cell in known.withheld:
        by_group[cell[1]].append(cell)
    for group, cells in sorted(by_group.items()):
        column = f"group_{group}"
        levels = sorted({cell[2] for cell in cells} | {row[column] for row in known.rows} - {""})
        blank = Counter(
            tuple(bool(row[name]) for name in measures) for row in known.rows if not row[column]
        )
        patterns = list(blank)
        room = np.array([blank[one] for one in patterns], float)
        for cell in sorted(cells):
            at = measures.index(f"measure_{cell[0]}")
            shown = sum(1 for row in known.rows if row[column] == cell[2] and row[measures[at]])
            low, high = extremes(len(levels), levels.index(cell[2]), patterns, room, at)
            yield Bound(wave, cell, known.withheld[cell], shown + low, shown + high, truth.get(cell, 0))


def extremes(
    levels: int, level: int, patterns: list[tuple[bool, ...]], room: np.ndarray, at: int
) -> tuple[int, int]:
    """Least and most of the blank rows that answered the measure and belong to the level."""
    if not patterns:
        return 0, 0
    width = len(patterns)
    aim = np.zeros(levels * width)
    aim[level * width : (level + 1) * width] = [float(one[at]) for one in patterns]
    limits = np.tile(np.eye(width), levels)
    found = []
    for sign in (1, -1):
        done = linprog(sign * aim, A_ub=limits, b_ub=room, bounds=(0, None), method="highs")
        found.append(round(sign * done.fun))
    return found[0], found[1]


def tell(known: dict[str, Known], bounds: list[Bound], broken: list[str]) -> int:
    failed = list(broken)
    print(
        "| wave | files laid on each other | values gained | withheld for privacy | narrowest bound | "
        "withheld as uncertain | truths outside |"
    )
    print("|---|---|---|---|---|---|---|")
    for wave, held in sorted(known.items()):
        ours = [one for one in bounds if one.wave == wave]
        private = [one for one in ours if one.reason == "privacy"]
        outside = [one for one in ours if not one.low <= one.truth <= one.high]
        narrow = min((one.width for one in private), default=None)
        told = "none" if narrow is None else f"{narrow} people"
        print(
            f"| {wave} | {held.files} | {held.gained} | {len(private)} | {told} | "
            f"{len(ours) - len(private)} | {len(outside)} |"
        )
        failed += [f"{one.wave}: the truth of {one.cell} lies outside its bound" for one in outside]
        failed += [
            f"{one.wave}: {one.cell} is bounded to {one.low} to {one.high}"
            for one in private
            if one.width < FEWEST
        ]
    for problem in failed:
        print(f"FAILED {problem}", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
