"""The declared analysis of one wave: its own weighting plan, and a request for every measure and group.

The cases are in the plan language of `python -m analysis run`, run by the same runner, and kept with
the edition.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from sqlalchemy.orm import Session

from analysis.data import load_margin, margin_names
from analysis.estimates import Share
from analysis.factors import Factor
from analysis.grouped import means_by
from analysis.plan import run_case
from analysis.table import Columns as AnalysisColumns
from analysis.weighting.steps import Sample
from questionnaires.foreign_schema import ForeignWave
from questionnaires.schema import Instrument, Measure

from ..problems import ConflictProblem
from ..waves.answered import AnsweredRows, read_responses
from ..waves.columns import Columns, design_columns, group_levels, measure_levels, questions_behind
from ..waves.foreign_store import load_foreign_of
from ..waves.models import Wave
from ..waves.queries import load_instrument_of
from .public_file import Protected, PublicFile, protect, public_file
from .snapshot import PRIVACY, Figure, WeightFigures
from .speech import gettext as _
from .suppress import city_figure, group_figures

Key = tuple[str, str, str]
#: the name of the responses in a declared case
DATA = "responses"
#: a column with one level, which everybody is in
_EVERYONE = "everyone"


@dataclass(frozen=True)
class WaveRun:
    """A wave's estimates by (measure, group, level), group and level '' for the city: `shares` as
    computed, for tests of change; `figures` as they may be stored."""

    wave: Wave
    source: Instrument | ForeignWave
    case: dict[str, Any]
    columns: Columns
    sample: Sample
    shares: Mapping[Key, Share]
    figures: Mapping[Key, Figure]
    weights: WeightFigures
    protected: Protected | None

    def has(self, measure: str) -> bool:
        return (measure, "", "") in self.shares

    def figure(self, measure: str, group: str = "", level: str = "") -> Figure:
        """Shown or withheld; withheld where nothing was estimated."""
        return self.figures.get((measure, group, level), Figure(PRIVACY))

    def shown_share(self, measure: str, group: str = "", level: str = "") -> Share | None:
        """What a test of change may use: None when the figure is withheld."""
        key = (measure, group, level)
        return self.shares[key] if key in self.figures and self.figures[key].shown else None


def source_of(wave: Wave) -> Instrument | ForeignWave:
    """The questionnaire of one of our waves, or the mapping of a foreign one."""
    return load_instrument_of(wave) if wave.kind == "own" else load_foreign_of(wave)


def drawn_responses(session: Session, wave: Wave) -> AnsweredRows:
    """The drawn responses of one of our own waves: what its figures rest on, and no more."""
    asked = questions_behind(wave, load_instrument_of(wave).measures)
    return read_responses(session, wave, source="drawn", questions=asked)


def run_wave(
    session: Session, wave: Wave, *, with_groups: bool = True, drawn: AnsweredRows | None = None
) -> WaveRun:
    """Weight a wave and estimate every measure, for the city and for each group.

    Only drawn responses of our own waves (`drawn`, where they were read before), in their public form
    (public_file.py): open answers are never pooled with them. Raises
    ConflictProblem without any, AnalysisError when the declared plan cannot be carried out honestly.
    """
    if wave.kind != "own":
        return _run(wave, read_responses(session, wave), None, with_groups=with_groups)
    rows = drawn_responses(session, wave) if drawn is None else drawn
    protected = protect(wave, rows, load_instrument_of(wave).measures)
    return _run(wave, protected.rows, protected, with_groups=with_groups)


def run_unprotected(wave: Wave, drawn: AnsweredRows) -> WaveRun:
    """The same from the answers as they were given: only to tell what protecting them cost."""
    return _run(wave, drawn, None)


def _run(
    wave: Wave, rows: AnsweredRows, protected: Protected | None, *, with_groups: bool = True
) -> WaveRun:
    if not len(rows):
        raise ConflictProblem(_("%(title)s has no answers from the drawn sample.", title=wave.title))
    source = source_of(wave)
    measures = source.measures
    groups = group_levels(wave) if with_groups else {}
    case = declare_case(wave, measures, groups)
    columns = design_columns(wave, rows)
    columns |= {_indicator(measure.id): measure_levels(rows, measure) for measure in measures}
    everyone = Factor(np.zeros(len(rows), np.uint8), (_EVERYONE,))
    tables: dict[str, AnalysisColumns] = {name: load_margin(name) for name in margin_names()}
    weighing = {**case, "kind": "weights"}
    run = run_case(weighing, {**tables, DATA: columns | {_EVERYONE: everyone}})
    assert run.sample is not None  # noqa: S101 - a weights case has one
    shares = _shares(run.sample, [measure.id for measure in measures], groups)
    return WaveRun(
        wave=wave,
        source=source,
        case=case,
        columns=columns,
        sample=run.sample,
        shares=shares,
        figures=_figures(shares, [measure.id for measure in measures], groups),
        weights=_weight_figures(wave, run.result, run.sample),
        protected=protected,
    )


def _shares(
    sample: Sample, measures: Sequence[str], groups: Mapping[str, Sequence[str]]
) -> dict[Key, Share]:
    """What the declared requests ask for, all of one group at once from its cells: the same as one
    request after another over the rows (a test compares them), in memory that grows with cells."""
    columns = {_EVERYONE: ("", (_EVERYONE,)), **{f"group_{g}": (g, lv) for g, lv in groups.items()}}
    found: dict[Key, Share] = {}
    for means in means_by(sample, [_indicator(one) for one in measures], list(columns)):
        group, levels = columns[means.column]
        for at, measure in enumerate(measures):
            for level in levels:
                held = means.levels.index(level) if level in means.levels else None
                found[measure, group, level if group else ""] = (
                    Share(0, 0, 0.0, None, None, 0.95) if held is None else means.share(at, held)
                )
    return found


def declare_case(
    wave: Wave, measures: Sequence[Measure], groups: Mapping[str, Sequence[str]]
) -> dict[str, Any]:
    """The case of one wave in the plan language."""
    requests: list[dict[str, Any]] = []
    for measure in measures:
        requests.append({"name": measure.id, "stat": "ciprop", "var": _indicator(measure.id)})
        requests += [
            {
                "name": f"{measure.id}|{group}|{level}",
                "stat": "ciprop",
                "var": _indicator(measure.id),
                "domain": [{"var": f"group_{group}", "in": [level]}],
            }
            for group, levels in groups.items()
            for level in levels
        ]
    return {
        "id": wave.slug,
        "kind": "estimate",
        "data": DATA,
        "design": wave.plan["design"],
        "weighting": wave.plan.get("weighting", []),
        "requests": requests,
    }


def indicators(run: WaveRun) -> list[str]:
    """The names of the wave's measure columns, in the order of its measures."""
    return [_indicator(measure.id) for measure in run.source.measures]


