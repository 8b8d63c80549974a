"""Everything an edition says, gathered: waves run, figures suppressed, changes tested -> snapshot."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from analysis import change as method
from analysis.themes.public_rows import write_rows
from questionnaires.schema import Instrument, Measure

from ..jobs import now
from ..waves.answered import count_answers, count_responses
from ..waves.columns import group_levels
from ..waves.models import Wave
from ..waves.queries import list_waves
from .beside import gather_beside, list_sources
from .changes import change_between, family, gaps_within, link_of, told
from .codec import canonical, digest
from .codeversion import code_digest
from .cost import protection_figures
from .declare import (
    WaveRun,
    columns_digest,
    drawn_responses,
    public_file_of,
    run_unprotected,
    run_wave,
)
from .fieldwork import fieldwork_figures
from .heard import gather_duties, gather_sessions, hear
from .promised import day_of_count, gather_commitments, gather_smaller
from .public_file import PublicFile
from .snapshot import (
    Change,
    Figure,
    GroupFigure,
    Link,
    MeasureFigures,
    OpenFigure,
    Snapshot,
    TrendPoint,
)
from .suppress import SMALLEST_COUNT, counts_by_class
from .wording import Wording, merge_wording

Progress = Callable[[int, int, str], None]
#: by question, how many gave each code
OpenCounts = Mapping[str, Mapping[int, int]]
#: fewer open answers than this give a count and no share
FEWEST_FOR_SHARE = 30


@dataclass(frozen=True)
class Gathered:
    """A snapshot, the declared cases it came from, and the public files of our own waves, with the
    questionnaire and the version of the weighting of each."""

    snapshot: Snapshot
    cases: tuple[dict[str, Any], ...]
    public: dict[str, PublicFile]
    comments: bytes
    questionnaires: dict[str, str]
    rakings: dict[str, str]
    #: words of what is told beside the survey: commitments, titles of the smaller surveys
    wording: Wording


def gather(session: Session, wave: Wave, *, progress: Progress, today: date | None = None) -> Gathered:
    """Compute the report of a closed wave, with commitments and duties as they stood on `today` or when
    the year ended.

    Raises ConflictProblem for a wave without drawn responses, AnalysisError when the declared plan
    cannot be carried out honestly.
    """
    ours = [
        one
        for one in list_waves(session, kind="own", series=wave.series)
        if one.year < wave.year and one.state in {"closed", "archived"}
    ] + [wave]
    others = [one for one in list_waves(session, kind="foreign") if one.year <= wave.year]
    steps = len(ours) + len(others) + 1
    drawn = drawn_responses(session, wave)
    given = run_unprotected(wave, drawn).shares
    runs = []
    for number, one in enumerate([*ours, *others]):
        progress(number, steps, one.title)
        read = drawn if one is wave else None
        runs.append(run_wave(session, one, with_groups=one.kind == "own", drawn=read))
    own_runs, foreign_runs = runs[: len(ours)], runs[len(ours) :]
    progress(steps - 1, steps, wave.title)
    current = own_runs[-1]
    as_of = day_of_count(wave.year, today or now().date())
    commitments, promises = gather_commitments(session, wave.year, as_of=as_of)
    heard = hear(session, wave.year)
    sessions = gather_sessions(session, wave.year, heard)
    duties = gather_duties(session, wave.year, as_of=as_of)
    comments = write_rows(heard.comments)
    smaller, titles = gather_smaller(session, wave.year, demo=wave.demo)
    snapshot = Snapshot(
        year=wave.year,
        wave=wave.slug,
        questionnaire=wave.questionnaire,
        questionnaire_sha256=_instrument(current).sha256(),
        demo=wave.demo,
        opened_on=wave.opened_on.isoformat() if wave.opened_on else "",
        closed_on=wave.closed_on.isoformat() if wave.closed_on else "",
        previous=own_runs[-2].wave.year if len(own_runs) > 1 else None,
        drawn=len(drawn),
        open_link=count_responses(session, wave, source="open"),
        modes=counts_by_class(drawn.texts["mode"].counts),
        languages=counts_by_class(drawn.texts["language"].counts),
        weights=tuple(run.weights for run in runs),
        protection=protection_figures(current, given),
        measures=_measures(own_runs, foreign_runs, _open_counts(session, wave, _instrument(current))),
        sessions=sessions,
        sources=list_sources(foreign_runs),
        input_sha256=inputs_digest(runs, comments, (sessions, duties, commitments, smaller)),
        code_sha256=code_digest(),
        fieldwork=fieldwork_figures(session, wave),
        sponsor=_instrument(current).sponsor,
        duties=duties,
        commitments=commitments,
        smaller=smaller,
    )
    return Gathered(
        snapshot,
        tuple(run.case for run in runs),
        {run.wave.slug: public_file_of(run) for run in own_runs},
        comments,
        {run.wave.slug: run.wave.questionnaire for run in own_runs},
        {run.wave.slug: str(run.wave.plan["version"]) for run in own_runs},
        merge_wording(promises, titles),
    )


def inputs_digest(runs: Sequence[WaveRun], comments: bytes, told: Sequence[Any]) -> str:
    """SHA-256 over the answers of every wave, the codes of the comments, and what is told of sessions
    and promises."""
    return digest(canonical([columns_digest(runs), digest(comments), *told]).encode())


def _instrument(run: WaveRun) -> Instrument:
    assert isinstance(run.source, Instrument)  # noqa: S101 - asked for our own waves only
    return run.source


def _measures(
    runs: Sequence[WaveRun], foreign: Sequence[WaveRun], by_open_link: OpenCounts
) -> tuple[MeasureFigures, ...]:
    current = runs[-1]
    instrument = _instrument(current)
    trends = _trends(runs)
    groups = {measure.id: _groups(runs, measure.id) for measure in instrument.measures}
    gaps = family(gaps_within(current))
    beside = gather_beside(instrument, foreign)
    return tuple(
        MeasureFigures(
            id=measure.id,
            question=measure.question,
            primary=measure.primary,
            core=measure.core,
            direction=measure.direction,
            result=measure.result,
            trend=trends[measure.id],
            groups=groups[measure.id],
            gap=told(gaps[measure.id], current.wave.year),
            open_link=_open_figure(
                by_open_link[measure.question], measure, trends[measure.id][-1].figure
            ),
            beside=beside[measure.id],
        )
        for measure in instrument.measures
    )


def _trends(runs: Sequence[WaveRun]) -> dict[str, tuple[TrendPoint, ...]]:
    """For every measure of the last wave its figure in each wave that has the measure."""
    wanted = [measure.id for measure in runs[-1].source.measures]
    points: dict[str, list[TrendPoint]] = {measure: [] for measure in wanted}
    for at, run in enumerate(runs):
        here = [measure for measure in wanted if run.has(measure)]
        before = {measure: _before(runs[:at], measure) for measure in here}
        links = {measure: _link(before[measure], runs[:at], run, measure) for measure in here}
        raw = {
            measure: change_between(old, run, measure)
            for measure, old in before.items()
            if old is not None and links[measure] == "identical"
        }
        tested = _tested(run, raw)
        for measure in here:
            old = before[measure]
            change = told(tested.get(measure), old.wave.year) if old else None
            points[measure].append(
                TrendPoint(run.wave.year, run.wave.slug, run.figure(measure), links[measure], change)
            )
    return {measure: tuple(found) for measure, found in points.items()}


def _before(earlier: Sequence[WaveRun], measure: str) -> WaveRun | None:
    """The last earlier wave that has the measure."""
    return next((run for run in reversed(earlier) if run.has(measure)), None)


def _link(before: WaveRun | None, earlier: Sequence[WaveRun], run: WaveRun, measure: str) -> Link:
    anchor = before or (earlier[-1] if earlier else None)
    return link_of(anchor.source if anchor else None, run.source, measure)


def _tested(run: WaveRun, changes: dict[str, method.Change | None]) -> dict[str, method.Change | None]:
    """Primary measures as they are, the others corrected as one family."""
    primary = {measure.id for measure in run.source.measures if measure.primary}
    others = {key: change for key, change in changes.items() if key not in primary}
    return changes | family(others)


def _groups(runs: Sequence[WaveRun], measure: str) -> tuple[GroupFigure, ...]:
    current, old = runs[-1], _before(runs[:-1], measure)
    if old is not None and link_of(old.source, current.source, measure) != "identical":
        old = None
    found: list[GroupFigure] = []
    for group, levels in group_levels(current.wave).items():
        changes: dict[str, Change | None] = dict.fromkeys(levels)
        if old is not None:
            tested = family(
                {level: change_between(old, current, measure, group, level) for level in levels}
            )
            changes = {level: told(tested[level], old.wave.year) for level in levels}
        found += [
            GroupFigure(group, level, current.figure(measure, group, level), changes[level])
            for level in levels
        ]
    return tuple(found)


def _open_counts(session: Session, wave: Wave, instrument: Instrument) -> OpenCounts:
    """By question of a measure how many gave each answer on the open link."""
    asked = dict.fromkeys(measure.question for measure in instrument.measures)
    return {question: count_answers(session, wave, question, source="open") for question in asked}


def _open_figure(counts: Mapping[int, int], measure: Measure, drawn: Figure) -> OpenFigure:
    """Counts of the open link: no weights, no error; the gap to the drawn sample is the point."""
    n = sum(counts.get(code, 0) for code in measure.base)
    if n < SMALLEST_COUNT:
        return OpenFigure(None, None, None)
    if n < FEWEST_FOR_SHARE:
        return OpenFigure(n, None, None)
    share = sum(counts.get(code, 0) for code in measure.base if code in measure.codes) / n
    gap = None if drawn.estimate is None else share - drawn.estimate
    return OpenFigure(n, share, gap)
