"""What the pages about waves show."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from ..i18n import languages, offered
from ..jobs import now
from . import counts, opening, queries
from .freeze import stale_help_lines
from .models import ARCHIVED, CLOSED, DRAFT, OPEN, PAUSED, Wave
from .titles import wave_title

STATES: dict[str, LazyString] = {
    DRAFT: _l("Draft"),
    OPEN: _l("Open"),
    PAUSED: _l("Paused"),
    CLOSED: _l("Closed"),
    ARCHIVED: _l("Archived"),
}
TRIAL = _l("On trial")
#: The life of a wave, as a line of steps.
LIFE = (DRAFT, OPEN, CLOSED, ARCHIVED)
SOURCES: dict[str, LazyString] = {"drawn": _l("Drawn address"), "open": _l("Open link")}
MODES: dict[str, LazyString] = {
    "web": _l("Web"),
    "paper": _l("Paper"),
    "interviewer": _l("Interviewer"),
    "kiosk": _l("Kiosk"),
    "other": _l("Other or unknown"),
}


@dataclass(frozen=True)
class Step:
    """One thing that can be done with a wave: its button, and what happens in plain words."""

    name: str
    label: LazyString
    means: LazyString
    from_states: tuple[str, ...]
    final: bool = False
    #: of drafts only: whether it is for one on trial, or for one that is not
    pilot: bool | None = None


STEPS = (
    Step(
        "open",
        _l("Open this wave"),
        _l("Residents can answer from now on. Every word they are shown is fixed for good."),
        (DRAFT,),
        pilot=False,
    ),
    Step(
        "pilot",
        _l("Start a trial"),
        _l(
            "People can try the survey at its address. Each page says that it is a trial. "
            "When it ends, every answer is erased."
        ),
        (DRAFT,),
        pilot=False,
    ),
    Step(
        "end-pilot",
        _l("End the trial"),
        _l("Every answer of the trial is erased, and the survey is a draft again."),
        (DRAFT,),
        pilot=True,
    ),
    Step(
        "pause",
        _l("Pause this wave"),
        _l("No new answers are taken until you go on. What was sent stays."),
        (OPEN,),
    ),
    Step(
        "resume",
        _l("Go on with this wave"),
        _l("Residents can answer again, in the same words."),
        (PAUSED,),
    ),
    Step(
        "close",
        _l("Close for good"),
        _l("Fieldwork ends. A closed wave cannot be opened again. Its report can then be built."),
        (OPEN, PAUSED),
        final=True,
    ),
    Step(
        "archive",
        _l("Put away"),
        _l("The wave is put away. Its figures and its wording stay readable."),
        (CLOSED,),
    ),
)


def find_step(name: str) -> Step | None:
    return next((step for step in STEPS if step.name == name), None)


def steps_for(wave: Wave) -> tuple[Step, ...]:
    """What can be done with this wave in its state; nothing with a foreign one."""
    if wave.kind != "own":
        return ()
    return tuple(
        step
        for step in STEPS
        if wave.state in step.from_states and step.pilot in {None, bool(wave.pilot)}
    )


@dataclass(frozen=True)
class WaveLine:
    """A wave in the list."""

    slug: str
    title: str
    year: int
    state: str
    state_name: LazyString
    pilot: bool
    foreign: bool
    demo: bool
    answers: counts.Coarse


@dataclass(frozen=True)
class FrozenLine:
    """One language of what was frozen."""

    language: str
    code: str
    sha256: str
    strings: int


@dataclass(frozen=True)
class CountLine:
    source: LazyString
    mode: LazyString
    count: counts.Coarse


@dataclass(frozen=True)
class LifeStep:
    """A stop on the way from draft to archive: behind, here, or still to come."""

    name: LazyString
    here: bool
    behind: bool


@dataclass(frozen=True)
class WaveView:
    """A wave's own page."""

    line: WaveLine
    opened_on: date | None
    closed_on: date | None
    publisher: str
    citation: str
    url: str
    weighting: str
    frozen: tuple[FrozenLine, ...]
    help_lines: tuple[tuple[str, date], ...]
    primary_measures: tuple[str, ...]
    counts: tuple[CountLine, ...]
    steps: tuple[Step, ...]
    life: tuple[LifeStep, ...]
    help_lines_fresh: bool
    languages_offered: int
    languages_in_all: int
    rows_read: int | None
    rows_kept: int | None


def wave_line(session: Session, wave: Wave) -> WaveLine:
    return WaveLine(
        slug=wave.slug,
        title=wave_title(wave),
        year=wave.year,
        state=wave.state,
        state_name=TRIAL if wave.pilot else STATES[wave.state],
        pilot=bool(wave.pilot),
        foreign=wave.kind == "foreign",
        demo=wave.demo,
        answers=counts.count_answers(session, wave),
    )


def wave_view(session: Session, wave: Wave) -> WaveView:
    wordings = queries.list_wordings(session, wave)
    first = wordings[0].wording if wordings else {}
    names = languages()
    return WaveView(
        line=wave_line(session, wave),
        opened_on=wave.opened_on,
        closed_on=wave.closed_on,
        publisher=wave.publisher,
        citation=wave.citation,
        url=wave.url,
        weighting=str(wave.plan.get("version", "")),
        frozen=tuple(
            FrozenLine(
                names[row.language].own_name if row.language in names else row.language,
                row.language,
                row.sha256,
                len(row.wording["messages"]),
            )
            for row in wordings
        ),
        help_lines=tuple(
            (line["number"], date.fromisoformat(line["checked_on"]))
            for line in first.get("help_lines", ())
        ),
        primary_measures=_primary_titles(wave, first.get("primary_measures", ())),
        counts=tuple(
            CountLine(SOURCES[row.source], MODES[row.mode], row.count)
            for row in (() if wave.is_live else counts.count_by_source(session, wave))
        ),
        steps=steps_for(wave),
        life=_life(wave),
        help_lines_fresh=_help_lines_fresh(session, wave),
        languages_offered=len(wordings) or sum(one.offered for one in _states(session, wave)),
        languages_in_all=len(offered()),
        rows_read=wave.mapping.get("rows_read"),
        rows_kept=wave.mapping.get("rows_kept"),
    )


def _life(wave: Wave) -> tuple[LifeStep, ...]:
    if wave.kind != "own":
        return ()
    at = LIFE.index(OPEN if wave.state == PAUSED else wave.state)
    here = TRIAL if wave.pilot else STATES[wave.state]
    return tuple(
        LifeStep(here if number == at else STATES[state], number == at, number < at)
        for number, state in enumerate(LIFE)
    )


def _states(session: Session, wave: Wave) -> tuple[opening.LanguageState, ...]:
    return opening.language_states(session, wave) if wave.kind == "own" else ()


def _help_lines_fresh(session: Session, wave: Wave) -> bool:
    if wave.kind != "own":
        return True
    lines = opening.help_lines_of(session, wave, queries.load_instrument_of(wave))
    return not stale_help_lines(lines, now().date())


def _primary_titles(wave: Wave, ids: tuple[str, ...]) -> tuple[str, ...]:
    if not ids:
        return ()
    instrument = queries.load_instrument_of(wave)
    return tuple(instrument.measure(measure_id).title for measure_id in ids)
