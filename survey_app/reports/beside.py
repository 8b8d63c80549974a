"""Figures of other surveys that stand beside ours, under their own names."""

from __future__ import annotations

from collections.abc import Sequence

from analysis import change as method
from questionnaires.schema import Instrument

from .changes import change_between, family, link_of, told
from .declare import WaveRun
from .snapshot import Beside, Link, Source, TrendPoint


def list_sources(runs: Sequence[WaveRun]) -> tuple[Source, ...]:
    """Who made the foreign waves, as they ask to be cited."""
    return tuple(
        Source(
            wave=run.wave.slug,
            series=run.wave.series,
            year=run.wave.year,
            title=run.wave.title,
            publisher=run.wave.publisher,
            citation=run.wave.citation,
            url=run.wave.url,
        )
        for run in runs
    )


def gather_beside(instrument: Instrument, runs: Sequence[WaveRun]) -> dict[str, tuple[Beside, ...]]:
    """For every measure of ours the measures of other surveys it names, as series over their years."""
    by_slug = {run.wave.slug: run for run in runs}
    wanted: dict[tuple[str, str], list[WaveRun]] = {}
    owners: dict[str, list[tuple[str, str]]] = {measure.id: [] for measure in instrument.measures}
    for measure in instrument.measures:
        for name in measure.stands_beside:
            slug, _, theirs = name.partition(":")
            run = by_slug.get(slug)
            if run is None or not run.has(theirs):
                continue
            key = (run.wave.series, theirs)
            members = wanted.setdefault(key, [])
            if run not in members:
                members.append(run)
            if key not in owners[measure.id]:
                owners[measure.id].append(key)
    series = _with_changes(wanted)
    return {measure: tuple(series[key] for key in keys) for measure, keys in owners.items()}


def _with_changes(
    wanted: dict[tuple[str, str], list[WaveRun]],
) -> dict[tuple[str, str], Beside]:
    """Points with links; the changes of one survey are corrected as one family."""
    links: dict[tuple[str, str, int], Link] = {}
    raw: dict[str, dict[tuple[str, str, int], method.Change | None]] = {}
    ordered = {key: sorted(runs, key=lambda run: run.wave.year) for key, runs in wanted.items()}
    for (name, measure), runs in ordered.items():
        for at, run in enumerate(runs):
            before = runs[at - 1] if at else None
            link = link_of(before.source if before else None, run.source, measure)
            links[name, measure, at] = link
            if before is not None and link == "identical":
                raw.setdefault(name, {})[name, measure, at] = change_between(before, run, measure)
    tested = {key: change for one in raw.values() for key, change in family(one).items()}
    return {
        (name, measure): Beside(
            name,
            measure,
            tuple(
                TrendPoint(
                    run.wave.year,
                    run.wave.slug,
                    run.figure(measure),
                    links[name, measure, at],
                    told(tested.get((name, measure, at)), runs[at - 1].wave.year) if at else None,
                )
                for at, run in enumerate(runs)
            ),
        )
        for (name, measure), runs in ordered.items()
    }
