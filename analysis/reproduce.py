"""Compute an edition's figures again from its public files, and say what differs.

`python -m analysis reproduce EDITION.zip` needs this package and the file, nothing else. Every row of
figures.csv that says `public file` or `comments` is computed again and compared to its printed digits;
the others were made from answers that are not published, and are counted.
"""

from __future__ import annotations

import csv
import io
import json
import tempfile
import zipfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from analysis.change import Change, correct_family, overlapping_change, published_change
from analysis.errors import DataError
from analysis.estimates import Share
from analysis.plan import run_case
from analysis.plan.run import CaseRun
from analysis.plan.sources import Folder
from analysis.themes.public_rows import public_shares, read_rows

PUBLIC, COMMENTS = "public file", "comments"
#: Half of the last printed digit, and what rounding in binary may add.
_SLACK = 1e-9
_LARGEST = 500_000_000

Row = Mapping[str, str]
Printed = Mapping[str, tuple[float | None, int]]
"""Column -> (the value computed again, digits printed after the point)."""


@dataclass(frozen=True)
class Difference:
    """A printed number that did not come out again. line: of figures.csv, the header is 1."""

    line: int
    figure: str
    column: str
    printed: str
    again: str


@dataclass(frozen=True)
class Reproduction:
    """rows: compared; numbers: compared in them; unpublished: rows made from unpublished answers that
    show a number, by what they were computed from; withheld: rows that show no number."""

    rows: int
    numbers: int
    withheld: int
    unpublished: Mapping[str, int]
    differences: tuple[Difference, ...]


def reproduce(path: Path) -> Reproduction:
    """Compare every reproducible figure of an edition's ZIP file.

    Raises DataError for a file that is no edition, AnalysisError when its plan cannot be run.
    """
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        _unpack(path, root)
        rows = _figures(root)
        runs = _run(root)
        return _compare(rows, _Again(runs, rows, root))


def _unpack(path: Path, root: Path) -> None:
    try:
        with zipfile.ZipFile(path) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > _LARGEST:
                raise DataError(f"{path}: larger than an edition can be.", file=str(path))
            names = set(archive.namelist())
            for needed in ("plan.json", "figures.csv", "comments.csv"):
                if needed not in names:
                    raise DataError(f"{path}: there is no {needed}; it is not an edition.")
            archive.extractall(root)  # zipfile drops absolute paths and ".."
    except (OSError, zipfile.BadZipFile) as error:
        raise DataError(f"{path}: not a readable ZIP file ({error}).", file=str(path)) from error


