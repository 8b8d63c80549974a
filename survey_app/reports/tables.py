"""Every figure of an edition as one CSV file: ids and numbers, a row a figure, withheld ones empty."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from typing import Any

from ..handed_out import csv_file, safe
from .snapshot import Change, Figure, Snapshot, TrendPoint
from .wording import Words

COLUMNS = (
    "demo",
    "report_year",
    "survey",
    "wave",
    "year",
    "kind",
    "measure",
    "title",
    "group",
    "level",
    "n",
    "percent",
    "se",
    "low",
    "high",
    "n_eff",
    "deff",
    "df",
    "withheld",
    "computed_from",
    "comparison",
    "since",
    "since_wave",
    "family",
    "change_points",
    "change_se",
    "change_low",
    "change_high",
    "p",
    "p_adjusted",
    "direction",
    "smallest_detectable_points",
)
#: what a figure was computed from: a file of the edition, or answers that are not published
PUBLIC, COMMENTS, OPEN_LINK, OTHER_SURVEY = "public file", "comments", "open link", "other survey"


def figures_csv(snapshot: Snapshot, wording: Words) -> bytes:
    """UTF-8 with a byte order mark, so that spreadsheets read it; titles in English."""
    empty = dict.fromkeys(COLUMNS)
    rows = ({**empty, **row}.values() for row in _rows(snapshot, wording))
    return csv_file(COLUMNS, ([safe(value) for value in row] for row in rows))


def figures_of(figures: bytes, measure: str) -> bytes:
    """The lines of figures.csv about one measure."""
    lines = csv.reader(io.StringIO(figures.decode("utf-8-sig"), newline=""))
    header = next(lines)
    at = header.index("measure")
    return csv_file(header, (line for line in lines if line[at] == measure))


def _rows(snapshot: Snapshot, wording: Words) -> Iterator[dict[str, Any]]:
    ours = {
        "demo": snapshot.demo,
        "report_year": snapshot.year,
        "survey": snapshot.wave.rpartition("-")[0],
    }
    for measure in snapshot.measures:
        head = {"measure": measure.id, "title": wording.title(measure.id)}
        waves = {point.year: point.wave for point in measure.trend}
        public = {"computed_from": PUBLIC}
        for point in measure.trend:
            family = "" if measure.primary else f"changes {point.year}"
            row = ours | head | public | {"kind": "city"} | _point(point)
            yield row | _since(point.change, waves, family)
        here = ours | head | {"wave": snapshot.wave, "year": snapshot.year}
        for one in measure.groups:
            row = here | public | {"kind": "group", "group": one.group, "level": one.level}
            family = f"changes {snapshot.year}, {measure.id}, {one.group}"
            row |= _figure(one.figure) | _change(one.change)
            yield row | _since(one.change, waves, family)
        row = here | public | {"kind": "gap_black_minus_white", "group": "race"} | _change(measure.gap)
        yield row | _since(measure.gap, waves, "gaps")
        found = measure.open_link
        share = None if found.share is None else _percent(found.share)
        gap = None if found.gap is None else _percent(found.gap)
        yield here | {
            "kind": "open_link_unweighted",
            "computed_from": OPEN_LINK,
            "n": found.n,
            "percent": share,
            "change_points": gap,
        }
        for beside in measure.beside:
            theirs = {
                "demo": False,
                "report_year": snapshot.year,
                "survey": beside.series,
                "measure": beside.measure,
            }
            for point in beside.points:
                row = theirs | {"kind": "beside", "computed_from": OTHER_SURVEY}
                yield row | _point(point)
    heard = snapshot.sessions
    for theme in heard.themes:
        yield ours | {
            "demo": heard.demo,
            "year": snapshot.year,
            "kind": "theme_share_of_comments",
            "computed_from": COMMENTS,
            "measure": theme.code,
            "n": heard.comments,
            "percent": _percent(theme.share),
            "low": _percent(theme.low),
            "high": _percent(theme.high),
        }


def _since(change: Change | None, waves: Mapping[int, str], family: str) -> dict[str, Any]:
    return {} if change is None else {"since_wave": waves[change.since], "family": family}


def _percent(share: float) -> float:
    return round(100 * share, 4) + 0.0


def _point(point: TrendPoint) -> dict[str, Any]:
    row = {"wave": point.wave, "year": point.year, "comparison": point.link}
    return row | _figure(point.figure) | _change(point.change)


def _figure(figure: Figure) -> dict[str, Any]:
    if figure.withheld is not None:
        return {"withheld": figure.withheld}
    shares = {"percent": figure.estimate, "se": figure.se, "low": figure.low, "high": figure.high}
    row: dict[str, Any] = {
        key: None if value is None else _percent(value) for key, value in shares.items()
    }
    row |= {"n": figure.n, "df": figure.df}
    for key, value in (("n_eff", figure.n_eff), ("deff", figure.deff)):
        row[key] = None if value is None else round(value, 4)
    return row


def _change(change: Change | None) -> dict[str, Any]:
    if change is None:
        return {}
    return {
        "since": change.since,
        "change_points": _percent(change.difference),
        "change_se": _percent(change.se),
        "change_low": _percent(change.low),
        "change_high": _percent(change.high),
        "p": round(change.p, 6),
        "p_adjusted": None if change.p_adjusted is None else round(change.p_adjusted, 6),
        "direction": change.direction,
        "smallest_detectable_points": _percent(change.smallest),
    }