def public_file_of(run: WaveRun) -> PublicFile:
    """The wave's public file with the final weight: what the plan makes of the public rows, so that it
    tells nothing that they do not. Rounded to six decimals; the report uses it unrounded."""
    weight = np.round(run.sample.weights, 6)
    return public_file(run.columns | {"weight": weight}, indicators(run))


def columns_digest(runs: Sequence[WaveRun]) -> str:
    """SHA-256 over everything the estimates were made from, wave by wave, column by column."""
    seen = hashlib.sha256()
    for run in runs:
        seen.update(run.wave.slug.encode())
        for name in sorted(run.columns):
            values = run.columns[name]
            seen.update(f"\x1e{name}\x1e".encode())
            if isinstance(values, Factor):
                seen.update("\x1f".join(values.levels).encode())
                seen.update(values.codes.astype("<u4").tobytes())
            else:
                seen.update(values.astype("<f8").tobytes())
    return seen.hexdigest()


def _figures(
    shares: Mapping[Key, Share], measures: Sequence[str], groups: Mapping[str, Sequence[str]]
) -> dict[Key, Figure]:
    """Suppression, group by group: people of the whole who are in no level count as well."""
    found: dict[Key, Figure] = {}
    for measure in measures:
        whole = shares[measure, "", ""]
        found[measure, "", ""] = city_figure(whole)
        for group, levels in groups.items():
            inside = {level: shares[measure, group, level] for level in levels}
            outside = whole.n - sum(share.n for share in inside.values())
            for level, figure in group_figures(inside, outside).items():
                found[measure, group, level] = figure
    return found


def _indicator(measure: str) -> str:
    return f"measure_{measure}"


def _margin_variables(steps: Sequence[Mapping[str, Any]]) -> tuple[str, ...]:
    """The variables that the declared weighting has targets for, in the order declared."""
    crossed = [
        name
        for step in steps
        for margin in (*step.get("margins", ()), *step.get("terms", ()), step)
        for name in margin.get("vars", ())
    ]
    return tuple(dict.fromkeys(crossed))


def _weight_figures(wave: Wave, result: Mapping[str, Any], sample: Sample) -> WeightFigures:
    gaps = []
    for step in sample.calibrations:
        totals = np.asarray(step.targets.totals)
        gaps.append(float(np.max(np.abs(step.reached - totals) / np.where(totals != 0, totals, 1.0))))
    return WeightFigures(
        wave=wave.slug,
        n=int(result["n"]),
        iterations=sum(step.iterations for step in sample.calibrations) if gaps else None,
        gap=max(gaps) if gaps else None,
        kish_deff=float(result["kish_deff"]),
        smallest=float(result["weights_min"]),
        largest=float(result["weights_max"]),
        total=float(result["weights_sum"]),
        design_df=int(result["design_df"]),
        margins=_margin_variables(wave.plan.get("weighting", [])),
    )