def _figures(root: Path) -> list[Row]:
    text = (root / "figures.csv").read_text(encoding="utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def _run(root: Path) -> dict[str, CaseRun]:
    cases = json.loads((root / "plan.json").read_text(encoding="utf-8"))["cases"]
    folder = Folder(root)
    return {case["id"]: run_case(case, _tables(case, folder)) for case in cases}


def _tables(case: Mapping[str, Any], folder: Folder) -> dict[str, Any]:
    """The tables a case names, as columns."""
    names = [case["data"]]
    for step in case.get("weighting", []):
        for margin in (*step.get("margins", ()), *step.get("terms", ()), step):
            if "table" in margin:
                names.append(margin["table"])
    made = {name: folder.table(name) for name in names}
    return {name: {column: table.raw(column) for column in table.names} for name, table in made.items()}


class _Again:
    """The figures of an edition, computed again from its files."""

    def __init__(self, runs: Mapping[str, CaseRun], rows: Sequence[Row], root: Path) -> None:
        self._runs = runs
        self._shares = {
            (wave, result["name"]): Share.from_result(result)
            for wave, run in runs.items()
            for result in run.result["results"]
        }
        self._changes = self._tested(rows)
        self._themes = _themes(root / "comments.csv", rows)

    def printed(self, line: int, row: Row) -> Printed:
        """Every number of a row: column -> (value, digits)."""
        if row["kind"] == "theme_share_of_comments":
            return self._themes[row["measure"]]
        found = dict(_printed_change(self._changes.get(line)))
        if row["kind"] != "gap_black_minus_white":
            found |= _printed_share(self._share(row["wave"], row))
        return found

    def _share(self, wave: str, row: Row) -> Share | None:
        parts = [row["measure"], row["group"], row["level"]]
        return self._shares.get((wave, "|".join(part for part in parts if part)))

    def _tested(self, rows: Sequence[Row]) -> dict[int, Change | None]:
        """Every change the figures tell, corrected within the family it was declared in."""
        found: dict[int, Change | None] = {}
        families: dict[str, list[int]] = {}
        for line, row in enumerate(rows, start=2):
            if row["computed_from"] == PUBLIC and row["change_points"]:
                found[line] = self._gap(row) if row["kind"].startswith("gap") else self._change(row)
                if row["family"]:
                    families.setdefault(row["family"], []).append(line)
        for lines in families.values():
            corrected = correct_family([found[line] for line in lines])
            found |= dict(zip(lines, corrected, strict=True))
        return found

    def _change(self, row: Row) -> Change | None:
        first, second = self._share(row["since_wave"], row), self._share(row["wave"], row)
        samples = [self._runs[row[wave]].sample for wave in ("since_wave", "wave")]
        if first is None or second is None or samples[0] is None or samples[1] is None:
            return None
        return published_change(first, second, (samples[0].small_sample, samples[1].small_sample))

    def _gap(self, row: Row) -> Change | None:
        sample = self._runs[row["wave"]].sample
        if sample is None:
            return None
        masks = [sample.in_domain({f"group_{row['group']}": [level]}) for level in ("white", "black")]
        y = sample.table.numbers(f"measure_{row['measure']}")
        return overlapping_change(sample, y, masks[0], masks[1])


def _themes(path: Path, rows: Sequence[Row]) -> dict[str, Printed]:
    comments = read_rows(path.read_text(encoding="utf-8"))
    codes = [row["measure"] for row in rows if row["computed_from"] == COMMENTS]
    return {
        one.code: {
            "n": (float(len(comments)), 0),
            "percent": (_percent(one.share), 4),
            "low": (_percent(one.low), 4),
            "high": (_percent(one.high), 4),
        }
        for one in public_shares(comments, codes)
    }


def _printed_share(share: Share | None) -> Printed:
    if share is None or share.interval is None:
        return {}
    low, high = share.interval
    return {
        "n": (float(share.n), 0),
        "percent": (_percent(share.estimate), 4),
        "se": (_percent(share.se), 4),
        "low": (_percent(low), 4),
        "high": (_percent(high), 4),
        "n_eff": (share.n_eff_capped, 4),
        "deff": (share.deff, 4),
        "df": (float(share.df), 0),
    }


def _printed_change(change: Change | None) -> Iterator[tuple[str, tuple[float | None, int]]]:
    if change is None or change.interval is None:
        return
    yield "change_points", (_percent(change.difference), 4)
    yield "change_se", (_percent(change.se), 4)
    yield "change_low", (_percent(change.interval[0]), 4)
    yield "change_high", (_percent(change.interval[1]), 4)
    yield "p", (change.p_value, 6)
    yield "p_adjusted", (change.p_adjusted, 6)
    yield "smallest_detectable_points", (_percent(change.smallest_detectable()), 4)


def _percent(share: float | None) -> float | None:
    return None if share is None else 100 * share


def _compare(rows: Sequence[Row], again: _Again) -> Reproduction:
    compared = numbers = withheld = 0
    unpublished: Counter[str] = Counter()
    differences: list[Difference] = []
    for line, row in enumerate(rows, start=2):
        if row["withheld"] or not (row["percent"] or row["change_points"]):
            withheld += 1
            continue
        if row["computed_from"] not in {PUBLIC, COMMENTS}:
            unpublished[row["computed_from"]] += 1
            continue
        compared += 1
        found = again.printed(line, row)
        for column in _NUMBERS:
            printed = row[column]
            value, digits = found.get(column, (None, 0))
            numbers += bool(printed)
            if not _same(printed, value, digits):
                name = " ".join(filter(None, (row["wave"], row["measure"], row["group"], row["level"])))
                told = "nothing" if value is None else f"{value:.{digits}f}"
                differences.append(Difference(line, name, column, printed or "nothing", told))
    return Reproduction(compared, numbers, withheld, dict(unpublished), tuple(differences))


_NUMBERS = (
    "n",
    "percent",
    "se",
    "low",
    "high",
    "n_eff",
    "deff",
    "df",
    "change_points",
    "change_se",
    "change_low",
    "change_high",
    "p",
    "p_adjusted",
    "smallest_detectable_points",
)


def _same(printed: str, value: float | None, digits: int) -> bool:
    if not printed or value is None:
        return not printed and value is None
    try:
        number = float(printed)
    except ValueError:
        return False
    return bool(abs(number - value) <= 0.5 * 10.0**-digits + _SLACK)


def report(done: Reproduction) -> str:
    """What a person reads: counts first, then each difference on a line."""
    unpublished = sum(done.unpublished.values())
    share = 100 * unpublished / max(done.rows + unpublished, 1)
    names = ", ".join(f"{count} from {name}" for name, count in sorted(done.unpublished.items()))
    lines = [
        f"{done.rows} figures computed again, {done.numbers} numbers compared:"
        f" {len(done.differences)} differ.",
        f"{done.withheld} figures are withheld or empty; {unpublished} ({share:.1f}%) are marked as"
        f" made from answers that are not published{': ' + names if names else ''}.",
    ]
    lines += [
        f"  figures.csv line {one.line} ({one.figure}), {one.column}:"
        f" printed {one.printed}, computed {one.again}"
        for one in done.differences
    ]
    return "\n".join(lines)
